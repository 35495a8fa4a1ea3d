import { readFileSync } from 'node:fs';
import { hostname, setPriority } from 'node:os';
import { join } from 'node:path';
import { ALARMS, COMMITS, openBus, openRedisBus, readCommit } from '#notices';
import { openNotify, readNotifySettings } from '#notify';
import {
  announceReady,
  drainWhenStopped,
  engineOptionsOf,
  followConfiguration,
  openLog,
  openMetrics,
  readSettings,
  serveMetrics,
  stopRequested,
} from '#platform';
import { readSecret } from '#registry';
import { openEngine } from '#warehouse';
import { alarmNotice, openWatch, type Watch } from '#watch';
import { whenAlone } from './when-alone.js';

/** Of two cores that are both wanted, files that arrive have the first. */
const BEHIND_INGEST = 10;

const stop = stopRequested();
const settings = readSettings({
  env: process.env,
  argv: process.argv.slice(2),
  readFile: (path) => readFileSync(path, 'utf8'),
});
const { dataFolder, configFolder, redis, ingest, drainWithin } = settings;
const log = openLog({ name: 'watch', ...settings.log });
const report = (level: 'info' | 'warn' | 'error', message: string, facts: Record<string, unknown> = {}): void =>
  log[level](facts, message);
setPriority(BEHIND_INGEST);

let watch: Watch | undefined;
const configuration = followConfiguration(configFolder, { log, changed: () => watch?.configured() });
const engine = await openEngine(engineOptionsOf(settings));
const bus = redis
  ? await openRedisBus({ url: redis.url.reveal() })
  : await openBus({ folder: dataFolder, name: 'watch' });
const notify = await openNotify({
  settings: readNotifySettings(configFolder),
  folder: join(dataFolder, 'outbox'),
  owner: `${redis ? `${hostname()}-` : ''}watch`,
  readSecret: (reference) =>
    readSecret(reference, { folder: dataFolder }) ?? readSecret(reference, { folder: configFolder }),
  log: report,
});
const metrics = openMetrics({ name: 'watch', runtime: true });
// The port after those of the ingest processes.
const metricsDoor =
  ingest.metrics && (await serveMetrics(metrics, { ...ingest.metrics, port: ingest.metrics.port + ingest.processes }));

let isCurrent = (): boolean => false;
await bus.subscribe(COMMITS, (message) => {
  const notice = readCommit(message);
  if (!notice) return;
  metrics.revision.set(notice.rev);
  watch?.changed(notice);
  metrics.queue.set({ queue: 'detection' }, watch?.depth() ?? 0);
});
isCurrent = await bus.follow(() => watch?.lost());

/** Of several machines, the one that came first; the next when it is gone. */
const alone = whenAlone(join(dataFolder, 'watch'), () => {
  watch = openWatch({
    engine,
    configuration: () => configuration.current,
    now: Date.now,
    isCurrent: () => isCurrent(),
    tell: (alarm, news) => notify.tell(alarmNotice(alarm, news)),
    published: ({ id }) => void bus.publish(ALARMS, id).catch(() => undefined), // who asks sees it all the same
    ran({ rule, seconds, cells, lag }) {
      metrics.detectionRuns.observe({ rule }, seconds);
      metrics.detectionLag.observe(lag);
      metrics.detectionCells.inc({ rule }, cells);
      metrics.queue.set({ queue: 'detection' }, watch?.depth() ?? 0);
    },
    log: report,
  });
});

announceReady();
log.info({ metrics: metricsDoor?.url, rules: configuration.current.alarms.size }, 'ready to detect');

await drainWhenStopped({
  stop,
  drain: async () => {
    await alone.close();
    await watch?.close();
    await notify.close();
    await configuration.close();
    await metricsDoor?.close();
    await bus.close();
    await engine.close();
  },
  within: drainWithin,
  log,
});
