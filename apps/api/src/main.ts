import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import {
  type KeyChange,
  createGate,
  createPolicy,
  openBreakGlass,
  openKeyUse,
  openRates,
  openUsernameTokens,
  watchKeyFile,
} from '#access';
import { openAudit } from '#audit';
import { openAnalytics, openFacilityZips, warmUpOverview } from '#analytics';
import { type ApiServices, createApi } from '#api';
import { warmUpCharts } from '#chart';
import type { ThresholdWatch } from '#notify';
import { openImageStore, openLayeredStore, openProcessStore, openRedisStore } from '#cache';
import { closeFacility, type DryRunMeans, dryRunFile, dryRunOrder, giveOrder, receive } from '#intake';
import { ALARMS, COMMITS, RELEASES, REPLAYS, openBus, openRedisBus, readCommit } from '#notices';
import {
  accessFolderOf,
  announceReady,
  drainWhenStopped,
  engineOptionsOf,
  followConfiguration,
  keyUseFolderOf,
  auditFolderOf,
  auditKeyOf,
  openBusJobs,
  openServerCertificate,
  openHealth,
  openLog,
  openMetrics,
  openRedisJobs,
  readSettings,
  recordKeyOf,
  soapKeyOf,
  stopRequested,
  rawStoreOptionsOf,
} from '#platform';
import { openRawStore, openReplayMarks } from '#raw-store';
import { parentIn, readSecret } from '#registry';
import { openSqlReaders, SQL_LIMITS, startSqlDoor } from '#sql-door';
import { openResumableUploads, openStaging, openTurnstile, stagingKey } from '#transport';
import { discardDeadLetters, openEngine } from '#warehouse';
import { openDesk, tryAlarms } from '#watch';
import { openProvider } from './provider.js';
import { openFileReading } from './file-reading.js';
import { openNews } from './news.js';

const MB = 1024 * 1024;
const VIEWS_DATABASE = 'bellwether_views';
const VIEWS = ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'];

const stop = stopRequested();
const settings = readSettings({
  env: process.env,
  argv: process.argv.slice(2),
  readFile: (path) => readFileSync(path, 'utf8'),
});
const { dataFolder, configFolder, redis, ingest, drainWithin, api, sql } = settings;
const { version } = JSON.parse(readFileSync(new URL('../../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const log = openLog({ name: 'api', ...settings.log });

const configuration = followConfiguration(configFolder, { log });
const current = (): typeof configuration.current => configuration.current;
const engineOptions = engineOptionsOf(settings);
const engine = await openEngine(engineOptions);
const store = await openRawStore(rawStoreOptionsOf(settings));
const replays = await openReplayMarks(join(dataFolder, 'raw'));
const bus = redis
  ? await openRedisBus({ url: redis.url.reveal() })
  : await openBus({ folder: dataFolder, name: 'api' });
const jobs = redis
  ? openRedisJobs({
      url: redis.url.reveal(),
      onError: (error) => log.warn({ detail: error.message }, 'the queue does not answer'),
    })
  : openBusJobs(bus, { instance: ingest.instance, instances: ingest.processes });
let isCurrent = (): boolean => false; // until commits are heard of
const memory = openProcessStore({ maxBytes: 512 * MB, isCurrent: () => isCurrent() });
const series = redis ? openLayeredStore({ memory, shared: openRedisStore({ url: redis.url.reveal() }) }) : memory;
const analytics = openAnalytics({
  engine,
  store: series,
  images: openImageStore({ maxBytes: 128 * MB }),
  rawStore: store,
  configuration: current,
  now: Date.now,
  isCurrent: () => isCurrent(),
});
/** The same for those who may not see small counts; kept in memory only. */
const released = openAnalytics({
  engine,
  counts: 'released',
  store: openProcessStore({ maxBytes: 128 * MB, isCurrent: () => isCurrent() }),
  images: openImageStore({ maxBytes: 32 * MB }),
  rawStore: store,
  configuration: current,
  now: Date.now,
  isCurrent: () => isCurrent(),
});
const isSuppressed = (dataset: string | undefined): boolean =>
  configuration.current.datasets.get(dataset ?? '')?.suppression !== undefined;
const zips = await openFacilityZips({
  engine,
  datasets: () => configuration.current.datasets.keys(),
  onError: (err) => log.warn({ err }, 'the places of facilities cannot be read; tried again after the next commit'),
});
const metrics = openMetrics({ name: 'api', runtime: true });
/** Who is told of a commit besides; the doors open before they do. */
const followers: ThresholdWatch['changed'][] = [];
await bus.subscribe(COMMITS, async (message) => {
  const notice = readCommit(message);
  if (!notice) return;
  await Promise.all([analytics.changed(notice), released.changed(notice)]);
  for (const follow of followers) follow(notice);
  zips.changed();
  metrics.revision.set(notice.rev);
});
const alarms = openDesk({
  engine,
  configuration: current,
  now: Date.now,
  // Everybody is told, this process included.
  published: (id) => void bus.publish(ALARMS, id).catch(() => undefined),
});
await bus.subscribe(ALARMS, async (message) => {
  if (typeof message === 'string') await alarms.changed(message);
});
await bus.subscribe(RELEASES, () => released.lost());
isCurrent = await bus.follow(() => {
  analytics.lost();
  released.lost();
});

const audit = await openAudit({
  folder: auditFolderOf(settings, `api-${hostname()}`),
  key: auditKeyOf(settings),
  onError: (err) => log.error({ err }, 'the audit trail cannot be written; soon nothing is answered any more'),
});
const rates = openRates({ perMinute: settings.requestsPerMinute, now: Date.now });
const tls = settings.tls && (await openServerCertificate(settings.tls, log));
const recordKeys = (changes: readonly KeyChange[]): void => {
  for (const { what, principal, key } of changes)
    audit.record({
      ...{ at: Date.now(), who: 'bellwether', does: `key file: ${what}`, outcome: 'done' },
      object: [principal, key].filter(Boolean).join(' '),
    });
};
const keyFile = join(configFolder, 'access', 'keys.yaml');
const keys = await watchKeyFile(keyFile, {
  onChange(changes) {
    log.info({ changes }, 'a changed key file is in force');
    recordKeys(changes);
  },
  onError: (error) => log.error({ detail: String(error) }, 'the changed key file is not valid; the keys before stay'),
});
const keyUse = await openKeyUse({ folder: keyUseFolderOf(settings), name: `api-${hostname()}` });
const glass = await openBreakGlass({
  path: join(accessFolderOf(settings), 'break-glass.json'),
  now: Date.now,
  onError: (err) => log.error({ err }, 'the file of widened reaches cannot be read'),
});
const provider = openProvider({ settings, log });
const sampleMode = !keys.isGiven && !provider;
const gate = createGate({
  keys,
  get sampleMode() {
    return sampleMode && !keys.isGiven; // a key file that comes later closes it at once
  },
  used: keyUse.note,
  tokens: provider?.tokens,
  sessions: provider?.sessions,
  widened: glass.widened,
});
const tokens = openUsernameTokens({ ring: () => keys, installationKey: soapKeyOf(settings), now: Date.now });
const policy = createPolicy((region, dataset) =>
  region.level === 'facility' ? zips.zipOf(region, dataset) : parentIn(configuration.current.crosswalk, region),
);
const readiness = openHealth({ warehouse: async () => engine.ping(), rawStore: () => store.pending() });

const { maxBytes, perMinute, pendingLimit } = settings.arrivals;
const turnstile = openTurnstile({ perMinute, pendingLimit, pending: () => store.pendingCount(), now: Date.now });
const arrivals: Pick<ApiServices, 'enter' | 'receive'> = {
  enter: ({ id }) => turnstile.enter(id),
  async receive({ feed, name, body }) {
    const receipt = await receive({ store, configuration: current, now: Date.now }, { feed, name, content: body });
    if (!receipt.duplicate) await jobs.add(receipt.submission).catch(() => undefined); // the reconciler finds it
    return receipt;
  },
};
const uploads = openResumableUploads({
  path: '/v1/uploads',
  staging: await openStaging({
    folder: join(dataFolder, 'staging/uploads'),
    key: await stagingKey(join(dataFolder, 'keys')),
    maxBytes,
    now: Date.now,
  }),
  maxBytes,
  policy,
  ...arrivals,
});

const trial: DryRunMeans = {
  engine,
  store,
  configuration: current,
  passwordOf: ({ password: reference }, key) =>
    reference &&
    (readSecret(reference, { folder: dataFolder, key }) ?? readSecret(reference, { folder: configFolder, key })),
  recordKey: recordKeyOf(settings),
  now: Date.now,
  alarms: (question) => tryAlarms({ engine, configuration: current() }, question),
};
const app = await createApi(
  {
    questions: analytics,
    records: analytics.records,
    released: {
      questions: released,
      records: released.records,
      isSuppressed,
      isFeedSuppressed: (feed) => isSuppressed(configuration.current.feeds.get(feed)?.dataset),
    },
    policy,
    rates,
    audit,
    breakGlass: glass,
    browsers: provider?.login && { login: provider.login, sessions: provider.sessions },
    ...arrivals,
    uploads,
    reading: openFileReading({ store, configuration: current, dataFolder, configFolder, now: Date.now }),
    authenticate: (credentials) => gate.authenticate(credentials),
    operations: () => configuration.current.operations,
    async authenticateToken(token) {
      const principal = await tokens.authenticate(token);
      return principal && glass.widened(principal);
    },
    corrections: {
      async give(order) {
        const receipt = await giveOrder({ engine, store, now: Date.now }, order);
        await jobs.add(receipt.submission).catch(() => undefined); // the reconciler finds it
        return receipt;
      },
      async close(order) {
        const receipt = await closeFacility(
          { engine, store, configuration: configuration.current, now: Date.now },
          order,
        );
        await jobs.add(receipt.submission).catch(() => undefined); // the reconciler finds it
        return receipt;
      },
      tryOrder: (order) => dryRunOrder(trial, order),
      tryFile: (file) => dryRunFile(trial, file),
    },
    alarms,
    async replay(submissions) {
      await replays.ask(submissions);
      await bus.publish(REPLAYS, null).catch(() => undefined); // the reconciler finds them
    },
    discard: (submissions, note) => discardDeadLetters(engine, { submissions, note, at: Date.now() }),
    health: async () => {
      const { ready, parts } = await readiness();
      return { ready, parts: parts.map(({ part, ok, detail }) => ({ name: part, ok, detail })) };
    },
    metrics: async () => (await metrics.exposition()).text,
    configurationVersion: () => configuration.current.version,
  },
  {
    host: api.host,
    port: api.port,
    sampleMode,
    introspection: settings.graphqlIntrospection,
    bodyLimit: maxBytes,
    version,
    exportFolder: join(dataFolder, 'exports'),
    web: join(import.meta.dirname, '../../../web'),
    log,
    tls,
    answered: ({ door, route, status, seconds }) => metrics.requests.observe({ door, route, status }, seconds),
  },
);
warmUpCharts();
await warmUpOverview(analytics).catch((error: unknown) =>
  log.warn({ detail: String(error) }, 'the first page was not prepared'),
);
await app.listen(api.port, api.host);
const url = (await app.getUrl()).replace('[::1]', '127.0.0.1').replace(/^http:/, tls ? 'https:' : 'http:');

const readers = openSqlReaders({
  policy,
  places: () => configuration.current.crosswalk,
  database: 'bellwether',
  views: VIEWS_DATABASE,
  suppressed: () => [...configuration.current.datasets.keys()].filter(isSuppressed),
});
const sqlDoor = await startSqlDoor({
  engineUrl: engineOptions.url,
  engineUser: engineOptions.username,
  ...(engineOptions.password === undefined ? {} : { enginePassword: engineOptions.password }),
  host: sql.host,
  port: sql.port,
  database: VIEWS_DATABASE,
  views: VIEWS,
  authenticate: async (credentials) => readers.readerOf(await gate.authenticate(credentials)),
  limits: SQL_LIMITS,
  tls,
  rates,
  seen: ({ reader, views, code, reason }) =>
    audit.record({
      ...{ at: Date.now(), who: reader ?? 'nobody', does: 'select sql', object: views.join(' '), code, reason },
      outcome:
        code === undefined
          ? 'done'
          : ['UNAUTHENTICATED', 'SQL_REFUSED', 'TOO_MANY_REQUESTS'].includes(code)
            ? 'refused'
            : 'failed',
    }),
  log,
  counted: (outcome) => metrics.statements.inc({ outcome }),
});
const news = await openNews({
  settings,
  questionsOf: (dataset) => (isSuppressed(dataset) ? released : analytics),
  configuration: current,
  log: (level, message, facts) => log[level](facts, message),
});
followers.push((notice) => news.changed(notice));
announceReady({ url });
log.info({ url, sql: sqlDoor.url }, 'the doors are open');

await drainWhenStopped({
  stop,
  drain: async () => {
    await news.close();
    await sqlDoor.close();
    await app.close();
    uploads.close();
    await jobs.close();
    await bus.close();
    await series.close();
    await configuration.close();
    await engine.close();
    keys.close();
    glass.close();
    provider?.close();
    zips.close();
    await keyUse.close();
    tls?.close();
    await audit.close();
  },
  within: drainWithin,
  log,
});
