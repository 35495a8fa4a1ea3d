import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { openRedisStore } from '#cache';
import { staleKeys } from '#analytics';
import { type Change, openDropFolder, openIngestor, openReadingThreads, receive } from '#intake';
import { COMMITS, REPLAYS, commitMessages, openBus, openRedisBus } from '#notices';
import {
  announceReady,
  drainWhenStopped,
  engineOptionsOf,
  followConfiguration,
  openBusJobs,
  openLog,
  openMetrics,
  openRedisJobs,
  rawStoreOptionsOf,
  rawVaultOf,
  readSettings,
  recordKeyOf,
  serveMetrics,
  stopRequested,
} from '#platform';
import { clearIncoming, openRawStore, openReplayMarks } from '#raw-store';
import { type Feed, readSecret, watchSecrets } from '#registry';
import type { Receipt } from '#vocabulary';
import { openEngine } from '#warehouse';
import { startDailyTiers } from './daily-tiers.js';
import { openNotices } from './notices.js';
import { openScheduledPulls } from './pulls.js';
import { startReleases } from './releases.js';
import { openWaysIn } from './ways-in.js';

const RECONCILE_MS = 10_000;
const HOUR = 3_600_000;

const stop = stopRequested();
const settings = readSettings({
  env: process.env,
  argv: process.argv.slice(2),
  readFile: (path) => readFileSync(path, 'utf8'),
});
const { dataFolder, configFolder, redis, ingest, drainWithin } = settings;
const log = openLog({ name: `ingest-${ingest.instance}`, ...settings.log });
const report = (level: 'info' | 'warn' | 'error', message: string, facts: Record<string, unknown> = {}): void =>
  log[level](facts, message);

/** Opened last: they bring the first files. */
let pulls: Awaited<ReturnType<typeof openScheduledPulls>> | undefined = undefined;
const configuration = followConfiguration(configFolder, { log, changed: () => pulls?.changed() });
const engine = await openEngine(engineOptionsOf(settings));
const rawOptions = rawStoreOptionsOf(settings);
const store = await openRawStore(rawOptions);
const replays = await openReplayMarks(join(dataFolder, 'raw'));
await clearIncoming(rawOptions.folder, Date.now() - HOUR);
const bus = redis
  ? await openRedisBus({ url: redis.url.reveal() })
  : await openBus({ folder: dataFolder, name: `ingest-${ingest.instance}` });
const jobs = redis
  ? openRedisJobs({
      url: redis.url.reveal(),
      onError: (error) => log.warn({ detail: error.message }, 'the queue does not answer'),
    })
  : openBusJobs(bus, { instance: ingest.instance, instances: ingest.processes });
const sharedStore = redis && openRedisStore({ url: redis.url.reveal() });

/** Secrets lie beside the data, or with the configuration. */
const secretFolders = [dataFolder, configFolder];
const passwordOf = ({ password }: Feed, key: string): string | undefined =>
  password &&
  (readSecret(password, { folder: dataFolder, key }) ?? readSecret(password, { folder: configFolder, key }));

const metrics = openMetrics({ name: `ingest-${ingest.instance}`, runtime: true });
const metricsDoor = ingest.metrics && (await serveMetrics(metrics, ingest.metrics));

async function changed(change: Change): Promise<void> {
  metrics.revision.set(change.rev);
  await sharedStore?.invalidate(staleKeys(change));
  for (const message of commitMessages(change)) await bus.publish(COMMITS, message);
}

const notices = await openNotices({
  settings,
  owner: `${redis ? `${hostname()}-` : ''}ingest-${ingest.instance}`,
  log: report,
});
const current = (): typeof configuration.current => configuration.current;
const recordKey = recordKeyOf(settings);
const threads = openReadingThreads({
  threads: ingest.concurrency,
  vault: rawVaultOf(settings),
  secrets: secretFolders,
  recordKey,
});
const ingestor = openIngestor({
  engine,
  store,
  replays,
  configuration: current,
  passwordOf,
  recordKey,
  changed,
  deadLetter: notices.deadLetter,
  settled({ submission, feed, state, rowsAccepted, rowsRefused }) {
    metrics.submissions.inc({ feed, state });
    metrics.rows.inc({ feed, outcome: 'accepted' }, rowsAccepted);
    metrics.rows.inc({ feed, outcome: 'refused' }, rowsRefused);
    notices.settled(feed, state, submission);
  },
  committed: (seconds) => metrics.commits.observe(seconds),
  // Twice as many as there are threads: each has its next submission at hand.
  concurrency: 2 * ingest.concurrency,
  threads,
  now: Date.now,
  log: report,
});
await jobs.work(async (submission) => {
  const counted = ingestor.process(submission);
  metrics.queue.set({ queue: 'ingest' }, ingestor.depth());
  await counted;
  metrics.queue.set({ queue: 'ingest' }, ingestor.depth());
});

/** One worker of a machine is enough; among machines the lock of the raw store decides. */
const tiers = ingest.instance === 1 ? startDailyTiers({ settings, log }) : undefined;
const releases =
  ingest.instance === 1
    ? startReleases({ settings, engine, configuration: current, backlog: () => store.pendingCount(), bus, log })
    : undefined;

/** The bytes are safe when it resolves, and will be read. */
async function take(feed: string, name: string, content: AsyncIterable<Uint8Array>): Promise<Receipt> {
  const receipt = await receive({ store, configuration: current, now: Date.now }, { feed, name, content });
  if (receipt.duplicate) log.info({ feed, name, submission: receipt.submission }, 'received before');
  else await jobs.add(receipt.submission).catch(() => undefined); // reconciling finds it
  return receipt;
}
const dropFolder = await openDropFolder({
  folder: join(dataFolder, 'inbox'),
  take: async ({ feed, name, content }) => void (await take(feed, name, content)),
  log: report,
});

const waysIn = await openWaysIn({
  settings,
  engine,
  store,
  configuration: current,
  receive: ({ feed, name, body }) => take(feed, name, body),
  log,
});

/** Of several processes on one machine, each has its share. With Redis any of them may. */
const isOurs = (submission: string): boolean =>
  redis !== undefined || Number.parseInt(submission.slice(0, 8), 16) % ingest.processes === ingest.instance - 1;

/** What was received, or is to be read again, and is nowhere on its way: after a crash, or when a notice was lost. */
async function reconcile(): Promise<void> {
  if (redis)
    for (const submission of [...(await store.pending()), ...(await replays.asked())]) await jobs.add(submission);
  else await ingestor.reconcile(isOurs);
}
const retryAwaiting = (): void => {
  ingestor
    .retryAwaiting(isOurs)
    .catch((error: unknown) => log.warn({ detail: String(error) }, 'what awaits a password is tried again later'));
};
await bus.subscribe(REPLAYS, () => {
  reconcile().catch((error: unknown) => log.warn({ detail: String(error) }, 'reconciling failed; it is tried again'));
});
await reconcile();
retryAwaiting();
const secrets = watchSecrets([dataFolder, configFolder], retryAwaiting);
const reconciling = setInterval(() => {
  reconcile().catch((error: unknown) => log.warn({ detail: String(error) }, 'reconciling failed; it is tried again'));
  retryAwaiting();
}, RECONCILE_MS);

pulls = await openScheduledPulls({
  settings,
  store,
  configuration: current,
  receive: ({ feed, name, body }) => take(feed, name, body),
  log,
  metrics,
});

announceReady();
log.info(
  { inbox: join(dataFolder, 'inbox'), metrics: metricsDoor?.url, feeds: configuration.current.feeds.size },
  'ready for submissions',
);

await drainWhenStopped({
  stop,
  drain: async () => {
    clearInterval(reconciling);
    await tiers?.close();
    await releases?.close();
    await secrets.close();
    await dropFolder.close();
    await waysIn.close();
    await pulls?.close();
    await jobs.close();
    await ingestor.close();
    await threads.close();
    await notices.close();
    await configuration.close();
    await metricsDoor?.close();
    await bus.close();
    await sharedStore?.close();
    await engine.close();
  },
  within: drainWithin,
  log,
});
