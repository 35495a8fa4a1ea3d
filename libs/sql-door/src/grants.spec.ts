import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createPolicy, issueKey, parseKeyFile } from '#access';
import { startEngine, type Engine } from '#embedded-clickhouse';
import { openEngine } from '#warehouse';
import { openSqlReaders, SQL_LIMITS, sqlGrants } from './index.js';

jest.setTimeout(60_000);

const keys = Array.from({ length: 5 }, issueKey);
const ring = parseKeyFile(
  `principals:
  - { id: county, keys: [{ hash: "${keys[0]!.hash}" }, { hash: "${keys[1]!.hash}", expires: "2026-12-31T00:00:00Z" }, { hash: "${keys[2]!.hash}", expires: "2020-01-01" }], roles: [epidemiologist], datasets: [ed], regions: ["county:42091"], facilities: "*" }
  - { id: "it.s@all", key: "${keys[3]!.hash}", roles: [operator], datasets: "*", regions: "*", facilities: "*", feeds: "*" }
  - { id: partner, key: "${keys[4]!.hash}", roles: [partner], datasets: "*", regions: "*", facilities: "*" }
`,
  'keys.yaml',
);
const readers = openSqlReaders({
  policy: createPolicy(() => undefined),
  places: () => ({ statesOf: () => [], countiesOf: () => [], zipsOf: () => ['19401'] }),
  database: 'made',
  views: 'made_views',
});
const grants = sqlGrants(ring.entries, {
  readers,
  limits: SQL_LIMITS,
  database: 'made',
  now: Date.parse('2026-03-01'),
});

let folder = '';
let engine: Engine;
const run = async (body: string): Promise<string> => (await fetch(engine.url, { method: 'POST', body })).text();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'grants-'));
  engine = await startEngine({ dataPath: join(folder, 'engine'), databases: [] });
  await (await openEngine({ url: engine.url, database: 'made', views: 'made_views' })).close();
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe('grants for a ClickHouse server', () => {
  it('are statements that ClickHouse reads', async () => {
    expect(grants.length).toBeGreaterThan(15);
    for (const statement of grants) {
      const tree = await run(`EXPLAIN AST ${statement}`);
      expect([statement, tree.includes('DB::Exception')]).toEqual([statement, false]);
    }
  });

  it('let a user in by the hashes of its keys that have not ended, and until they end', () => {
    const [user = ''] = grants.filter((one) => one.startsWith('CREATE USER') && one.includes('county'));
    expect(user).toContain(`sha256_hash BY '${keys[0]!.hash.slice(7)}'`);
    expect(user).toContain(`sha256_hash BY '${keys[1]!.hash.slice(7)}' VALID UNTIL '2026-12-31 00:00:00'`);
    expect(user).not.toContain(keys[2]!.hash.slice(7));
    expect(grants.join('\n')).not.toContain('bw_');
  });

  it('leave out who may not ask in SQL', () => {
    expect(grants.join('\n')).not.toContain('bellwether_partner');
    expect(grants.join('\n')).toContain('`bellwether_it.s@all`');
  });

  it('make views that hold the rows of the principal and no others', async () => {
    await run(
      `INSERT INTO made.rollups (dataset, level, region, day, rev, reporting, withdrawn, category, flag, value, reported, suppressed, missing) SELECT d, 'county', c, '2026-01-01', 1, 1, 0, ['GI'], ['N'], [5], [1], [0], [0] FROM (SELECT arrayJoin(['ed', 'otc']) AS d, arrayJoin(['42091', '06037']) AS c)`,
    );
    for (const statement of grants.filter((one) => /^CREATE (DATABASE|OR REPLACE VIEW)/.test(one))) {
      // The embedded engine has no users to run a view as.
      const said = await run(statement.replace(' DEFINER = CURRENT_USER SQL SECURITY DEFINER', ''));
      expect([statement, said]).toEqual([statement, '']);
    }
    expect(await run('SELECT dataset, region FROM bellwether_county.region_daily')).toBe('ed\t42091\n');
    expect(await run('SELECT count() FROM `bellwether_it.s@all`.region_daily')).toBe('4\n');
  });
});
