import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Analytics, openAnalytics } from '#analytics';
import { type ImageStore, openImageStore, openProcessStore } from '#cache';
import { startEngine } from '#embedded-clickhouse';
import { type Change, giveOrder, openIngestor, receive } from '#intake';
import { openKeyFolder, openRawStore, openReplayMarks, type RawStore } from '#raw-store';
import { type Configuration, loadConfiguration } from '#registry';
import { BellwetherError, type Receipt } from '#vocabulary';
import { type Engine, openEngine } from '#warehouse';

export interface Arrival {
  readonly feed: string;
  readonly name: string;
  readonly content: string | Uint8Array;
  /** ISO instant. */
  readonly at: string;
}

/** Intake, embedded engine and analytics in this process, joined as the applications join them. */
export interface RunningLine {
  readonly analytics: Analytics;
  readonly engine: Engine;
  readonly store: RawStore;
  readonly configuration: Configuration;
  /** Takes a submission in as of its arrival, and waits until it is counted. */
  send(arrival: Arrival): Promise<Receipt>;
  /** Has an order about a submission carried out, as of now; undefined when it may not be given. */
  order(given: { order: 'undo' | 'withdraw'; submission: string }): Promise<Receipt | undefined>;
  close(): Promise<void>;
}

export async function startLine({
  config,
  images = openImageStore({ maxBytes: 1 << 24 }),
  now = Date.now,
  changed = () => undefined,
}: {
  /** Path in the configuration folder → content. */
  config: Readonly<Record<string, string>>;
  images?: ImageStore;
  now?: () => number;
  /** Told of every commit, after the analytics. */
  changed?: (change: Change) => void;
}): Promise<RunningLine> {
  const work = await mkdtemp(join(tmpdir(), 'line-'));
  for (const [path, content] of Object.entries(config)) {
    await mkdir(dirname(join(work, 'config', path)), { recursive: true });
    await writeFile(join(work, 'config', path), content);
  }
  const configuration = loadConfiguration(join(work, 'config'));
  const server = await startEngine({ dataPath: join(work, 'engine') });
  const engine = await openEngine({ url: server.url });
  const store = await openRawStore({
    folder: join(work, 'raw'),
    keys: openKeyFolder({ folder: join(work, 'keys'), raw: join(work, 'raw') }),
    maxBytes: 1 << 20,
  });
  const analytics = openAnalytics({
    engine,
    store: openProcessStore({ maxBytes: 1 << 24 }),
    images,
    rawStore: store,
    configuration: () => configuration,
    now,
  });
  const ingestor = openIngestor({
    engine,
    store,
    replays: await openReplayMarks(join(work, 'raw')),
    configuration: () => configuration,
    passwordOf: () => undefined,
    recordKey: Buffer.from('a key for the tests'),
    changed: async (change) => {
      await analytics.changed(change);
      changed(change);
    },
    now,
    log: () => undefined,
  });
  return {
    analytics,
    engine,
    store,
    configuration,
    async send({ feed, name, content, at }) {
      const receipt = await receive(
        { store, configuration: () => configuration, now },
        { feed, name, content: [Buffer.from(content)], receivedAt: Date.parse(at) },
      );
      if (!receipt.duplicate) await ingestor.process(receipt.submission);
      return receipt;
    },
    async order(given) {
      const receipt = await giveOrder({ engine, store, now }, { ...given, reason: 'a test', by: 'tester' }).catch(
        (error: unknown) => {
          if (error instanceof BellwetherError && error.code === 'REQUEST_INVALID') return undefined;
          throw error;
        },
      );
      if (receipt) await ingestor.process(receipt.submission);
      return receipt;
    },
    async close() {
      await ingestor.close();
      await engine.close();
      await server.close();
      await rm(work, { recursive: true, force: true });
    },
  };
}
