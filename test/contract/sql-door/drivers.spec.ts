import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@clickhouse/client';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createPolicy, type Principal } from '#access';
import { startEngine, type Engine } from '#embedded-clickhouse';
import { openSqlReaders, SQL_LIMITS, startSqlDoor, type SqlDoor } from '#sql-door';
import { openEngine } from '#warehouse';

// Drivers of other languages, each as it comes from its registry, against the door of a reader who may see one county.
jest.setTimeout(300_000);

const KEY = 'bw_a-key-for-drivers';
const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));
/** Kept from run to run; a driver is fetched once. */
const cache = join(process.env['DRIVERS_CACHE'] ?? join(tmpdir(), 'bellwether-drivers'));
const run = promisify(execFile);

function runs(command: string, ...words: readonly string[]): boolean {
  try {
    execFileSync(command, words, { stdio: 'ignore', timeout: 200_000 });
    return true;
  } catch {
    return false;
  }
}

/** The jar of the driver, or why there is none. */
function jdbc(): string | undefined {
  const jars = join(cache, 'jars');
  if (!runs('javac', '-version')) return undefined;
  mkdirSync(jars, { recursive: true });
  if (existsSync(join(jars, 'done'))) return jars;
  const pom = here('../clickhouse-http/drivers/pom.xml');
  if (!runs('mvn', '-q', '-B', '-f', pom, 'dependency:copy-dependencies', `-DoutputDirectory=${jars}`))
    return undefined;
  writeFileSync(join(jars, 'done'), '');
  return jars;
}

/** A Python that has the driver. */
function python(): string | undefined {
  const made = join(cache, 'python/bin/python');
  if (!existsSync(made) && !runs('python3', '-m', 'venv', join(cache, 'python'))) return undefined;
  if (runs(made, '-c', 'import clickhouse_connect')) return made;
  return runs(join(cache, 'python/bin/pip'), 'install', '-q', 'clickhouse-connect==1.12.0') ? made : undefined;
}

let folder = '';
let engine: Engine;
let door: SqlDoor;
const analyst: Principal = {
  id: 'analyst',
  roles: ['analyst'],
  scopes: {
    ...{ datasets: ['ed'], categories: 'all', facilities: 'all', feeds: [], operations: 'all' },
    regions: [{ level: 'county', code: '42091' }],
  },
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'drivers-'));
  engine = await startEngine({ dataPath: join(folder, 'engine'), databases: [] });
  await (await openEngine({ url: engine.url, database: 'made', views: 'made_views' })).close();
  const client = createClient({ url: engine.url, database: 'made' });
  const row = (level: string, region: string, day: string, value: number | null) => ({
    ...{ dataset: 'ed', level, region, day, rev: 1, reporting: 1, withdrawn: 0, category: ['GI'], flag: ['N'] },
    ...{ value: [value ?? 0], reported: [value === null ? 0 : 1], suppressed: [0], missing: [value === null ? 1 : 0] },
  });
  await client.insert({
    table: 'rollups',
    format: 'JSONEachRow',
    values: [
      row('county', '42091', '2026-01-01', 7),
      row('county', '42091', '2026-01-02', 0),
      row('county', '42091', '2026-01-03', null),
      row('zip', '19401', '2026-01-01', 7),
      row('county', '06037', '2026-01-01', 999),
      row('state', 'PA', '2026-01-01', 7),
    ],
  });
  await client.insert({
    table: 'facility_places',
    format: 'JSONEachRow',
    values: [
      { dataset: 'ed', facility: 'M1', zip: '19401', county: '42091', state: 'PA', hhs: '3', rev: 1 },
      { dataset: 'ed', facility: 'L1', zip: '90001', county: '06037', state: 'CA', hhs: '9', rev: 1 },
    ],
  });
  await client.close();
  const readers = openSqlReaders({
    policy: createPolicy(() => undefined),
    places: () => ({
      statesOf: () => [],
      countiesOf: () => [],
      zipsOf: (county) => (county === '42091' ? ['19401'] : []),
    }),
    database: 'made',
    views: 'made_views',
  });
  door = await startSqlDoor({
    engineUrl: engine.url,
    ...{ host: '127.0.0.1', port: 0, database: 'made_views', limits: SQL_LIMITS },
    views: ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'],
    authenticate: ({ key }) => (key === KEY ? readers.readerOf(analyst) : undefined),
    log: { info: () => undefined, warn: () => undefined },
  });
});
afterAll(async () => {
  await door.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

async function drive(command: string, words: readonly string[]): Promise<string> {
  const driving = run(command, [...words, String(door.port), 'made_views'], { timeout: 200_000 });
  driving.child.stdin?.end(`${KEY}\n`);
  return (await driving).stdout;
}

/** Where a driver cannot be had, that is said aloud; what it relies on is tested below all the same. */
const skipped = (what: string): void => console.warn(`SKIPPED: ${what} could not be had`);

describe('drivers through the SQL door', () => {
  it('JDBC: connects, asks, shows what there is, prepares, and is refused what is not allowed', async () => {
    const jars = jdbc();
    if (jars === undefined) return skipped('the JDBC driver (java, mvn, a registry)');
    execFileSync('javac', ['-d', folder, '-cp', `${jars}/*`, here('Door.java')]);
    const said = await drive('java', ['-cp', `${jars}/*:${folder}`, 'Door']);
    expect(said.match(/^ok /gm)).toHaveLength(3 * 17 + 1);
  });

  it('clickhouse-connect: the same', async () => {
    const interpreter = python();
    if (interpreter === undefined) return skipped('clickhouse-connect (python3, venv, a registry)');
    const said = await drive(interpreter, [here('door.py')]);
    expect(said.match(/^ok /gm)).toHaveLength(11);
  });
});

/** What those drivers rely on, byte by byte, where they themselves cannot be had. */
describe('the bytes that drivers rely on', () => {
  const ask = (body: string, query = '', headers: Record<string, string> = {}) =>
    fetch(`${door.url}/?${query}`, { method: 'POST', body, headers: { 'x-clickhouse-key': KEY, ...headers } });

  it('RowBinaryWithNamesAndTypes: the number of columns, their names, their types, the row', async () => {
    const first = 'SELECT currentUser() AS user, timezone() AS timezone, version() AS version LIMIT 1';
    const response = await ask(first, '', { 'x-clickhouse-format': 'RowBinaryWithNamesAndTypes' });
    const bytes = Buffer.from(await response.arrayBuffer());
    const texts: string[] = [];
    for (let at = 1; at < bytes.length; at += 1 + bytes[at]!)
      texts.push(bytes.toString('utf8', at + 1, at + 1 + bytes[at]!));
    expect([bytes[0], texts.slice(0, 3), texts.slice(3, 6)]).toEqual([
      3,
      ['user', 'timezone', 'version'],
      expect.arrayContaining([expect.stringContaining('String')]),
    ]);
    expect(texts).toHaveLength(9);
  });

  it('compress=1 is answered in a coding that the headers name', async () => {
    const response = await ask('SELECT 7', 'compress=1');
    expect(response.headers.get('content-encoding')).toBe('gzip');
    expect(await response.text()).toBe('7\n');
  });

  it('an error has its number in a header and its name in the text', async () => {
    const response = await ask('DROP TABLE region_daily');
    expect(response.headers.get('x-clickhouse-exception-code')).toBe('497');
    expect(await response.text()).toMatch(/^Code: 497\. DB::Exception: .*\(ACCESS_DENIED\)\n$/);
  });
});
