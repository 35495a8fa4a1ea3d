import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEngine } from '#embedded-clickhouse';
import { type Change, type Ingestor, openIngestor, receive } from '#intake';
import { type Keyring, type RawStore, openKeyFolder, openRawStore } from '#raw-store';
import type { Reader } from '#recovery';
import { type Configuration, loadConfiguration } from '#registry';
import { type Engine, type EngineAddress, openEngine } from '#warehouse';
import { type Made, Sender } from '../../crash/load.js';

export const CONFIG = join(import.meta.dirname, '../../crash/config');
export const START = Date.parse('2025-01-10T00:00:00Z');
export const MINUTE = 60_000;

/** Submissions of every kind, by the crash test's sender: corrections, late versions, resends, moves, damage. */
export function madeFiles(count: number, seed: number): Made[] {
  const sender = new Sender(seed);
  const files: Made[] = [];
  for (const first of ['any', 'mover', 'damaged', 'units'] as const) files.push(...sender.round(first));
  while (files.length < count) files.push(...sender.round('any'));
  return files.slice(0, count);
}

/** A running line on a folder of its own, with an engine that holds as many databases as wanted. */
export interface World {
  readonly folder: string;
  readonly address: EngineAddress;
  readonly engine: Engine;
  readonly keys: Keyring;
  readonly store: RawStore;
  readonly configuration: Configuration;
  readonly reader: Reader;
  /** Received one a minute from `START` on, however they are processed: the last first, in batches of `batch`. */
  send(files: readonly Made[], batch: number): Promise<string[]>;
  /** Received one after the other, a second apart, and counted in that order. */
  sendTexts(files: readonly { feed: string; name: string; text: string }[]): Promise<void>;
  process(submission: string): Promise<void>;
  /** What was told to others, in order. */
  readonly changes: Change[];
  /** A second later at every look. */
  clock(): number;
  database(name: string): Promise<Engine>;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'recovery-'));
  const server = await startEngine({ dataPath: join(folder, 'engine') });
  const address = { url: server.url };
  const configuration = loadConfiguration(CONFIG);
  const keys = openKeyFolder({ folder: join(folder, 'keys'), raw: join(folder, 'raw') });
  const store = await openRawStore({
    folder: join(folder, 'raw'),
    keys,
    maxBytes: 1 << 20,
  });
  const reader: Reader = {
    configuration: () => configuration,
    passwordOf: () => undefined,
    recordKey: Buffer.from('a key for the tests'),
  };
  const opened: Engine[] = [];
  const database = async (name: string): Promise<Engine> => {
    const engine = await openEngine({ ...address, database: name, views: `${name}_views` });
    opened.push(engine);
    return engine;
  };
  const changes: Change[] = [];
  const engine = await openEngine(address);
  opened.push(engine);
  const ingestor: Ingestor = openIngestor({
    ...reader,
    engine,
    store,
    changed: (change) => {
      changes.push(change);
      return Promise.resolve();
    },
    now: Date.now,
    log: () => undefined,
  });
  let received = 0;
  let seconds = 0;
  const clock = (): number => START + 1000 * ++seconds;
  return {
    folder,
    keys,
    address,
    engine,
    store,
    configuration,
    reader,
    database,
    changes,
    clock,
    process: (submission) => ingestor.process(submission),
    async sendTexts(texts) {
      for (const { feed, name, text } of texts) {
        const file = { feed, name, content: [Buffer.from(text)] };
        const { submission } = await receive({ store, configuration: () => configuration, now: clock }, file);
        await ingestor.process(submission);
      }
    },
    async send(files, batch) {
      const submissions: string[] = [];
      for (const { feed, name, content } of files) {
        const receivedAt = START + received++ * MINUTE;
        const receipt = await receive(
          { store, configuration: () => configuration, now: Date.now },
          { feed, name, content: [content], receivedAt },
        );
        submissions.push(receipt.submission);
      }
      const order = [...new Set(submissions)].reverse();
      for (let at = 0; at < order.length; at += batch)
        await Promise.all(order.slice(at, at + batch).map((submission) => ingestor.process(submission)));
      return submissions;
    },
    async close() {
      await ingestor.close();
      for (const one of opened) await one.close();
      await server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
