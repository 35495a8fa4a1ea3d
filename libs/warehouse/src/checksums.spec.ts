import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Engine as Server, startEngine } from '#embedded-clickhouse';
import { parseDay } from '#vocabulary';
import { CHECKED_TABLES, checksums, differences } from './checksums.js';
import { insertClosure } from './closures.js';
import { insertUndone } from './corrections.js';
import { type Engine, openEngine } from './engine.js';
import { insertFacilityPlaces } from './facilities.js';
import { type LedgerEntry, insertLedger } from './ledger.js';
import { nextRev, recomputeRollups } from './rollups.js';
import { type SlotRow, insertSlots, insertUnitDays } from './slots.js';

jest.setTimeout(60_000);

const day = (text: string): number => parseDay(text)!;

function slot(
  facility: string,
  on: string,
  change: { value?: number; version?: bigint; arrived?: number } = {},
): SlotRow {
  const { value = 3, version = 1n, arrived = 1_700_000_000_000 } = change;
  return {
    origin: { dataset: 'visits', tie: 7n, gen: 0, arrived, submission: 'ab'.repeat(32), feed: 'clinics' },
    content: {
      day: day(on),
      facility,
      unit: facility === 'F3' ? 99n : 0n,
      version,
      reported: true,
      zip: '19401',
      categories: ['fever', 'rash'],
      flags: ['N', 'N'],
      places: ['', ''],
      statuses: [0, 0],
      values: [value, 0],
      records: [1, 1],
    },
  };
}

const ROWS = [
  slot('F1', '2023-12-31'),
  slot('F1', '2024-01-01'),
  slot('F1', '2024-01-01', { version: 2n, value: 4 }),
  slot('F2', '2024-01-01'),
  slot('F3', '2024-01-02'),
];

const entry = (change: Partial<LedgerEntry>): LedgerEntry => ({
  submission: 'ab'.repeat(32), feed: 'clinics', name: 'a.csv', facility: 'F1', sha256: 'cd'.repeat(32), bytes: 10,
  receivedAt: 1_700_000_000_000, at: 1_700_000_001_000, state: 'loaded', code: '', detail: '',
  rowsRead: 2, rowsAccepted: 2, rowsRefused: 0, rev: 5, step: '', tries: 0, note: '', ...change,
}); // prettier-ignore

const SPAN = [day('2023-12-31'), day('2024-01-01'), day('2024-01-02')];

describe('checksums', () => {
  let folder: string;
  let server: Server;
  const opened: Engine[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'checksums-'));
    server = await startEngine({ dataPath: join(folder, 'engine') });
  });
  afterAll(async () => {
    for (const engine of opened) await engine.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function database(name: string): Promise<Engine> {
    const engine = await openEngine({ url: server.url, database: name, views: `${name}_views` });
    opened.push(engine);
    return engine;
  }

  /** The batches one after the other, rollups after each. */
  async function fill(engine: Engine, batches: readonly (readonly SlotRow[])[]): Promise<void> {
    await insertFacilityPlaces(
      engine,
      ['F1', 'F2', 'F3'].map((facility) => ({ dataset: 'visits', facility, zip: '19401', county: '42091', state: 'PA', hhs: '3', rev: 1 })),
    ); // prettier-ignore
    for (const batch of batches) {
      await insertUnitDays(
        engine,
        batch.filter(({ content }) => content.unit !== 0n),
      );
      await insertSlots(engine, batch);
      const regions = [{ level: 'state', code: 'PA' } as const, { level: 'zip', code: '19401' } as const];
      const touched = regions.map((region) => ({ region, days: SPAN }));
      await recomputeRollups(engine, { dataset: 'visits', touched, rev: (await nextRev(engine, 'visits')).rev });
    }
    await insertUndone(engine, {
      dataset: 'visits',
      submission: 'cd'.repeat(32),
      at: 5,
      order: 'ef'.repeat(32),
      isUndone: true,
    });
    await insertClosure(engine, {
      dataset: 'visits',
      facility: 'F9',
      at: 5,
      order: 'ef'.repeat(32),
      closedOn: SPAN[1],
    });
    await insertLedger(engine, [entry({})]);
  }

  it('are equal for the same statements in another order, other batches, and twice', async () => {
    const [one, other] = [await database('one'), await database('other')];
    await fill(one, [ROWS]);
    await fill(other, [
      [ROWS[4]!, ROWS[2]!],
      [ROWS[3]!, ROWS[0]!],
      [ROWS[1]!, ROWS[2]!],
    ]);
    const sums = await checksums(one);
    expect(differences(sums, await checksums(other))).toEqual([]);
    expect(sums.map(({ table, part, year, rows }) => [table, part, year, rows])).toEqual([
      ['slots', 'visits', '2023', 1],
      ['slots', 'visits', '2024', 4],
      ['rollups', 'visits', '2023', 2],
      ['rollups', 'visits', '2024', 4],
      ['unit_days', 'visits', '2024', 1],
      ['facility_places', 'visits', '', 3],
      ['undone', 'visits', '', 1],
      ['closures', 'visits', '', 1],
      ['ledger', 'clinics', '2023', 1],
    ]);
    expect(new Set(sums.map(({ table }) => table))).toEqual(new Set(CHECKED_TABLES));
  });

  it('do not depend on the order of the cells in a row, nor on the moment and revision of a state', async () => {
    const [one, other] = [await database('cells'), await database('turned')];
    const { origin, content } = ROWS[0]!;
    const turned = { origin, content: { ...content, categories: ['rash', 'fever'], values: [0, 3] } };
    await insertSlots(one, [ROWS[0]!]);
    await insertSlots(other, [turned]);
    await insertLedger(one, [entry({})]);
    await insertLedger(other, [
      entry({ state: 'quarantined', code: 'FILE_MALFORMED' }),
      entry({ at: 1_800_000_000_000, rev: 9 }),
    ]);
    expect(differences(await checksums(one), await checksums(other))).toEqual([]);
  });

  it.each([
    ['a value', slot('F2', '2024-01-01', { value: 4 })],
    ['the moment of arrival', slot('F2', '2024-01-01', { arrived: 1_700_000_000_001 })],
    ['a version', slot('F2', '2024-01-01', { version: 2n })],
  ])('name the dataset and year in which %s differs', async (what, changed) => {
    const name = `changed_${what.replace(/ /g, '_')}`;
    const [one, other] = [await database(`${name}_1`), await database(`${name}_2`)];
    await insertSlots(one, ROWS);
    await insertSlots(
      other,
      ROWS.map((row, i) => (i === 3 ? changed : row)),
    );
    const found = differences(await checksums(one), await checksums(other));
    expect(found.map(({ table, part, year }) => [table, part, year])).toEqual([['slots', 'visits', '2024']]);
  });

  it('name a part that only one has', async () => {
    const one = await database('lone');
    await insertSlots(one, [ROWS[0]!]);
    const sums = await checksums(one);
    expect(differences(sums, []).map(({ left, right }) => [left?.year, right])).toEqual([['2023', undefined]]);
    expect(differences([], sums).map(({ left, right }) => [left, right?.year])).toEqual([[undefined, '2023']]);
  });
});
