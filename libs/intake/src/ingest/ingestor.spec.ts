import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClickHouseError } from '@clickhouse/client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { TextReader, Uint8ArrayWriter, ZipWriter, configure } from '@zip.js/zip.js';
import { startEngine } from '#embedded-clickhouse';
import { type RawStore, type ReplayMarks, openKeyFolder, openRawStore, openReplayMarks } from '#raw-store';
import { type Configuration, loadConfiguration } from '#registry';
import { BellwetherError } from '#vocabulary';
import { type Engine, type LedgerEntry, ledgerPage, openEngine, rowFaults } from '#warehouse';
import { receive } from '../receive/index.js';
import { type DeadLetterNotice, type Ingestor, type IngestorOptions, openIngestor } from './index.js';

jest.setTimeout(60_000);
configure({ useWebWorkers: false });

const DATASET = `title: Visits
unit: visits
categories: { fever: Fever }
flags: { N: Not admitted }
unflagged: N
`;
const feedOf = (category: string, more = ''): string => `title: Clinics
dataset: visits
name: '{facility}_{period}_v{version}.{ext}'
record:
  facility: clinic
  zip: zip
  day: day
  category: ${category}
  flag: { constant: N }
  value: count
${more}`;
const fileOf = (clinic: string, count = 3): string =>
  `clinic,zip,day,syndrome,count\n${clinic},19401,2024-03-01,fever,${count}\n`;

/** An engine error as the port gives it. */
const engineError = (type: string, code: string): BellwetherError =>
  new BellwetherError(
    'ENGINE_FAILED',
    `${type} (${code})`,
    {},
    { cause: new ClickHouseError({ message: type, code, type }) },
  );

let work: string;
let server: Awaited<ReturnType<typeof startEngine>>;
let serial = 0;
/** Each specification has empty tables, a raw store and a configuration of its own. */
let home: string;
let engine: Engine;
let store: RawStore;
let replays: ReplayMarks;
let configuration: Configuration;
let password: string | undefined;
let told: DeadLetterNotice[];
let waits: number[];
let ingestor: Ingestor;
/** What fails, by table; what is inserted passes through it. */
let fault: ((table: string, bytes: Buffer) => void) | undefined;
let commits: number;

async function put(feed: string): Promise<void> {
  await mkdir(join(home, 'config/feeds'), { recursive: true });
  await mkdir(join(home, 'config/datasets'), { recursive: true });
  await writeFile(join(home, 'config/datasets/visits.yaml'), DATASET);
  await writeFile(join(home, 'config/feeds/clinics.yaml'), feed);
  configuration = loadConfiguration(join(home, 'config'));
}

function open(change: Partial<IngestorOptions> = {}): Ingestor {
  return openIngestor({
    engine: {
      ...engine,
      insert: async (table, columns, bytes) => {
        if (table === 'slots') commits++;
        fault?.(table, bytes);
        return engine.insert(table, columns, bytes);
      },
    },
    store,
    replays,
    configuration: () => configuration,
    passwordOf: () => password,
    recordKey: Buffer.from('a key for the specification'),
    changed: () => Promise.resolve(),
    deadLetter: async (notice) => void told.push(notice),
    now: Date.now,
    // Waits are noted, and short.
    wait: (ms) => {
      waits.push(ms);
      return new Promise((resolve) => setTimeout(resolve, 2));
    },
    log: () => undefined,
    ...change,
  });
}

async function send(name: string, content: string | Uint8Array = fileOf(name.split('_')[0]!)): Promise<string> {
  const file = { feed: 'clinics', name, content: [Buffer.from(content)] };
  return (await receive({ store, configuration: () => configuration, now: Date.now }, file)).submission;
}
async function entryOf(submission: string): Promise<LedgerEntry | undefined> {
  return (await ledgerPage(engine, { submission, limit: 1 }))[0];
}
async function sumOf(facility: string): Promise<number> {
  const rows = await engine.rows<[string]>(
    `SELECT sum(arraySum(value)) FROM rollups FINAL WHERE level = 'facility' AND region = {facility:String}`,
    { facility },
  );
  return Number(rows[0]![0]);
}

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'ingestor-'));
  server = await startEngine({ dataPath: join(work, 'engine') });
  engine = await openEngine({ url: server.url });
}, 60_000);
afterAll(async () => {
  await engine.close();
  await server.close();
  await rm(work, { recursive: true, force: true });
});
beforeEach(async () => {
  home = join(work, String(++serial));
  await put(feedOf('syndrome'));
  for (const table of ['ledger', 'row_faults', 'slots', 'unit_days', 'facility_places', 'rollups'])
    await engine.run(`TRUNCATE TABLE ${table}`);
  const keys = openKeyFolder({ folder: join(home, 'keys'), raw: join(home, 'raw') });
  store = await openRawStore({ folder: join(home, 'raw'), keys, maxBytes: 1 << 20 });
  replays = await openReplayMarks(join(home, 'raw'));
  [password, fault, told, waits, commits] = [undefined, undefined, [], [], 0];
  ingestor = open();
});
afterEach(async () => {
  await ingestor.close();
});

describe('threads that read', () => {
  it('leave to the ingestor what they do not judge, which counts all the same', async () => {
    await ingestor.close();
    ingestor = open({ threads: { read: () => Promise.resolve(undefined) } });
    await ingestor.process(await send('C1_2024-03-01_v1.csv'));
    expect(await sumOf('C1')).toBe(3);
  });

  it('make a dead letter of what ends them three times, and the ingestor does not read that itself', async () => {
    await ingestor.close();
    let deaths = 0;
    const doomed = await send('C1_2024-03-01_v1.csv');
    ingestor = open({
      threads: {
        read(submission) {
          if (submission !== doomed) return Promise.resolve(undefined);
          deaths++;
          return Promise.reject(new Error('the thread has run out of memory'));
        },
      },
    });
    const others = await Promise.all([send('C2_2024-03-01_v1.csv'), send('C3_2024-03-01_v1.csv')]);
    await Promise.all([doomed, ...others].map((submission) => ingestor.process(submission)));
    expect(deaths).toBe(3);
    expect(await entryOf(doomed)).toMatchObject({ state: 'dead', code: 'INTERNAL', tries: 3 });
    expect([await sumOf('C1'), await sumOf('C2'), await sumOf('C3')]).toEqual([0, 3, 3]);
  });
});

describe('a file that cannot be counted', () => {
  /** The warehouse refuses whatever holds it. */
  const poison = (table: string, bytes: Buffer): void => {
    if (table === 'slots' && bytes.includes('POISON')) throw engineError('TYPE_MISMATCH', '53');
  };

  it('is dead after three tries, with step, code, detail and tries, and stops none of its sender’s other files', async () => {
    fault = poison;
    const names = Array.from({ length: 30 }, (_, i) => (i === 17 ? 'POISON' : `C${i}`));
    const sent = await Promise.all(names.map((name) => send(`${name}_2024-03-01_v1.csv`)));
    await Promise.all(sent.map((submission) => ingestor.process(submission)));
    const states = await ledgerPage(engine, { limit: 100 });
    expect(states.filter(({ state }) => state === 'loaded')).toHaveLength(29);
    expect(states.filter(({ state }) => state === 'dead')).toMatchObject([
      {
        name: 'POISON_2024-03-01_v1.csv',
        code: 'ENGINE_FAILED',
        step: 'load',
        tries: 3,
        feed: 'clinics',
        facility: 'POISON',
      },
    ]);
    expect(states.find(({ state }) => state === 'dead')!.detail).toContain('TYPE_MISMATCH (53)');
    // Found by halving, not one by one: of 30 files at most 5 halvings a try, each with a commit of the other half.
    expect(commits).toBeLessThan(25);
    expect(waits.length).toBeGreaterThanOrEqual(2);
    expect(await store.pending()).toEqual([]);
  });

  it('is told of once, before the ledger knows, and with the same id when a crash has it refused again', async () => {
    fault = (table) => {
      if (table === 'ledger') throw new BellwetherError('NOT_READY', 'the process ends here');
    };
    const submission = await send('C1_2024-03-01_v1.csv', 'clinic\nC1\n');
    const doomed = ingestor.process(submission);
    while (told.length === 0) await new Promise((next) => setTimeout(next, 5));
    await ingestor.close();
    await expect(doomed).rejects.toMatchObject({ code: 'NOT_READY' });
    fault = undefined;
    ingestor = open();
    await ingestor.reconcile(() => true);
    await ingestor.process(submission);
    expect(await entryOf(submission)).toMatchObject({ state: 'quarantined', step: 'map', tries: 1 });
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
    expect(told.at(-1)!.entry).toMatchObject({ submission, state: 'quarantined', code: 'FILE_COLUMN_MISSING' });
  });
});

describe('an engine that does not do what it should', () => {
  it.each([
    ['has too many parts', 'TOO_MANY_PARTS', '252'],
    ['is shutting down', 'ABORTED', '236'],
    ['serves too many others', 'TOO_MANY_SIMULTANEOUS_QUERIES', '202'],
    ['has no space', 'NOT_ENOUGH_SPACE', '243'],
  ])('makes nothing dead when it %s, however often', async (_, type, code) => {
    let failures = 0;
    fault = (table) => {
      if (table === 'slots' && ++failures <= 40) throw engineError(type, code);
    };
    const sent = await Promise.all(['A', 'B', 'C'].map((name) => send(`${name}_2024-03-01_v1.csv`)));
    await Promise.all(sent.map((submission) => ingestor.process(submission)));
    for (const submission of sent) expect(await entryOf(submission)).toMatchObject({ state: 'loaded', tries: 0 });
    expect(failures).toBeGreaterThan(40);
  });

  it('makes a file dead that strains it each time while others pass, and none that it strains at while nobody passes', async () => {
    fault = (table, bytes) => {
      if (table === 'slots' && bytes.includes('HUGE')) throw engineError('MEMORY_LIMIT_EXCEEDED', '241');
    };
    const huge = await send('HUGE_2024-03-01_v1.csv');
    const finished = ingestor.process(huge);
    while (commits < 14) await new Promise((next) => setTimeout(next, 5));
    expect(await entryOf(huge)).toBeUndefined();
    for (let i = 0; !(await entryOf(huge)); i++) await ingestor.process(await send(`C${i}_2024-03-01_v1.csv`));
    await finished;
    expect(await entryOf(huge)).toMatchObject({ state: 'dead', step: 'load', tries: 10 });
  });

  it('that has lost a table keeps all waiting until it is back', async () => {
    await engine.run('RENAME TABLE rollups TO hidden');
    const sent = await Promise.all(['A', 'B', 'C', 'D'].map((name) => send(`${name}_2024-03-01_v1.csv`)));
    const finished = Promise.all(sent.map((submission) => ingestor.process(submission)));
    while (waits.length < 12) await new Promise((next) => setTimeout(next, 5));
    expect(await ledgerPage(engine, { limit: 10 })).toEqual([]);
    await engine.run('RENAME TABLE hidden TO rollups');
    await finished;
    expect((await ledgerPage(engine, { limit: 10 })).map(({ state }) => state)).toEqual(Array(4).fill('loaded'));
    expect(await sumOf('A')).toBe(3);
  });

  it('that goes away in the middle of a commit and comes back has everything counted once', async () => {
    const { port } = server;
    let hasGone = false;
    const sent = await Promise.all(['A', 'B', 'C'].map((name) => send(`${name}_2024-03-01_v1.csv`)));
    await ingestor.close();
    ingestor = open({
      engine: {
        ...engine,
        insert: async (table, columns, bytes) => {
          if (table === 'slots' && !hasGone) {
            hasGone = true;
            await server.close();
          }
          return engine.insert(table, columns, bytes);
        },
      },
    });
    const finished = Promise.all(sent.map((submission) => ingestor.process(submission)));
    while (waits.length < 5) await new Promise((next) => setTimeout(next, 5));
    server = await startEngine({ dataPath: join(work, 'engine'), port });
    await finished;
    for (const submission of sent) expect(await entryOf(submission)).toMatchObject({ state: 'loaded' });
    expect([await sumOf('A'), await sumOf('B'), await sumOf('C')]).toEqual([3, 3, 3]);
  });

  it('leaves everything pending when the ingestor closes meanwhile', async () => {
    fault = (table) => {
      if (table === 'slots') throw engineError('TOO_MANY_PARTS', '252');
    };
    const submission = await send('A_2024-03-01_v1.csv');
    const finished = ingestor.process(submission);
    finished.catch(() => undefined);
    while (waits.length < 3) await new Promise((next) => setTimeout(next, 5));
    await ingestor.close();
    await expect(finished).rejects.toMatchObject({ code: 'NOT_READY' });
    expect(await store.pending()).toEqual([submission]);
    fault = undefined;
    ingestor = open();
    await ingestor.process(submission);
    expect(await sumOf('A')).toBe(3);
  });
});

describe('a raw store that does not give a submission', () => {
  it('is asked again, and nothing is refused for it', async () => {
    let failures = 0;
    await ingestor.close();
    ingestor = open({
      store: {
        ...store,
        content: (id) => (++failures < 6 ? Promise.reject(new Error('EIO')) : store.content(id)),
      },
    });
    const submission = await send('A_2024-03-01_v1.csv');
    await ingestor.process(submission);
    expect(await entryOf(submission)).toMatchObject({ state: 'loaded' });
  });
});

describe('a replay', () => {
  /** Refused, for the mapping names a column that the file does not have. */
  async function refused(name = 'R'): Promise<string> {
    await put(feedOf('illness'));
    const submission = await send(`${name}_2024-03-01_v1.csv`);
    await ingestor.process(submission);
    expect(await entryOf(submission)).toMatchObject({ state: 'quarantined', code: 'FILE_COLUMN_MISSING', step: 'map' });
    expect(await rowFaults(engine, submission)).toHaveLength(1);
    return submission;
  }
  const replay = async (submission: string): Promise<void> => {
    await replays.ask([submission]);
    await ingestor.reconcile(() => true);
    await ingestor.process(submission);
  };

  it('counts once a file whose mapping was put right, and forgets what was wrong with it', async () => {
    const submission = await refused();
    await put(feedOf('syndrome'));
    await replay(submission);
    expect(await entryOf(submission)).toMatchObject({ state: 'loaded', step: '', tries: 0 });
    expect(await rowFaults(engine, submission)).toEqual([]);
    await replay(submission);
    await replay(submission);
    expect(await sumOf('R')).toBe(3);
    expect(await replays.asked()).toEqual([]);
  });

  it('that is asked for while the file is being read is not lost, and counts once', async () => {
    const submission = await refused();
    await replays.ask([submission]);
    // The reading under way is one by the old mapping; before it ends, the mapping is put right and a replay asked for.
    let hasAsked = false;
    await ingestor.close();
    ingestor = open({
      store: {
        ...store,
        content: async (id) => {
          const content = await store.content(id);
          if (!hasAsked) {
            hasAsked = true;
            await replays.ask([id]);
            await ingestor.reconcile(() => true); // on its way already
          }
          return content;
        },
      },
    });
    await ingestor.process(submission);
    expect(await entryOf(submission)).toMatchObject({ state: 'quarantined' });
    expect(await replays.asked()).toEqual([submission]);
    await put(feedOf('syndrome'));
    await ingestor.reconcile(() => true);
    await ingestor.process(submission);
    expect(await entryOf(submission)).toMatchObject({ state: 'loaded' });
    expect(await sumOf('R')).toBe(3);
  });

  it.each(['ledger', 'slots', 'rollups'])('is carried on when the process ends at %s', async (place) => {
    const submission = await refused();
    await put(feedOf('syndrome'));
    await replays.ask([submission]);
    await ingestor.close();
    // It never gets past the place, and is closed: what the next one finds is what a kill leaves.
    const stuck = (): never => {
      throw engineError('ABORTED', '236');
    };
    const doomed = open({
      engine: {
        ...engine,
        insert: (table, columns, bytes) => (table === place ? stuck() : engine.insert(table, columns, bytes)),
        run: (query, parameters) =>
          place === 'rollups' && query.includes('INSERT INTO rollups') ? stuck() : engine.run(query, parameters),
      },
    });
    await doomed.reconcile(() => true);
    while (waits.length < 3) await new Promise((next) => setTimeout(next, 5));
    await doomed.close();
    ingestor = open();
    expect(await ingestor.reconcile(() => true)).toBe(1);
    await ingestor.process(submission);
    expect(await entryOf(submission)).toMatchObject({ state: 'loaded' });
    expect(await sumOf('R')).toBe(3);
    expect(await rowFaults(engine, submission)).toEqual([]);
  });
});

describe('what awaits a password', () => {
  async function packed(name: string, key: string): Promise<string> {
    const zip = new ZipWriter(new Uint8ArrayWriter(), { password: key, zipCrypto: true, level: 0 });
    await zip.add('data.csv', new TextReader(fileOf(name)));
    return send(`${name}_2024-03-01_v1.zip`, await zip.close());
  }
  beforeEach(() => put(feedOf('syndrome', 'password: { file: secrets/vault }\n')));

  it('loads by itself when the right password comes, however many wait, also after a restart', async () => {
    const sent: string[] = [];
    for (let i = 0; i < 230; i++) sent.push(await packed(`C${i % 50}x${i}`, 'new'));
    await Promise.all(sent.map((submission) => ingestor.process(submission)));
    expect(await ledgerPage(engine, { states: ['awaiting_password'], limit: 1000 })).toHaveLength(230);
    await ingestor.retryAwaiting(() => true);
    await ingestor.close();
    ingestor = open();
    password = 'new';
    await ingestor.retryAwaiting(() => true);
    expect(await ledgerPage(engine, { states: ['loaded'], limit: 1000 })).toHaveLength(230);
    expect(await sumOf('C0x0')).toBe(3);
    expect(await rowFaults(engine, sent[0]!)).toEqual([]);
  });

  it('is tried again at once when the password has changed while it was read', async () => {
    password = 'old';
    const submission = await packed('V', 'new');
    await ingestor.close();
    ingestor = open({
      store: {
        ...store,
        content: async (id) => {
          password = 'new'; // after it was looked up
          return store.content(id);
        },
      },
    });
    await ingestor.process(submission);
    while ((await entryOf(submission))?.state !== 'loaded') await new Promise((next) => setTimeout(next, 10));
    expect(await sumOf('V')).toBe(3);
  });

  it('waits while the password cannot be read, and hinders nobody else', async () => {
    await ingestor.close();
    let isReadable = false;
    ingestor = open({
      passwordOf: (_, sender) => {
        if (sender === 'BAD' && !isReadable) throw new BellwetherError('CONFIG_INVALID', 'mode 0644');
        return 'new';
      },
    });
    const [bad, good] = [await packed('BAD', 'new'), await packed('GOOD', 'new')];
    await Promise.all([ingestor.process(bad), ingestor.process(good)]);
    expect((await entryOf(bad))?.state).toBe('awaiting_password');
    expect((await entryOf(good))?.state).toBe('loaded');
    await ingestor.retryAwaiting(() => true);
    isReadable = true;
    await ingestor.retryAwaiting(() => true);
    expect((await entryOf(bad))?.state).toBe('loaded');
  });
});
