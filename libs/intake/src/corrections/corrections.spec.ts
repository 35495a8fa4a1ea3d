import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEngine } from '#embedded-clickhouse';
import { type RawStore, openKeyFolder, openRawStore } from '#raw-store';
import { type Configuration, loadConfiguration } from '#registry';
import { type Engine, openEngine, submissionStates } from '#warehouse';
import { type Ingestor, openIngestor } from '../ingest/index.js';
import { receive } from '../receive/index.js';
import { type DryRun, dryRunFile, dryRunOrder, giveOrder } from './index.js';

const CONFIG: Readonly<Record<string, string>> = {
  'datasets/visits.yaml': 'title: Visits\nunit: visits\ncategories: { fever: Fever, rash: Rash }\nflags: { Y: Admitted, N: Not admitted }\n',
  'datasets/cases.yaml': 'title: Cases\nunit: cases\ncategories: { flu: Influenza, measles: Measles }\n',
  'feeds/clinics.yaml':
    "title: Clinics\ndataset: visits\nname: '{facility}_{period}_v{version}[.{repeat}].{ext}'\nrecord:\n  facility: clinic\n  zip: zip\n  day: day\n  category: syndrome\n  flag: admitted\n  value: { column: count, missing: [NA], suppressed: ['*'] }\n",
  'feeds/hospitals.yaml':
    'title: Hospitals\ndataset: cases\nrecord: { facility: hospital, zip: zip, day: day, category: disease, id: case, version: revision }\nreplace: record\n',
  'geography/geography.yaml': 'zips: { file: zips.csv, zip: zip, county: county }\nstates: { file: states.csv, fips: fips, state: state }\n',
  'geography/zips.csv': 'zip,county\n19401,42091\n19403,42091\n10001,36061\n',
  'geography/states.csv': 'fips,state\n42,PA\n36,NY\n',
}; // prettier-ignore

/** Small repeatable random numbers (mulberry32). */
function randomFrom(seed: number): (below: number) => number {
  let a = seed;
  return (below) => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

interface Sent {
  readonly feed: string;
  readonly name: string;
  readonly content: string;
  readonly receivedAt: number;
}

interface System {
  readonly engine: Engine;
  readonly store: RawStore;
  readonly ingestor: Ingestor;
  send(file: Sent): Promise<string>;
  order(order: 'undo' | 'withdraw', submission: string): Promise<string>;
  dryRun(file: Sent): Promise<DryRun>;
  dryOrder(order: 'undo' | 'withdraw', submission: string): Promise<DryRun>;
  /** Every key of the rollups with its sums; places of which nothing is left are not told apart from never having been. */
  state(): Promise<Map<string, string>>;
}

const SECOND = 1000;
let clock = Date.UTC(2024, 5, 1);
const tick = (): number => (clock += SECOND);

describe('corrections', () => {
  let work: string;
  let configuration: Configuration;
  let server: Awaited<ReturnType<typeof startEngine>>;
  const opened: System[] = [];
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'corrections-'));
    for (const [path, text] of Object.entries(CONFIG)) {
      mkdirSync(join(work, 'config', path, '..'), { recursive: true });
      writeFileSync(join(work, 'config', path), text);
    }
    configuration = loadConfiguration(join(work, 'config'));
    server = await startEngine({ dataPath: join(work, 'engine') });
  }, 60_000);
  afterAll(async () => {
    for (const { engine, ingestor } of opened) {
      await ingestor.close();
      await engine.close();
    }
    await server.close();
    rmSync(work, { recursive: true, force: true });
  });

  async function open(database: string): Promise<System> {
    const engine = await openEngine({ url: server.url, database, views: `${database}_views` });
    const store = await openRawStore({
      folder: join(work, database),
      keys: openKeyFolder({ folder: join(work, `${database}.keys`), raw: join(work, database) }),
      maxBytes: 1 << 20,
    });
    const errors: string[] = [];
    const recordKey = Buffer.alloc(32, 1);
    const means = {
      engine,
      store,
      configuration: () => configuration,
      passwordOf: () => undefined,
      recordKey,
      now: tick,
      alarms: async () => ({ detector: 'none', changes: [], isCut: false }),
    };
    const ingestor = openIngestor({
      ...means,
      changed: () => Promise.resolve(),
      log: (level, message) => level === 'error' && errors.push(message),
    });
    const system: System = {
      engine,
      store,
      ingestor,
      async send({ feed, name, content, receivedAt }) {
        const receipt = await receive(
          { store, configuration: () => configuration, now: tick },
          { feed, name, content: [Buffer.from(content)], receivedAt },
        );
        await ingestor.process(receipt.submission);
        return receipt.submission;
      },
      async order(order, submission) {
        const receipt = await giveOrder(means, { order, submission, reason: 'a test', by: 'tester' });
        await ingestor.process(receipt.submission);
        expect(errors).toEqual([]);
        return receipt.submission;
      },
      dryRun: (file) =>
        dryRunFile({ ...means, now: () => file.receivedAt }, { ...file, content: Buffer.from(file.content) }),
      dryOrder: (order, submission) => dryRunOrder(means, { order, submission }),
      async state() {
        const rows = await engine.rows<[string, string, string, number, number, number, string[], string[], string[], number[], number[], number[]]>(
          `SELECT dataset, level, region, toUInt16(day), reporting, withdrawn, category, flag, value, reported, suppressed, missing
           FROM rollups ORDER BY rev DESC LIMIT 1 BY dataset, level, region, day`,
        ); // prettier-ignore
        const state = new Map<string, string>();
        for (const [dataset, level, region, day, reporting, withdrawn, ...cells] of rows) {
          const [categories, flags, values, reported, suppressed, missing] = cells;
          if (reporting + withdrawn + categories.length === 0) continue;
          const key = `${dataset} ${level}:${region} ${day}`;
          state.set(key, `${reporting}/${withdrawn}`);
          for (const [i, category] of categories.entries())
            state.set(`${key} ${category} ${flags[i]!}`, [values[i], reported[i], suppressed[i], missing[i]].join());
        }
        return state;
      },
    };
    opened.push(system);
    return system;
  }

  const clinics = (facility: string, zip: string, day: number, version: number, rows: readonly string[]): Sent => ({
    feed: 'clinics',
    name: `${facility}_2024-03-0${day}_v${version}.csv`,
    content: `clinic,zip,day,syndrome,admitted,count\n${rows.map((row) => `${facility},${zip},2024-03-0${day},${row}\n`).join('')}`,
    receivedAt: tick(),
  });
  const cases = (rows: readonly string[]): Sent => ({
    feed: 'hospitals',
    name: `list-${tick()}.csv`,
    content: `hospital,zip,day,disease,case,revision\n${rows.join('\n')}\n`,
    receivedAt: tick(),
  });

  it('undo restores the state before, also for who asks later versions, and can itself be undone', async () => {
    const { send, order, state, engine } = await open('undo_one');
    await send(clinics('A', '19401', 1, 1, ['fever,Y,2', 'rash,N,*']));
    await send(cases(['H,10001,2024-03-01,flu,c1,1', 'H,10001,2024-03-01,flu,c2,1']));
    const before = await state();
    const correction = await send(clinics('A', '19403', 1, 2, ['fever,Y,9']));
    const moved = await send(cases(['K,19401,2024-03-02,measles,c1,2']));
    const after = await state();
    expect(after).not.toEqual(before);

    const undoing = await order('undo', correction);
    await order('undo', moved);
    expect(await state()).toEqual(before);
    expect((await submissionStates(engine, [correction, moved])).get(correction)).toBe('undone');

    await order('undo', undoing);
    expect((await state()).get('visits zip:19403 19783 fever Y')).toBe('9,1,0,0');
    expect((await submissionStates(engine, [correction])).get(correction)).toBe('loaded');
  }, 60_000);

  it('a withdrawn file reports nothing until a higher version speaks, and the withdrawal can be undone', async () => {
    const { send, order, state } = await open('withdraw_one');
    const first = await send(clinics('A', '19401', 1, 1, ['fever,Y,2']));
    const before = await state();
    const withdrawal = await order('withdraw', first);
    expect((await state()).get('visits state:PA 19783')).toBe('0/1');
    await order('undo', withdrawal);
    expect(await state()).toEqual(before);
    await order('withdraw', first);
    await send(clinics('A', '19401', 1, 2, ['fever,Y,3']));
    expect((await state()).get('visits state:PA 19783')).toBe('1/0');
    expect((await state()).get('visits state:PA 19783 fever Y')).toBe('3,1,0,0');
  }, 60_000);

  it('a facility goes back to a zip that it had stated before, and that never held', async () => {
    const { send, order, state } = await open('undo_place');
    const newest = await send(clinics('A', '19403', 2, 1, ['fever,Y,2']));
    await send(clinics('A', '10001', 1, 1, ['fever,Y,3']));
    expect((await state()).get('visits zip:19403 19783')).toBe('1/0');
    await order('undo', newest);
    expect((await state()).get('visits zip:10001 19783')).toBe('1/0');
    expect((await state()).get('visits zip:19403 19783')).toBeUndefined();
  }, 60_000);

  it('undoing the undoing of an undoing undoes again, in the numbers and in the ledger', async () => {
    const { send, order, state, engine } = await open('undo_chain');
    const file = await send(clinics('A', '19401', 1, 1, ['fever,Y,2']));
    const orders = [file];
    for (const _ of [1, 2, 3]) orders.push(await order('undo', orders.at(-1)!));
    expect((await state()).get('visits zip:19401 19783')).toBeUndefined();
    const states = await submissionStates(engine, orders);
    expect(orders.map((submission) => states.get(submission))).toEqual(['undone', 'loaded', 'undone', 'loaded']);
  }, 60_000);

  it('what is not loaded is neither undone nor withdrawn', async () => {
    const { send, order } = await open('refused');
    await expect(order('undo', 'ab'.repeat(32))).rejects.toMatchObject({ code: 'UNKNOWN_SUBMISSION' });
    const bad = await send({ ...clinics('A', '19401', 1, 1, []), content: 'clinic\n' });
    await expect(order('undo', bad)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    const good = await send(clinics('A', '19401', 1, 1, ['fever,Y,2']));
    const undone = await order('undo', good);
    await expect(order('withdraw', undone)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
  }, 60_000);

  const random = (seed: number): (() => Sent) => {
    const below = randomFrom(seed);
    const places: Readonly<Record<string, string>> = { A: '19401', B: '19403', C: '10001' };
    const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
    return () => {
      const facility = pick(Object.keys(places));
      if (below(2) === 0) {
        const rows = Array.from(
          { length: 1 + below(3) },
          () => `${pick(['fever', 'rash'])},${pick(['Y', 'N'])},${pick(['0', '3', '7', 'NA', '*'])}`,
        );
        return clinics(facility, places[facility]!, 1 + below(2), 1 + below(3), rows);
      }
      const rows = Array.from(
        { length: 1 + below(3) },
        () =>
          `${facility},${places[facility]!},2024-03-0${1 + below(2)},${pick(['flu', 'measles'])},c${below(5)},${1 + below(3)}`,
      );
      return cases(rows);
    };
  };

  it.each([1, 2, 3])(
    'after any undos the state is that of the files that were not undone (seed %i)',
    async (seed) => {
      const next = random(seed);
      const below = randomFrom(seed + 100);
      const system = await open(`undone_${seed}`);
      const sent: { file: Sent; submission: string; isUndone: boolean }[] = [];
      for (let step = 0; step < 16; step++) {
        const file = next();
        sent.push({ file, submission: await system.send(file), isUndone: false });
        const victim = sent[below(sent.length)]!;
        if (below(3) > 0 || victim.isUndone) continue;
        const undoing = await system.order('undo', victim.submission);
        if (below(4) === 0) await system.order('undo', undoing);
        else victim.isUndone = true;
      }
      expect(sent.some(({ isUndone }) => isUndone)).toBe(true);
      const other = await open(`never_${seed}`);
      for (const { file, isUndone } of sent) if (!isUndone) await other.send(file);
      expect(await system.state()).toEqual(await other.state());
    },
    120_000,
  );

  it('a dry run tells exactly the cells and reporting facilities that then change, and writes nothing', async () => {
    const next = random(7);
    const system = await open('dry');
    let told = 0;
    const compare = async (dry: DryRun, act: () => Promise<unknown>): Promise<void> => {
      const before = await system.state();
      await act();
      const after = await system.state();
      const changed = new Set([...before.keys(), ...after.keys()].filter((key) => before.get(key) !== after.get(key)));
      const dataset = [...changed][0]?.split(' ')[0] ?? '';
      const cellKeys = dry.cells.map(
        ({ region: { level, code }, day, category, flag }) => `${dataset} ${level}:${code} ${day} ${category} ${flag}`,
      );
      expect(cellKeys.sort()).toEqual([...changed].filter((key) => key.split(' ').length > 3).sort());
      for (const {
        region: { level, code },
        day,
        category,
        flag,
        after: cell,
      } of dry.cells) {
        const expected = after.get(`${dataset} ${level}:${code} ${day} ${category} ${flag}`);
        expect(cell && [cell.value, cell.reported, cell.suppressed, cell.missing].join()).toBe(expected);
      }
      for (const {
        region: { level, code },
        day,
        after: reporting,
      } of dry.reporting)
        expect(Number((after.get(`${dataset} ${level}:${code} ${day}`) ?? '0/0').split('/')[0])).toBe(reporting);
      told += dry.cells.length;
    };
    const submissions: string[] = [];
    for (let step = 0; step < 8; step++) {
      const file = next();
      await compare(await system.dryRun(file), async () => submissions.push(await system.send(file)));
    }
    for (const [i, submission] of submissions.slice(0, 4).entries()) {
      const order = i % 2 === 0 ? 'undo' : 'withdraw';
      await compare(await system.dryOrder(order, submission), () => system.order(order, submission));
    }
    expect(told).toBeGreaterThan(50);
  }, 120_000);
});
