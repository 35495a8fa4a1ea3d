import { execFileSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createClient } from '@clickhouse/client';
import { createClient as createSubscriber } from 'graphql-ws';
import WebSocket from 'ws';
import { TextReader, Uint8ArrayWriter, ZipWriter, configure } from '@zip.js/zip.js';
import { type RunningBellwether, startBellwether, until } from '../running-bellwether.fixture.js';

jest.setTimeout(120_000);
configure({ useWebWorkers: false });

const CLI = join(import.meta.dirname, '../../../dist/apps/cli/src/main.js');
const HEAD = 'clinic,zip,day,syndrome,admitted,count\n';
/** Two clinics in Montgomery County, Pennsylvania. */
const FIRST = `${HEAD}A,19401,2024-03-01,fever,Y,2\nA,19401,2024-03-01,fever,N,5\nA,19401,2024-03-01,rash,N,0\n`;
const SECOND = `${HEAD}B,19403,2024-03-01,fever,N,7\nB,19403,2024-03-01,rash,N,*\nB,19403,2024-03-01,rash,Y,twelve\n`;

describe('a submission on its way from the drop folder to every door', () => {
  let work: string;
  let config: string;
  let bellwether: RunningBellwether;
  const get = async (path: string): Promise<Response> => fetch(`${bellwether.api}${path}`);
  const json = async <T>(path: string): Promise<T> => (await get(path)).json() as Promise<T>;
  const ask = 'dataset=visits&from=2024-03-01&to=2024-03-02';
  interface SeriesJson {
    readonly series: readonly {
      readonly total: (number | null)[];
      readonly unflagged: (number | null)[];
      readonly status: string[] | null;
    }[];
  }
  const fever = async (region: string): Promise<SeriesJson['series'][0] | undefined> => {
    const answer = await json<SeriesJson>(`/v1/series?${ask}&category=fever&region=${region}`);
    return answer.series?.[0];
  };
  const seen = (region: string, total: number): Promise<number> =>
    until(async () => ((await fever(region))?.total[0] === total ? total : undefined), {
      otherwise: bellwether.output,
    });

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'line-'));
    config = join(work, 'config');
    await cp(join(import.meta.dirname, 'config'), config, { recursive: true });
    bellwether = await startBellwether({ data: join(work, 'data'), config });
  });
  afterAll(async () => {
    const code = await bellwether?.stop();
    await rm(work, { recursive: true, force: true });
    expect(code).toBe(0);
  });

  it('is told to a subscriber and is then in REST, at every level', async () => {
    const subscriber = createSubscriber({
      url: `${bellwether.api.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      lazy: false,
    });
    const told: unknown[] = [];
    const query = 'subscription { regionChanged(dataset: "visits", region: "county:42091") { days rev } }';
    const stop = subscriber.subscribe(
      { query },
      { next: (event) => told.push(event), error: () => undefined, complete: () => undefined },
    );
    await new Promise((next) => setTimeout(next, 500)); // the subscription is on its way
    await bellwether.drop({ feed: 'clinics', name: 'A_2024-03-01_v1.csv', content: FIRST });
    await until(() => told[0], { otherwise: bellwether.output });
    // What a subscriber is told of is never older than what is answered then.
    expect((await fever('county:42091'))?.total[0]).toBe(7);
    for (const region of ['facility:A', 'zip:19401', 'county:42091', 'state:PA', 'hhs:3', 'nation:us']) {
      const series = await fever(region);
      expect([region, series?.total, series?.unflagged]).toEqual([region, [7, null], [5, null]]);
    }
    stop();
    await subscriber.dispose();
  });

  it('tells zero, missing and suppressed apart, and refuses a bad row with its place', async () => {
    await bellwether.drop({ feed: 'clinics', name: 'B_2024-03-01_v1.csv', content: SECOND });
    await seen('county:42091', 14);
    const rash = (region: string): Promise<SeriesJson> => json(`/v1/series?${ask}&category=rash&region=${region}`);
    expect((await rash('facility:A')).series[0]).toMatchObject({ total: [0, null], status: ['reported', 'missing'] });
    expect((await rash('facility:B')).series[0]).toMatchObject({
      total: [null, null],
      status: ['suppressed', 'missing'],
    });
    const { items } = await json<{ items: { submission: string; rows_refused: number }[] }>(
      '/v1/submissions?facility=B',
    );
    expect(items).toHaveLength(1);
    const one = await json<{ errors: object[] }>(`/v1/submissions/${items[0]!.submission}`);
    expect(one.errors).toEqual([
      expect.objectContaining({ line: 4, record: 3, field: 'count', code: 'VALUE_NOT_A_NUMBER' }),
    ]);
  });

  it('counts once when sent again, and is replaced by a higher version', async () => {
    await bellwether.drop({ feed: 'clinics', name: 'A_2024-03-01_v1.1.csv', content: FIRST });
    await bellwether.drop({
      feed: 'clinics',
      name: 'A_2024-03-01_v2.csv',
      content: `${HEAD}A,19401,2024-03-01,fever,N,1\n`,
    });
    await seen('county:42091', 8);
    expect((await fever('nation:us'))?.total[0]).toBe(8);
    const before = await json<{ items: { received_at: string; facility: string; name: string }[] }>('/v1/submissions');
    const names = before.items.filter(({ facility }) => facility === 'A').map(({ name }) => name);
    expect(names.sort()).toEqual(['A_2024-03-01_v1.csv', 'A_2024-03-01_v2.csv']);
    const first = before.items.find(({ name }) => name === 'A_2024-03-01_v1.csv')!;
    const asOf = encodeURIComponent(first.received_at);
    const then = await json<SeriesJson>(`/v1/series?${ask}&category=fever&region=county:42091&as_of=${asOf}`);
    expect(then.series[0]!.total[0]).toBe(7);
  });

  it('is in completeness, in numbers, and every count leads to its file', async () => {
    const completeness = await (
      await get(`/v1/completeness?${ask}&region=county:42091&region=zip:19401&format=csv`)
    ).text();
    expect(completeness).toContain('county:42091');
    const answer = await json<{ regions: { days: { reporting: number; participating: number }[] }[] }>(
      `/v1/completeness?${ask}&region=county:42091`,
    );
    expect(answer.regions[0]!.days.map(({ reporting, participating }) => [reporting, participating])).toEqual([
      [2, 2],
      [0, 2],
    ]);
    const provenance = await json<{
      total: number;
      contributions: { facility: string; value: number; name: string }[];
    }>('/v1/provenance?dataset=visits&region=state:PA&category=fever&day=2024-03-01');
    expect(provenance.contributions.reduce((sum, { value }) => sum + value, 0)).toBe(provenance.total);
    expect(provenance.contributions.map(({ facility, name }) => [facility, name])).toEqual([
      ['A', 'A_2024-03-01_v2.csv'],
      ['B', 'B_2024-03-01_v1.csv'],
    ]);
  });

  it('is in GraphQL, SOAP, charts and SQL, for their ordinary clients', async () => {
    const query =
      '{ series(dataset: "visits", categories: ["fever"], regions: ["nation:us"], from: "2024-03-01", to: "2024-03-01") { series { total } } }';
    const graphql = await fetch(`${bellwether.api}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    expect(await graphql.json()).toEqual({ data: { series: { series: [{ total: [8] }] } } });
    expect(await (await get('/soap?wsdl')).text()).toContain('GetTimeSeries');
    const chart = await get(`/v1/charts/series.png?${ask}&category=fever&region=county:42091`);
    expect(chart.headers.get('content-type')).toBe('image/png');
    expect(
      Buffer.from(await chart.arrayBuffer())
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
    const again = await fetch(chart.url, { headers: { 'if-none-match': chart.headers.get('etag')! } });
    expect(again.status).toBe(304);
    const client = createClient({ url: bellwether.sql });
    const rows = await client.query({
      query:
        "SELECT toString(day), category, flag, value FROM bellwether_views.region_daily WHERE level = 'county' AND region = '42091' AND category = 'fever' ORDER BY flag",
      format: 'JSONCompactEachRow',
    });
    expect(await rows.json()).toEqual([['2024-03-01', 'fever', 'N', '8']]);
    await client.close();
  });

  it('takes a new sender by configuration alone, while running', async () => {
    await bellwether.drop({ feed: 'labs', name: 'labs-0.txt', content: 'where|when|what|yes\nL1|03/02/2024|F|4\n' });
    await writeFile(
      join(config, 'feeds/labs.yaml'),
      [
        'dataset: visits',
        'layouts: { txt: { format: delimited } }',
        'record:',
        '  facility: where',
        '  day: { column: when, format: us }',
        '  category: { constant: fever }',
        '  flag: { constant: N }',
        '  value: yes',
        '',
      ].join('\n'),
    );
    await until(() => (bellwether.output().includes('a changed configuration is in force') ? true : undefined), {
      otherwise: bellwether.output,
    });
    await new Promise((next) => setTimeout(next, 300));
    await bellwether.drop({ feed: 'labs', name: 'labs-1.txt', content: 'where|when|what|yes\nL1|03/02/2024|F|4\n' });
    await until(async () => ((await fever('facility:L1'))?.total[1] === 4 ? true : undefined), {
      otherwise: bellwether.output,
    });
    expect((await fever('zip:unknown'))?.total).toEqual([null, 4]);
    expect((await fever('nation:us'))?.total).toEqual([8, 4]);
  });

  it('waits for the right password, and loads by itself when it comes', async () => {
    await mkdir(join(config, 'secrets'));
    const secret = join(config, 'secrets/vault');
    await writeFile(secret, 'old', { mode: 0o400 });
    const feed = await readFile(join(config, 'feeds/clinics.yaml'), 'utf8');
    await writeFile(join(config, 'feeds/vault.yaml'), `${feed}password: { file: secrets/vault }\n`);
    const zip = new ZipWriter(new Uint8ArrayWriter(), { password: 'new', encryptionStrength: 3 });
    await zip.add('data.csv', new TextReader(`${HEAD}V,19401,2024-03-02,fever,N,3\n`));
    const content = await zip.close();
    await until(async () => ((await (await get('/v1/feeds')).text()).includes('"vault"') ? true : undefined));
    await bellwether.drop({ feed: 'vault', name: 'V_2024-03-02_v1.zip', content });
    const state = async (): Promise<string | undefined> =>
      (await json<{ items: { state: string }[] }>('/v1/submissions?feed=vault')).items[0]?.state;
    await until(async () => ((await state()) === 'awaiting_password' ? true : undefined), {
      otherwise: bellwether.output,
    });
    expect(await fever('facility:V')).toBeUndefined();
    await rm(secret);
    await writeFile(secret, 'new', { mode: 0o400 });
    await until(async () => ((await state()) === 'loaded' ? true : undefined), { otherwise: bellwether.output });
    expect((await fever('facility:V'))?.total).toEqual([null, 3]);
  });

  it('reads a quarantined file again once its feed is put right, and counts it once', async () => {
    const feed = await readFile(join(config, 'feeds/clinics.yaml'), 'utf8');
    await writeFile(join(config, 'feeds/late.yaml'), feed.replace('category: syndrome', 'category: illness'));
    await until(async () => ((await (await get('/v1/feeds')).text()).includes('"late"') ? true : undefined));
    await bellwether.drop({
      feed: 'late',
      name: 'R_2024-03-02_v1.csv',
      content: `${HEAD}R,19401,2024-03-02,fever,N,5\n`,
    });
    const one = async (): Promise<{ submission: string; state: string; code: string | null } | undefined> =>
      (await json<{ items: { submission: string; state: string; code: string }[] }>('/v1/submissions?feed=late'))
        .items[0];
    const refused = await until(async () => ((await one())?.state === 'quarantined' ? one() : undefined), {
      otherwise: bellwether.output,
    });
    expect(refused?.code).toBe('FILE_COLUMN_MISSING');
    const version = async (): Promise<string> =>
      (bellwether.output().match(/a changed configuration is in force/g) ?? []).length.toString();
    const before = await version();
    await writeFile(join(config, 'feeds/late.yaml'), feed);
    await until(async () => ((await version()) !== before ? true : undefined));
    const cli = (...argv: string[]): string =>
      execFileSync(process.execPath, [CLI, ...argv, '--api', bellwether.api]).toString();
    const replay = (): string => cli('replay', refused!.submission);
    expect(cli('dead-letters', '--feed', 'late')).toMatch(
      /quarantined +late +map +FILE_COLUMN_MISSING +1 +R_2024-03-02_v1/,
    );
    expect(cli('dead-letters', 'show', refused!.submission)).toContain('FILE_COLUMN_MISSING');
    expect(cli('dead-letters', 'replay', '--feed', 'late', '--dry')).toBe('1 would be read again\n');
    expect((await one())?.state).toBe('quarantined');
    expect(replay()).toContain('is read again');
    await until(async () => ((await one())?.state === 'loaded' ? true : undefined), { otherwise: bellwether.output });
    expect((await fever('facility:R'))?.total).toEqual([null, 5]);
    expect(await json<{ errors: object[] }>(`/v1/submissions/${refused!.submission}`)).toMatchObject({ errors: [] });
    expect(replay).toThrow(); // what is loaded is not read again
    expect(cli('dead-letters', 'replay', '--feed', 'late')).toBe('0 are read again\n');
    expect((await fever('facility:R'))?.total).toEqual([null, 5]);
  });

  it('can be tried, undone, and the undo undone: in every cache, chart and as-of answer', async () => {
    const name = 'U_2024-03-02_v1.csv';
    const content = `${HEAD}U,19401,2024-03-02,fever,N,40\n`;
    const path = join(work, name);
    await writeFile(path, content);
    const cli = (...argv: string[]): string =>
      execFileSync(process.execPath, [CLI, ...argv, '--api', bellwether.api]).toString();
    const chart = async (): Promise<Buffer> =>
      Buffer.from(await (await get(`/v1/charts/series.png?${ask}&category=fever&region=county:42091`)).arrayBuffer());
    const [series, picture] = [await fever('county:42091'), await chart()];
    expect(cli('try', path, '--feed', 'clinics')).toContain(
      'county:42091 2024-03-02 reporting: 2 (50.0 %) → 3 (75.0 %)',
    );
    expect(await fever('county:42091')).toEqual(series);

    await bellwether.drop({ feed: 'clinics', name, content });
    const counted = (series!.total[1] ?? 0) + 40;
    const sum = async (expected: number): Promise<unknown> =>
      until(async () => ((await fever('county:42091'))?.total[1] === expected ? true : undefined), {
        otherwise: bellwether.output,
      });
    await sum(counted);
    const { items } = await json<{ items: { submission: string; name: string; received_at: string }[] }>(
      '/v1/submissions',
    );
    const { submission, received_at: at } = items.find((item) => item.name === name)!;
    expect(cli('undo', submission, '--dry-run')).toContain(`${counted} → ${counted - 40}`);

    const order = cli('undo', submission, '--reason', 'a test').trim();
    await sum(counted - 40);
    expect(await fever('county:42091')).toMatchObject({ total: series!.total, unflagged: series!.unflagged });
    expect(await chart()).toEqual(picture);
    expect(await json(`/v1/submissions/${submission}`)).toMatchObject({ state: 'undone' });
    const then = await json<SeriesJson>(
      `/v1/series?${ask}&category=fever&region=county:42091&as_of=${encodeURIComponent(at)}`,
    );
    expect(then.series[0]!.total[1]).toBe(counted);

    cli('undo', order, '--reason', 'it was right after all');
    await sum(counted);
    cli('withdraw', submission, '--reason', 'another test');
    await sum(counted - 40);
    await until(async () => {
      const { state } = await json<{ state: string }>(`/v1/submissions/${submission}`);
      return state === 'withdrawn' ? true : undefined;
    });
  });

  it('has its address and its figures for operators', async () => {
    expect((await json<{ ready: boolean }>('/readyz')).ready).toBe(true);
    expect(await (await get('/metrics')).text()).toContain('bellwether_revision');
    expect(JSON.parse(await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8'))).toHaveProperty(
      'version',
    );
  });
});
