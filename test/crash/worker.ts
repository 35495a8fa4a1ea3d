import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type Ingestor, openDropFolder, openIngestor, receive } from '#intake';
import { type RawStore, openKeyFolder, openRawStore, openReplayMarks } from '#raw-store';
import { type Configuration, loadConfiguration } from '#registry';
import { type Engine, openEngine } from '#warehouse';
import type { Order, Step } from './failpoints.js';
import type { FromWorker, ToWorker } from './messages.js';

/*
 * An ingest worker composed of the same libraries as apps/ingest, whose ports are watched: between any two things it
 * does it can be killed, or have the engine killed, at a named step. The product itself knows nothing of it, save the
 * raw store, which tells how far a receipt has come.
 */

const RECONCILE_MS = 50;
/** The order of the day; undefined: carry on. */
let order: Order | undefined;
let occurrences = 0;
let resume: (() => void) | undefined;
/** Attempts to tell of a commit. */
let told = seriesBegin();

/** Of every 40 attempts four in a row fail; each worker begins elsewhere. */
function seriesBegin(): number {
  return process.pid % 40;
}

/** Resolves when the message has left us. */
const tell = (message: FromWorker): Promise<void> =>
  new Promise((resolve) => {
    process.send?.(message, undefined, undefined, () => resolve());
  });

const isMeant = (step: Step): boolean => order?.step === step && ++occurrences === order.occurrence;

async function strike(step: Step): Promise<void> {
  const victim = order!.victim;
  order = undefined;
  if (victim === 'engine') {
    const resumed = new Promise<void>((resolve) => (resume = resolve));
    await tell({ kind: 'at', step, victim });
    return resumed;
  }
  await tell({ kind: 'at', step, victim });
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

const at = async (step: Step): Promise<void> => {
  if (isMeant(step)) await strike(step);
};

/** Strikes a while after the statement has been sent. */
async function whileUnderway<T>(step: Step, work: () => Promise<T>): Promise<T> {
  if (!isMeant(step)) return work();
  const { delay } = order!;
  const working = work();
  working.catch(() => undefined); // it is awaited below
  await pause(delay);
  await strike(step);
  return working;
}

/** The port to the engine, with steps between its statements. */
function watchedEngine(engine: Engine): Engine {
  let isClosing = false;
  let hasRev = false;
  return {
    ...engine,
    async rows<Row extends readonly unknown[]>(query: string, parameters?: Readonly<Record<string, unknown>>) {
      const rows = await engine.rows<Row>(query, parameters);
      if (query.includes('FROM unit_days')) isClosing = true;
      if (query.includes('FROM ledger WHERE submission IN')) await at('states.read');
      if (query.includes('generateSnowflakeID')) {
        hasRev = true;
        isClosing = false;
        await at('rev.allocated');
      }
      return rows;
    },
    async native(query, parameters) {
      const slots = await engine.native(query, parameters);
      await at('slots.read');
      return slots;
    },
    async insert(table, columns, rowBinary) {
      const send = (): Promise<void> => engine.insert(table, columns, rowBinary);
      const between = async (underway: Step, inserted: Step): Promise<void> => {
        await whileUnderway(underway, send);
        await at(inserted);
      };
      switch (table) {
        case 'row_faults':
          await send();
          return at('faults.inserted');
        case 'unit_days':
          isClosing = false;
          return between('unit-days.underway', 'unit-days.inserted');
        case 'slots':
          return isClosing
            ? between('closing.underway', 'closing.inserted')
            : between('slots.underway', 'slots.inserted');
        case 'rollups':
          return between('rollups.underway', 'rollups.inserted');
        case 'facility_places':
          return between('places.underway', 'places.inserted');
        case 'ledger':
          if (hasRev) {
            hasRev = false;
            return between('ledger.underway', 'ledger.inserted');
          }
          await at('refused.faults');
          await send();
          return at('refused.ledger');
        default:
          return send();
      }
    },
  };
}

function watchedStore(store: RawStore): RawStore {
  return {
    ...store,
    async content(submission) {
      await at('read.begun');
      return store.content(submission);
    },
    async settle(submission) {
      await store.settle(submission);
      await at('settled');
    },
  };
}

interface Running {
  readonly ingestor: Ingestor;
  put(file: { feed: string; name: string; content: Buffer }): Promise<void>;
  quiesce(): Promise<void>;
}

async function start({ data, config, url }: Extract<ToWorker, { kind: 'start' }>): Promise<Running> {
  const loaded = loadConfiguration(config);
  const configuration = (): Configuration => loaded;
  const engine = watchedEngine(await openEngine({ url }));
  const keys = openKeyFolder({ folder: join(data, 'keys'), raw: join(data, 'raw') });
  const step = (name: string): Promise<void> => at(`received.${name}` as Step);
  const store = watchedStore(await openRawStore({ folder: join(data, 'raw'), keys, maxBytes: 1 << 20, step }));
  const ingestor = openIngestor({
    engine,
    store,
    replays: await openReplayMarks(join(data, 'raw')),
    configuration,
    passwordOf: () => undefined,
    recordKey: Buffer.from('a key for the crash test'),
    async changed({ dataset, rev }) {
      if (++told % 40 < 4) throw new Error('planned: caches that do not answer for a while');
      await tell({ kind: 'notice', dataset, rev });
      await at('notices.published');
    },
    now: Date.now,
    log: (level, message, facts) => {
      if (level === 'error') void tell({ kind: 'log', line: `${message} ${JSON.stringify(facts)}` });
    },
  });
  const inbox = join(data, 'inbox');
  let receiving = 0;
  async function put(file: { feed: string; name: string; content: Buffer | AsyncIterable<Uint8Array> }): Promise<void> {
    receiving++;
    try {
      const content = Buffer.isBuffer(file.content) ? [file.content] : file.content;
      const receipt = await receive({ store, configuration, now: Date.now }, { ...file, content });
      await tell({ kind: 'receipt', submission: receipt.submission });
      if (!receipt.duplicate) void ingestor.process(receipt.submission);
    } finally {
      receiving--;
    }
  }
  await openDropFolder({
    folder: inbox,
    take: async (file) => {
      await at('drop.claimed');
      await put(file);
      await at('drop.received');
    },
    log: (level, message, facts) => {
      if (level === 'error') void tell({ kind: 'log', line: `${message} ${JSON.stringify(facts)}` });
    },
  });
  const reconcile = async (): Promise<void> => {
    await ingestor.reconcile(() => true);
    await ingestor.retryAwaiting(() => true);
  };
  await reconcile();
  setInterval(() => void reconcile(), RECONCILE_MS);
  const dropped = (): number =>
    readdirSync(inbox, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).length;
  return {
    ingestor,
    put,
    async quiesce() {
      while (receiving > 0 || dropped() > 0 || ingestor.depth() > 0 || (await store.pending()).length > 0)
        await pause(5);
    },
  };
}

let running: Promise<Running> | undefined;

async function obey(message: ToWorker): Promise<void> {
  switch (message.kind) {
    case 'start':
      running = start(message);
      await running;
      return tell({ kind: 'started' });
    case 'order':
      occurrences = 0;
      order = message.order;
      return;
    case 'put':
      return (await running!).put({ ...message, content: Buffer.from(message.content, 'base64') });
    case 'quiesce':
      await (await running!).quiesce();
      return tell({ kind: 'idle' });
    case 'continue':
      resume?.();
      return;
  }
}

process.on('message', (message: ToWorker) => void obey(message));
process.on('disconnect', () => process.exit(0));
