import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createPolicy, type Principal } from '#access';
import { startEngine, type Engine } from '#embedded-clickhouse';
import { type Region, regionKey } from '#vocabulary';
import { openEngine } from '#warehouse';
import { startSqlDoor, type SqlDoor } from './door.js';
import { LIMITED } from './limited.fixture.js';
import { SQL_LIMITS } from './limits.js';
import { READABLE } from './readable.fixture.js';
import { openSqlReaders } from './reader.js';
import { checkStatement } from './statement/check-statement.js';
import { regionsWithin } from './row-rules.js';

// The engine is real, and the machine may be busy.
jest.setTimeout(300_000);

const VIEWS = ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'];

/** Two states, of which most readers see a part; what is elsewhere has large numbers. */
const COUNTIES: Readonly<Record<string, { state: string; zips: readonly string[] }>> = {
  '42091': { state: 'PA', zips: ['19401', '19403'] },
  '42101': { state: 'PA', zips: ['19101'] },
  '06037': { state: 'CA', zips: ['90001', '90002'] },
};
const HHS: Readonly<Record<string, readonly string[]>> = { '3': ['PA'], '9': ['CA'] };
const FACILITIES: Readonly<Record<string, string>> = {
  M1: '19401',
  M2: '19403',
  P1: '19101',
  L1: '90001',
  X1: '99999',
};

const places = {
  statesOf: (hhs: string) => HHS[hhs] ?? [],
  countiesOf: (state: string) => Object.keys(COUNTIES).filter((county) => COUNTIES[county]?.state === state),
  zipsOf: (county: string) => COUNTIES[county]?.zips ?? [],
};
/** Going up, from the same table by other means than the rules go down. */
function parentOf({ level, code }: Region): Region | undefined {
  if (code === 'unknown') return undefined;
  const county = Object.entries(COUNTIES).find(([, { zips }]) => zips.includes(code))?.[0];
  switch (level) {
    case 'facility':
      return { level: 'zip', code: FACILITIES[code] ?? 'unknown' };
    case 'zip':
      return { level: 'county', code: county ?? 'unknown' };
    case 'county':
      return { level: 'state', code: COUNTIES[code]?.state ?? 'unknown' };
    case 'state':
      return { level: 'hhs', code: Object.keys(HHS).find((hhs) => HHS[hhs]?.includes(code)) ?? 'unknown' };
    case 'hhs':
      return { level: 'nation', code: 'us' };
    default:
      return undefined;
  }
}
const policy = createPolicy(parentOf);

const REGIONS: readonly Region[] = [
  { level: 'nation', code: 'us' },
  ...Object.keys(HHS).map((code) => ({ level: 'hhs', code }) as const),
  ...['PA', 'CA', 'unknown'].map((code) => ({ level: 'state', code }) as const),
  ...[...Object.keys(COUNTIES), 'unknown'].map((code) => ({ level: 'county', code }) as const),
  ...['19401', '19403', '19101', '90001', '90002', '99999'].map((code) => ({ level: 'zip', code }) as const),
  { level: 'event_zip', code: '90001' },
  ...Object.keys(FACILITIES).map((code) => ({ level: 'facility', code }) as const),
];

const everything = { datasets: 'all', categories: 'all', regions: 'all', facilities: 'all', feeds: 'all', operations: 'all' } as const; // prettier-ignore
const principal = (id: string, scopes: Partial<Principal['scopes']>): Principal => ({
  id,
  roles: ['analyst'],
  scopes: { ...everything, ...scopes },
});
const county = { level: 'county', code: '42091' } as const;
const LIMITS_OF_READERS: readonly Principal[] = [
  principal('narrow', { datasets: ['ed'], categories: ['GI'], regions: [county] }),
  principal('county', { regions: [county] }),
  principal('state', { regions: [{ level: 'state', code: 'PA' }], facilities: ['P1', 'L1'] }),
  principal('dataset', { datasets: ['ed'] }),
  principal('category', { categories: ['GI', "it's"] }),
  principal('nation', { regions: [{ level: 'nation', code: 'us' }] }),
  principal('facilities', { regions: [], facilities: ['M2'] }),
  principal('nothing', { datasets: [], regions: [], facilities: [] }),
  principal('unlimited', {}),
  principal('without counts', { operations: ['catalogue', 'provenance', 'completeness'] }),
];

interface Rollup {
  readonly dataset: string;
  readonly region: Region;
  readonly day: string;
  readonly cells: readonly { category: string; flag: string; value: number }[];
}
const HIDDEN = /06037|CA$/;
function rollups(): Rollup[] {
  const days = ['2026-01-01', '2026-01-02', '2026-01-03'];
  let n = 0;
  return ['ed', 'otc'].flatMap((dataset) =>
    REGIONS.flatMap((region) =>
      days.map((day) => ({
        dataset,
        region,
        day,
        cells: ['GI', 'ILI', "it's"].map((category) => ({
          category,
          flag: 'N',
          value: (HIDDEN.test(regionKey(region)) || dataset === 'otc' || category === 'ILI' ? 1_000_000 : 0) + ++n,
        })),
      })),
    ),
  );
}

let folder = '';
let engine: Engine;
let door: SqlDoor;
const twins = new Map<string, SqlDoor>();
const readers = openSqlReadersOf();
function openSqlReadersOf() {
  return openSqlReaders({ policy, places: () => places, database: 'made', views: 'made_views' });
}

/** Tables of the warehouse with these rows in them. */
async function fill(database: string, rows: readonly Rollup[], facilities: readonly (readonly [string, string])[]) {
  await (await openEngine({ url: engine.url, database, views: `${database}_views` })).close();
  const client = createClient({ url: engine.url, database });
  await client.insert({
    table: 'rollups',
    format: 'JSONEachRow',
    values: rows.map(({ dataset, region, day, cells }, index) => ({
      ...{ dataset, level: region.level, region: region.code, day, rev: index + 1, reporting: 2, withdrawn: 0 },
      category: cells.map(({ category }) => category),
      flag: cells.map(({ flag }) => flag),
      value: cells.map(({ value }) => value),
      reported: cells.map(() => 1),
      suppressed: cells.map(() => 0),
      missing: cells.map(() => 0),
    })),
  });
  await client.insert({
    table: 'facility_places',
    format: 'JSONEachRow',
    values: facilities.map(([dataset, facility]) => {
      const zip = FACILITIES[facility] ?? '';
      const at = parentOf({ level: 'zip', code: zip })?.code ?? 'unknown';
      const state = COUNTIES[at]?.state ?? 'unknown';
      return { dataset, facility, zip, county: at, state, hhs: '', rev: 1 };
    }),
  });
  await client.close();
}

const allFacilities = ['ed', 'otc'].flatMap((dataset) => Object.keys(FACILITIES).map((id) => [dataset, id] as const));

/** What somebody may see, cell by cell and by the policy alone, as a warehouse of its own that is read whole. */
async function openTwin(who: Principal): Promise<SqlDoor> {
  const database = `twin_${who.id.replace(/\W/g, '_')}`;
  const seen = rollups().flatMap((row) => {
    const { dataset, region } = row;
    const cells = row.cells.filter(
      ({ category }) => policy.decide(who, 'series', { kind: 'series', dataset, region, category }).allowed,
    );
    const asRegion = policy.decide(who, 'completeness', { kind: 'region', dataset, region }).allowed;
    return cells.length > 0 || asRegion ? [{ ...row, cells }] : [];
  });
  const facilities = allFacilities.filter(
    ([dataset, code]) => policy.decide(who, 'catalogue', { kind: 'region', dataset, region: { level: 'facility', code } }).allowed, // prettier-ignore
  );
  await fill(database, seen, facilities);
  // Nothing is filtered out, and every setting is the same: conditions are evaluated at the same places.
  return open(`${database}_views`, () => ({
    id: 'twin',
    filters: Object.fromEntries(VIEWS.map((view) => [view, '1'])),
  }));
}

function open(database: string, authenticate: (key: string) => ReturnType<typeof readers.readerOf>): Promise<SqlDoor> {
  return startSqlDoor({
    engineUrl: engine.url,
    host: '127.0.0.1',
    port: 0,
    database,
    views: VIEWS,
    authenticate: ({ key }) => authenticate(key ?? ''),
    limits: { ...SQL_LIMITS, memoryBytes: 500_000_000 },
    log: { info: () => undefined, warn: () => undefined },
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sql-limited-'));
  engine = await startEngine({ dataPath: join(folder, 'engine'), databases: [] });
  await fill('made', rollups(), allFacilities);
  door = await open('made_views', (key) => readers.readerOf(LIMITS_OF_READERS.find(({ id }) => id === key)));
  for (const who of LIMITS_OF_READERS) twins.set(who.id, await openTwin(who));
});
afterAll(async () => {
  for (const one of [door, ...twins.values()]) await one.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** Status, code of the error, and the rows without their order. */
async function answer(
  at: SqlDoor,
  { statement, key = '', query = '' }: { statement: string; key?: string; query?: string },
) {
  const response = await fetch(`${at.url}/?${query}`, {
    method: 'POST',
    body: statement,
    headers: { 'x-clickhouse-key': key },
  });
  const text = await response.text();
  const code = response.headers.get('x-clickhouse-exception-code');
  return {
    status: response.status,
    code,
    rows: response.status === 200 ? text.split('\n').toSorted() : [],
    response,
    text,
  };
}

/** Where both doors do not answer alike. */
async function differences(who: Principal, statements: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  const twin = twins.get(who.id)!;
  for (const statement of statements) {
    const [ours, theirs] = await Promise.all([
      answer(door, { statement: statement.replaceAll('bellwether_views', 'made_views'), key: who.id }),
      answer(twin, {
        statement: statement.replaceAll('bellwether_views', `twin_${who.id.replace(/\W/g, '_')}_views`),
      }),
    ]);
    if (ours.status !== theirs.status || ours.code !== theirs.code || ours.rows.join('\n') !== theirs.rows.join('\n'))
      found.push(
        `${who.id}: ${statement}\n  found ${ours.status} ${ours.text.slice(0, 300)}\n  expected ${theirs.status} ${theirs.text.slice(0, 300)}`,
      );
  }
  return found;
}

const comparable = READABLE.filter(
  (one) => !/system\.|SHOW|DESC|EXISTS TABLE|any|now\(\)|groupArray|LIMIT|TOP|FETCH|current|OVER/i.test(one),
);

describe('somebody who may see some rows only', () => {
  const [narrow] = LIMITS_OF_READERS as [Principal];

  it('is answered as if there were no others, by every one of at least five hundred statements', async () => {
    expect(LIMITED.length).toBeGreaterThanOrEqual(500);
    expect(await differences(narrow, LIMITED)).toEqual([]);
  });

  it.each(LIMITS_OF_READERS.slice(1).map((who) => [who.id, who] as const))(
    'is so whatever the limits: %s',
    async (_, who) => {
      const some = LIMITED.filter((_statement, index) => index % 15 === 0);
      const asked = ['county', 'unlimited'].includes(who.id) ? [...some, ...comparable] : some;
      expect(await differences(who, asked)).toEqual([]);
    },
  );

  it('would learn of others, if the engine moved conditions below ours as it does by itself', async () => {
    const statement = "SELECT count() FROM region_daily WHERE intDiv(1, toUInt8(region != '06037')) = 1";
    const { filters = {} } = readers.readerOf(LIMITS_OF_READERS[1]) ?? {};
    const { sql } = checkStatement(statement, { database: 'made_views', views: VIEWS, filters });
    const response = await fetch(engine.url, { method: 'POST', body: sql });
    expect(await response.text()).toContain('ILLEGAL_DIVISION');
    expect((await answer(door, { statement, key: 'county' })).status).toBe(200);
  });

  it('is not told how much was read', async () => {
    for (const format of ['JSON', 'JSONCompact', 'TabSeparated', 'XML']) {
      const one = {
        statement: `SELECT count() FROM region_daily FORMAT ${format}`,
        key: 'county',
        query: 'send_progress_in_http_headers=1&wait_end_of_query=1&output_format_write_statistics=1',
      };
      const { response, text } = await answer(door, one);
      if (response.status !== 200) expect(text).toContain('SQL_REFUSED');
      const { response: asked, text: plain } = await answer(door, { ...one, query: 'wait_end_of_query=1' });
      expect(asked.status).toBe(200);
      for (const headers of [response.headers, asked.headers])
        expect([headers.get('x-clickhouse-summary'), headers.get('x-clickhouse-progress')]).toEqual([null, null]);
      expect(plain).not.toMatch(/rows_read|bytes_read/);
    }
    const refused = await answer(door, { statement: 'SELECT 1 FORMAT JSONEachRowWithProgress', key: 'county' });
    expect(refused.status).toBe(403);
  });

  it('who may not see what stands behind a count does not ask in SQL at all', () => {
    expect(readers.readerOf({ ...narrow, roles: ['partner'] })).toBeUndefined();
    expect(readers.readerOf(undefined)).toBeUndefined();
  });
});

describe('the regions within jurisdictions', () => {
  it('are those from which the policy finds up to one of them', () => {
    const jurisdictions = REGIONS.filter(({ level }) => level !== 'facility' && level !== 'event_zip');
    for (const jurisdiction of jurisdictions) {
      const within = regionsWithin([jurisdiction], places);
      const who = principal('p', { regions: [jurisdiction] });
      for (const region of jurisdictions.filter(({ code }) => code !== '99999')) {
        const allowed = policy.decide(who, 'series', { kind: 'region', dataset: 'ed', region }).allowed;
        expect([jurisdiction, region, within.get(region.level)?.has(region.code) ?? false]).toEqual([
          jurisdiction,
          region,
          allowed,
        ]);
      }
    }
  });
});
