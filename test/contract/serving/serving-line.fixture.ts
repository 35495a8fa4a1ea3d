import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createGate, createPolicy, type KeyRing, NO_KEYS, type Policy, SAMPLE_PRINCIPAL } from '#access';
import { openAnalytics, openFacilityZips, staleKeys } from '#analytics';
import { createApi } from '#api';
import { openImageStore, openLayeredStore, openProcessStore, openRedisStore } from '#cache';
import { startEngine } from '#embedded-clickhouse';
import { type Change, openIngestor, receive } from '#intake';
import { type Bus, COMMITS, RELEASES, commitMessages, openBus, openRedisBus, readCommit } from '#notices';
import { openKeyFolder, openRawStore } from '#raw-store';
import { type Configuration, loadConfiguration, parentIn } from '#registry';
import { type Looked, releaseDue } from '#release';
import { BellwetherError } from '#vocabulary';
import { openEngine } from '#warehouse';

export interface ServingLine {
  readonly origin: string;
  readonly policy: Policy;
  readonly configuration: Configuration;
  /** Takes a file in and resolves when the ledger says that it is loaded. */
  send(file: { feed: string; name: string; content: string }): Promise<void>;
  /** Releases what is due at an instant to those who may not see small counts, and tells the api; gives the days. */
  release(now?: number): Promise<number>;
  readonly engineUrl: string;
  readonly configFolder: string;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  close(): Promise<void>;
}

interface Options {
  /** Path in the configuration folder → content. */
  readonly config: Readonly<Record<string, string>>;
  /** Of a Redis for notices and the shared level; without it, sockets and one process's memory. */
  readonly redis?: string | undefined;
  /** Who may ask; without it everybody here. */
  readonly keys?: KeyRing;
}

/** Intake and api joined as the applications join them, each with a bus and a connection to the engine of its own. */
export async function startServingLine({ config, redis, keys }: Options): Promise<ServingLine> {
  const work = await mkdtemp(join(tmpdir(), 'serving-'));
  for (const [path, content] of Object.entries(config)) {
    await mkdir(dirname(join(work, 'config', path)), { recursive: true });
    await writeFile(join(work, 'config', path), content);
  }
  const configuration = loadConfiguration(join(work, 'config'));
  const server = await startEngine({ dataPath: join(work, 'engine') });
  const openEither = (name: string): Promise<Bus> =>
    redis === undefined ? openBus({ folder: work, name }) : openRedisBus({ url: redis });

  // The side of the ingest process.
  const ingestEngine = await openEngine({ url: server.url });
  const ingestBus = await openEither('ingest');
  const shared = redis === undefined ? undefined : openRedisStore({ url: redis });
  const store = await openRawStore({
    folder: join(work, 'raw'),
    keys: openKeyFolder({ folder: join(work, 'keys'), raw: join(work, 'raw') }),
    maxBytes: 1 << 20,
  });
  const ingestor = openIngestor({
    engine: ingestEngine,
    store,
    configuration: () => configuration,
    passwordOf: () => undefined,
    recordKey: Buffer.from('a key for the tests'),
    changed: async (change: Change) => {
      await shared?.invalidate(staleKeys(change));
      for (const message of commitMessages(change)) await ingestBus.publish(COMMITS, message);
    },
    now: Date.now,
    log: () => undefined,
  });

  // The side of the api process.
  const engine = await openEngine({ url: server.url });
  const bus = await openEither('api');
  let isCurrent = (): boolean => false;
  const memory = openProcessStore({ maxBytes: 1 << 24, isCurrent: () => isCurrent() });
  const series = redis === undefined ? memory : openLayeredStore({ memory, shared: openRedisStore({ url: redis }) });
  const analytics = openAnalytics({
    engine,
    store: series,
    images: openImageStore({ maxBytes: 1 << 24 }),
    rawStore: store,
    configuration: () => configuration,
    now: Date.now,
    isCurrent: () => isCurrent(),
  });
  const released = openAnalytics({
    engine,
    counts: 'released',
    store: openProcessStore({ maxBytes: 1 << 24, isCurrent: () => isCurrent() }),
    images: openImageStore({ maxBytes: 1 << 24 }),
    rawStore: store,
    configuration: () => configuration,
    now: Date.now,
    isCurrent: () => isCurrent(),
  });
  const isSuppressed = (dataset: string): boolean => configuration.datasets.get(dataset)?.suppression !== undefined;
  await bus.subscribe(COMMITS, async (message) => {
    const notice = readCommit(message);
    if (notice) await Promise.all([analytics.changed(notice), released.changed(notice)]);
  });
  await bus.subscribe(RELEASES, () => released.lost());
  isCurrent = await bus.follow(() => {
    analytics.lost();
    released.lost();
  });
  const looked: Looked = { periods: new Map() };
  const zips = await openFacilityZips({
    engine,
    datasets: () => configuration.datasets.keys(),
    onError: (error) => console.error(error),
  });
  const policy = createPolicy((region, dataset) =>
    region.level === 'facility' ? zips.zipOf(region, dataset) : parentIn(configuration.crosswalk, region),
  );
  const gate = createGate({ keys: keys ?? NO_KEYS, sampleMode: false });
  const app = await createApi(
    {
      questions: analytics,
      records: analytics.records,
      released: {
        questions: released,
        records: released.records,
        isSuppressed,
        isFeedSuppressed: (feed) => isSuppressed(configuration.feeds.get(feed)?.dataset ?? ''),
      },
      policy,
      enter: () => Promise.resolve(),
      replay: () => Promise.resolve(),
      discard: () => Promise.resolve(),
      receive: () => Promise.reject(new BellwetherError('PAYLOAD_TOO_LARGE', 'nothing is taken here')),
      authenticate: (credentials) => (keys ? gate.authenticate(credentials) : SAMPLE_PRINCIPAL),
      health: async () => ({ ready: true, parts: [] }),
      metrics: async () => '',
      configurationVersion: () => configuration.version,
    },
    {
      host: '127.0.0.1',
      port: 0,
      sampleMode: false,
      bodyLimit: 1000,
      version: '0',
      log: { info: () => undefined, warn: () => undefined, error: (fields) => console.error(fields) },
    },
  );
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    policy,
    configuration,
    async send({ feed, name, content }) {
      const receipt = await receive(
        { store, configuration: () => configuration, now: Date.now },
        { feed, name, content: [Buffer.from(content)] },
      );
      await ingestor.process(receipt.submission);
      await zips.look();
    },
    async release(now = Date.now()) {
      let days = 0;
      for (const out of await releaseDue({ engine: ingestEngine, configuration, looked, now, backlog: 0 })) {
        await ingestBus.publish(RELEASES, out.dataset);
        days += out.days;
      }
      return days;
    },
    engineUrl: server.url,
    configFolder: join(work, 'config'),
    get: (path, headers = {}) => fetch(`${origin}${path}`, { headers }),
    async close() {
      await app.close();
      zips.close();
      await ingestor.close();
      await Promise.all([bus.close(), ingestBus.close()]);
      await series.close();
      await shared?.close();
      await Promise.all([engine.close(), ingestEngine.close()]);
      await server.close();
      await rm(work, { recursive: true, force: true });
    },
  };
}
