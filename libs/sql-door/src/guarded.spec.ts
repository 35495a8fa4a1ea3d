import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { openRates } from '#access';
import { type SeenStatement, SQL_LIMITS, startSqlDoor, type SqlDoor } from './index.js';

let folder: string;
let door: SqlDoor;
const seen: SeenStatement[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sql-tls-'));
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(folder, 'key'), '-out', join(folder, 'crt')], { stdio: 'ignore' }); // prettier-ignore
  const options = { cert: readFileSync(join(folder, 'crt')), key: readFileSync(join(folder, 'key')) };
  door = await startSqlDoor({
    engineUrl: 'http://127.0.0.1:1',
    host: '127.0.0.1',
    port: 0,
    database: 'bellwether_views',
    views: ['region_daily', 'facilities'],
    authenticate: ({ key }) => (key === 'good' ? { id: 'lab' } : undefined),
    limits: SQL_LIMITS,
    tls: { options, serve: () => undefined },
    rates: openRates({ perMinute: 2, now: () => 0 }),
    seen: (one) => seen.push(one),
    log: { info: () => undefined, warn: () => undefined },
  });
});
afterAll(async () => {
  await door.close();
  rmSync(folder, { recursive: true });
});

function ask(key: string, statement: string): Promise<{ status: number; headers: Record<string, unknown> }> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-clickhouse-user': 'x', 'x-clickhouse-key': key, 'x-reason': 'weekly' };
    request(door.url, { method: 'POST', ca: readFileSync(join(folder, 'crt')), headers }, (response) => {
      response.resume();
      response.once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
    })
      .on('error', reject)
      .end(statement);
  });
}

it('serves SQL over TLS, counts readers, and says who asked which views, never what', async () => {
  const refused = await ask('good', "SELECT file('/etc/passwd'), 'Doe' FROM region_daily");
  expect(refused.status).toBe(403);
  expect(refused.headers['ratelimit']).toBe('"requests";r=1;t=30');
  expect((await ask('good', 'SELECT count() FROM region_daily, facilities')).status).toBe(502);
  const late = await ask('good', 'SELECT 1');
  expect([late.status, late.headers['retry-after'], late.headers['ratelimit-policy']]).toEqual([429, '30', '"requests";q=2;w=60']); // prettier-ignore
  expect((await ask('bad', 'SELECT 1')).status).toBe(401);
  expect(seen).toEqual([
    { reader: 'lab', views: ['region_daily'], code: 'SQL_REFUSED', reason: 'weekly' },
    { reader: 'lab', views: ['region_daily', 'facilities'], code: 'ENGINE_FAILED', reason: 'weekly' },
    { reader: 'lab', views: [], code: 'TOO_MANY_REQUESTS', reason: 'weekly' },
    { reader: undefined, views: [], code: 'UNAUTHENTICATED', reason: 'weekly' },
  ]);
});
