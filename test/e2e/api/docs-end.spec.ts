import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { startEngine, type Engine } from '#embedded-clickhouse';
import { SQL_LIMITS, startSqlDoor, type SqlDoor } from '#sql-door';
import { openEngine } from '#warehouse';
import { type RunningApi, runApi } from './running-api.js';

jest.setTimeout(60_000);

const ROOT = join(import.meta.dirname, '../../..');
/** The page of each audience. */
const PAGES = ['for-facility-staff', 'for-partners', 'for-epidemiologists', 'for-analysts', 'operations'];

let api: RunningApi;
let engine: Engine;
let sql: SqlDoor;
let folder = '';
beforeAll(async () => {
  api = await runApi();
  folder = mkdtempSync(join(tmpdir(), 'docs-end-'));
  engine = await startEngine({ dataPath: join(folder, 'engine'), databases: [] });
  await (await openEngine({ url: engine.url })).close();
  sql = await startSqlDoor({
    engineUrl: engine.url,
    ...{ host: '127.0.0.1', port: 0, database: 'bellwether_views', limits: SQL_LIMITS },
    views: ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'],
    authenticate: () => ({ id: 'analyst' }),
    log: { info: () => undefined, warn: () => undefined },
  });
});
afterAll(async () => {
  await sql.close();
  await engine.close();
  await api.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The lines of the last block that is meant to be run. */
function lastLines(page: string): string[] {
  const text = readFileSync(join(ROOT, `docs/${page}.md`), 'utf8');
  const blocks = [...text.matchAll(/^```sh\n([^]*?)^```\n*/gm)];
  const last = blocks.at(-1);
  // Nothing but the end may follow it.
  expect([page, text.slice((last?.index ?? 0) + (last?.[0].length ?? 0)).trim()]).toEqual([page, '']);
  return (last?.[1] ?? '').trim().split('\n');
}

describe('each page for readers ends with lines that work', () => {
  it.each(PAGES)('docs/%s.md', async (page) => {
    for (const line of lastLines(page)) {
      const here = line
        .replace(/^curl /, 'curl -fsS ')
        .replaceAll('http://localhost:8080', api.origin)
        .replaceAll('http://localhost:8123', sql.url)
        .replaceAll('ed-visits', 'clinic');
      const { stdout } = await promisify(execFile)('sh', ['-c', here], { cwd: ROOT });
      expect([line, stdout.includes('"errors":[{')]).toEqual([line, false]);
      if (page !== 'for-analysts') expect([line, stdout.length > 0]).toEqual([line, true]);
    }
  });
});
