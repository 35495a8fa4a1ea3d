import { once } from 'node:events';
import { get } from 'node:http';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tableFromIPC } from 'apache-arrow';
import { parse } from 'csv-parse/sync';
import { parquetReadObjects } from 'hyparquet';
import { SMALL_WORLD } from '../../contract/questions/small-world.js';
import { twinOf } from '../../contract/questions/twin.js';
import { type RunningApi, runApi } from './running-api.js';

const folder = mkdtempSync(join(tmpdir(), 'exports-'));
let api: RunningApi;
let closed: RunningApi;
beforeAll(async () => {
  api = await runApi({ exportFolder: join(folder, 'open') });
  closed = await runApi({ sampleMode: false, exportFolder: join(folder, 'closed') });
});
afterAll(async () => {
  await api.close();
  await closed.close();
  rmSync(folder, { recursive: true });
});

type Row = Readonly<Record<string, unknown>>;
const DAYS = 'dataset=clinic&from=2024-01-01&to=2024-01-03';

async function csv(path: string, init?: RequestInit): Promise<Row[]> {
  const response = await api.ask(path, init);
  expect(response.status).toBe(200);
  return parse(await response.text(), { columns: true });
}

interface Job {
  readonly export: string;
  readonly state: string;
  readonly rows_done: number;
  readonly rows_total: number;
  readonly file: string;
}

describe('an export', () => {
  it('has a row for every region of the level, category and day, as the series say', async () => {
    const rows = await csv(`/v1/export?${DAYS}&level=county`);
    const { series } = (await (
      await api.ask(`/v1/series?${DAYS}&category=respiratory,fever&region=county:34023,county:42091`)
    ).json()) as { series: { region: string; category: string; total: (number | null)[]; status: string[] | null }[] };
    const expected = series.flatMap(({ region, category, total, status }) =>
      total.map((value, i) => [
        region,
        category,
        `2024-01-0${i + 1}`,
        value === null ? '' : String(value),
        status?.[i] ?? 'reported',
      ]),
    );
    expect(rows.map(({ region, category, day, total, status }) => [region, category, day, total, status])).toEqual(
      expected,
    );
  });

  it('says before how many rows will come, in every form', async () => {
    for (const [form, count] of [
      ['csv', async (one: Response) => (await one.text()).trimEnd().split('\r\n').length - 1],
      ['json', async (one: Response) => ((await one.json()) as unknown[]).length],
      ['jsonl', async (one: Response) => (await one.text()).trimEnd().split('\n').length],
      ['arrow', async (one: Response) => tableFromIPC(new Uint8Array(await one.arrayBuffer())).numRows],
      ['parquet', async (one: Response) => (await parquetReadObjects({ file: await one.arrayBuffer() })).length],
    ] as const) {
      const response = await api.ask(`/v1/export?${DAYS}&level=facility&format=${form}`);
      expect(response.headers.get('bellwether-rows')).toBe('18');
      expect(response.headers.get('content-disposition')).toContain(`clinic-counts.${form}"`);
      expect(await count(response)).toBe(18);
    }
  });

  it('takes the filters of the other questions', async () => {
    const one = `/v1/export?dataset=clinic&region=county:42091&category=respiratory&from=2024-01-01&to=2024-01-01&fields=total`;
    expect(await csv(`${one}&as_of=2024-01-03`)).toEqual([{ total: '10' }]);
    expect(await csv(`${one}&lag=3`)).toEqual([{ total: '12' }]);
    expect(await csv(`${one}&flag=Y`)).toEqual([{ total: '2' }]);
    expect(await csv(`${one.replace('fields=total', 'table=revisions&fields=total,lag')}&issues=2024-01-04`)).toEqual([{ total: '12', lag: '3' }]); // prettier-ignore
    expect(await csv(`/v1/export?${DAYS}&level=zip&within=state:NJ&category=fever&fields=region,day`)).toHaveLength(3);
    expect(await csv(`/v1/export?${DAYS}&table=completeness&level=nation`)).toMatchObject([{ reporting: '3', participating: '3' }, { reporting: '2' }, {}]); // prettier-ignore
    expect((await csv('/v1/export?dataset=clinic&table=facilities')).map(({ facility }) => facility)).toEqual(['F1', 'F2', 'F3']); // prettier-ignore
  });

  it.each([
    'dataset=clinic&fields=other',
    'dataset=clinic&format=xml',
    'dataset=other',
    'dataset=clinic&table=everything',
    'dataset=clinic&region=zip:00000&from=2024-01-01&to=2024-01-01',
  ])('refuses %s before the first byte', async (query) => {
    expect([400, 404]).toContain((await api.ask(`/v1/export?${query}`)).status);
  });

  it('reaches as far as the key does', async () => {
    const headers = { authorization: `Bearer ${closed.keys.analyst}` };
    const own = await closed.ask(`/v1/export?${DAYS}&level=county&fields=region&format=csv`, { headers });
    expect(new Set((await own.text()).trim().split('\r\n'))).toEqual(new Set(['region', 'county:42091']));
    expect((await closed.ask(`/v1/export?${DAYS}`)).status).toBe(401);
  });

  it('is not made any further once nobody listens, and no faster than it is read', async () => {
    let asked = 0;
    const twin = twinOf(SMALL_WORLD);
    const places = 400;
    const days = 1000;
    const questions: typeof twin = {
      ...twin,
      regions: async () => ({
        items: Array.from({ length: places }, (_, i) => ({ region: { level: 'facility', code: `F${i}` }, name: '', parent: null, facilities: 1 })),
        next: null,
      }),
      async series({ regions, categories, from, to }) {
        asked += regions.length;
        const total = Array.from({ length: to - from + 1 }, (_, i) => i);
        const status = total.map(() => 'reported' as const);
        const series = regions.flatMap((region) => categories.map((category) => ({ region, category, from, total, unflagged: total, status, rev: 1 })));
        return { dataset: 'clinic', series, rev: 1, digest: '' };
      },
    }; // prettier-ignore
    const busy = await runApi({ services: { questions } });
    try {
      const from = new Date(Date.UTC(2024, 0, 3) - days * 86_400_000).toISOString().slice(0, 10);
      const request = get(`${busy.origin}/v1/export?dataset=clinic&level=facility&from=${from}&to=2024-01-03`);
      const [response] = (await once(request, 'response')) as [import('node:http').IncomingMessage];
      expect(Number(response.headers['bellwether-rows'])).toBe(places * 2 * (days + 1));
      await once(response, 'readable');
      await pause(300);
      const before = asked;
      expect(before).toBeLessThan(places);
      request.destroy();
      await pause(300);
      expect(asked - before).toBeLessThan(places / 4);
      expect(busy.errors).toEqual([]);
    } finally {
      await busy.close();
    }
  });
});

describe('an export as a file', () => {
  async function done(path: string): Promise<Job> {
    for (;;) {
      const job = (await (await api.ask(path)).json()) as Job;
      if (job.state !== 'running') return job;
      await pause(20);
    }
  }

  it('is made while one looks on, fetched, and removed', async () => {
    const begun = await api.ask(`/v1/exports?${DAYS}&level=facility&format=parquet`, { method: 'POST' });
    expect(begun.status).toBe(202);
    const path = begun.headers.get('location')!;
    const job = await done(path);
    expect(job).toMatchObject({ state: 'done', format: 'parquet', rows_done: 18, rows_total: 18, code: null });
    const file = await (await api.ask(job.file)).arrayBuffer();
    expect(await parquetReadObjects({ file })).toHaveLength(18);
    expect(await (await api.ask('/v1/exports')).json()).toMatchObject({ items: [{ export: job.export }] });
    expect(readdirSync(join(folder, 'open'))).toHaveLength(1);
    expect((await api.ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await api.ask(path)).status).toBe(404);
    expect(readdirSync(join(folder, 'open'))).toEqual([]);
  });

  it('is somebody’s own', async () => {
    const as = (key: string): RequestInit => ({ headers: { authorization: `Bearer ${key}` } });
    const { analyst, viewer } = closed.keys;
    const begun = await closed.ask(`/v1/exports?${DAYS}&level=county`, { method: 'POST', ...as(analyst) });
    const path = begun.headers.get('location')!;
    expect((await closed.ask(path, as(viewer))).status).toBe(404);
    expect((await closed.ask(`${path}/file`, as(viewer))).status).toBe(404);
    expect((await closed.ask(path, { method: 'DELETE', ...as(viewer) })).status).toBe(404);
    expect((await closed.ask(path, as(analyst))).status).toBe(200);
    expect(await (await closed.ask('/v1/exports', as(viewer))).json()).toEqual({ items: [] });
  });

  it('says with a code why it failed', async () => {
    const begun = await api.ask('/v1/exports?dataset=clinic&region=zip:00000&from=2024-01-01&to=2024-01-02', {
      method: 'POST',
    });
    expect(await done(begun.headers.get('location')!)).toMatchObject({
      state: 'failed',
      code: 'UNKNOWN_REGION',
      file: null,
    });
  });

  it('leaves nothing behind when the server stops', async () => {
    const own = join(folder, 'brief');
    const brief = await runApi({ exportFolder: own });
    await brief.ask(`/v1/exports?${DAYS}`, { method: 'POST' });
    await brief.close();
    expect(existsSync(own) ? readdirSync(own) : []).toEqual([]);
  });
});
