import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AnsweredRequest } from '#api';
import { ERRORS } from '#vocabulary';
import { idOf, SUBMISSIONS } from '../../contract/questions/small-world.js';
import { type RunningApi, runApi } from './running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

const JANUARY = 'dataset=clinic&category=respiratory&from=2024-01-01&to=2024-01-03';

async function json(path: string): Promise<unknown> {
  const response = await api.ask(path);
  expect(response.status).toBe(200);
  return response.json();
}

async function problem(path: string, init?: RequestInit): Promise<{ status: number; code: string; detail: string }> {
  const response = await api.ask(path, init);
  expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  const body = (await response.json()) as { status: number; code: string; detail: string; instance: string };
  expect(body.status).toBe(response.status);
  expect(body.instance).toBe(response.headers.get('x-request-id'));
  return body;
}

describe('the catalogue', () => {
  it('lists datasets with ISO days', async () => {
    expect(await json('/v1/datasets')).toMatchObject({
      items: [
        {
          id: 'clinic',
          first_day: '2024-01-01',
          last_day: '2024-01-03',
          time_zone: 'America/New_York',
          unflagged: 'N',
        },
      ],
    });
  });

  it('lists the categories of a dataset', async () => {
    expect(await json('/v1/categories?dataset=clinic')).toEqual({
      items: [
        { id: 'respiratory', title: 'Respiratory' },
        { id: 'fever', title: 'Fever & chills' },
      ],
      next: null,
    });
    expect(await problem('/v1/categories?dataset=other')).toMatchObject({ status: 404, code: 'UNKNOWN_DATASET' });
  });

  it('lists feeds, with the instant of the last file', async () => {
    expect(await json('/v1/feeds')).toMatchObject({
      items: [{ id: 'clinics', last_received_at: '2024-01-04T06:00:00Z' }, { last_received_at: null }],
    });
  });

  it('pages through regions by the Link header without losing or doubling one', async () => {
    const seen: string[] = [];
    let path: string | undefined = '/v1/regions?dataset=clinic&level=zip&limit=1';
    while (path !== undefined) {
      const response: Response = await api.ask(path);
      const { items } = (await response.json()) as { items: { region: string }[] };
      seen.push(...items.map(({ region }) => region));
      path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(['zip:07001', 'zip:19401', 'zip:19403']);
  });

  it('names the page before and the first, so that one can go back to where one came from', async () => {
    const linksOf = async (path: string): Promise<{ items: { region: string }[]; links: Record<string, string> }> => {
      const response = await api.ask(path);
      const links = [...(response.headers.get('link') ?? '').matchAll(/<([^>]+)>; rel="(\w+)"/g)];
      const { items } = (await response.json()) as { items: { region: string }[] };
      return { items, links: Object.fromEntries(links.map(([, to = '', rel = '']) => [rel, to])) };
    };
    const start = '/v1/regions?dataset=clinic&level=zip&limit=1';
    const first = await linksOf(start);
    expect(first.links).toEqual({ next: expect.any(String), first: start });
    const second = await linksOf(first.links['next']!);
    const third = await linksOf(second.links['next']!);
    expect(third.items).toMatchObject([{ region: 'zip:19403' }]);
    expect(third.links).toEqual({ prev: expect.any(String), first: start });
    const back = await linksOf(third.links['prev']!);
    expect(back).toEqual(second);
    expect(await linksOf(back.links['prev']!)).toEqual(first);
  });

  it('pages every list, in JSON and as a table', async () => {
    for (const path of [
      'datasets?',
      'feeds?',
      'categories?dataset=clinic&',
      'submissions?',
      'dead-letters?',
      'facilities?dataset=clinic&',
    ]) {
      const response = await api.ask(`/v1/${path}limit=1`);
      expect(response.headers.get('link')).toMatch(/rel="first"$/);
      const { items, next } = (await response.json()) as { items: object[]; next: string | null };
      expect(items).toHaveLength(1);
      const table = await (await api.ask(`/v1/${path}limit=1&format=csv`)).text();
      expect(table.split('\r\n')).toHaveLength(3);
      if (next === null) continue;
      const second = (await json(`/v1/${path}limit=1&cursor=${encodeURIComponent(next)}`)) as { items: object[] };
      expect(second.items).not.toEqual(items);
    }
    expect(await problem('/v1/feeds?cursor=nothing')).toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('narrows regions to a parent', async () => {
    expect(await json('/v1/regions?dataset=clinic&level=county&parent=state:PA')).toEqual({
      items: [{ region: 'county:42091', name: 'county 42091', parent: 'state:PA', facilities: 2 }],
      next: null,
    });
  });

  it('lists the facilities within a region', async () => {
    expect(await json('/v1/facilities?dataset=clinic&region=state:NJ')).toMatchObject({
      items: [{ facility: 'F3', first_active: '2024-01-01', last_active: '2024-01-02', closed_on: null }],
      next: null,
    });
  });
});

describe('an answer that was had before', () => {
  it.each([
    '/v1/datasets',
    '/v1/regions?dataset=clinic&level=zip',
    '/v1/completeness?dataset=clinic&region=nation:us&from=2024-01-01&to=2024-01-03',
    '/v1/submissions',
    '/v1/changes?dataset=clinic&since=2024-01-01',
    '/openapi.json',
  ])('is not sent again: %s', async (path) => {
    const etag = (await api.ask(path)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = await api.ask(path, { headers: { 'if-none-match': etag } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await api.ask(path, { headers: { 'if-none-match': '"another"' } })).status).toBe(200);
  });
});

describe('series', () => {
  it('tells zero, missing and suppressed apart', async () => {
    expect(await json(`/v1/series?${JANUARY}&region=county:42091&region=facility:F3`)).toEqual({
      dataset: 'clinic',
      from: '2024-01-01',
      to: '2024-01-03',
      flag: null,
      as_of: null,
      lag: null,
      rev: 5,
      series: [
        {
          region: 'county:42091',
          category: 'respiratory',
          rev: 5,
          total: [12, 0, null],
          unflagged: [10, 0, null],
          status: ['reported', 'reported', 'missing'],
        },
        {
          region: 'facility:F3',
          category: 'respiratory',
          rev: 5,
          total: [11, null, null],
          unflagged: [11, null, null],
          status: ['reported', 'suppressed', 'missing'],
        },
      ],
    });
  });

  it('takes several categories and regions repeated or with commas, and answers the same', async () => {
    const repeated = await json(
      '/v1/series?dataset=clinic&category=respiratory&category=fever&region=state:PA&region=state:NJ&from=2024-01-01&to=2024-01-01',
    );
    const commas = await json(
      '/v1/series?dataset=clinic&category=respiratory,fever&region=state:PA,state:NJ&from=2024-01-01&to=2024-01-01',
    );
    expect(commas).toEqual(repeated);
    expect((commas as { series: { total: number[] }[] }).series.map(({ total }) => total[0])).toEqual([12, 1, 11, 0]);
  });

  it.each([
    ['2024-01-03T23:59:59Z', '2024-01-03T23:59:59Z', 10],
    ['2024-01-04T06:00:00Z', '2024-01-04T06:00:00Z', 12],
    ['2024-01-04T00:59:59-05:00', '2024-01-04T05:59:59Z', 10],
    ['2024-01-03', '2024-01-03T23:59:59.999Z', 10],
    ['2024-01-04', '2024-01-04T23:59:59.999Z', 12],
  ])('answers as_of=%s with what was known at %s', async (asOf, instant, total) => {
    const query = new URLSearchParams({ as_of: asOf });
    expect(
      await json(
        `/v1/series?dataset=clinic&category=respiratory&region=state:PA&from=2024-01-01&to=2024-01-01&${query}`,
      ),
    ).toMatchObject({
      as_of: instant,
      rev: 0,
      series: [{ total: [total], status: null }],
    });
  });

  it('answers the year until the last day with data when no days are given', async () => {
    const asked = '/v1/series?dataset=clinic&category=respiratory&region=state:PA';
    expect(await json(asked)).toMatchObject({ from: '2023-01-04', to: '2024-01-03' });
    expect(await json(`${asked}&from=2024-01-01`)).toMatchObject({ from: '2024-01-01', to: '2024-01-03' });
    expect(await json(`${asked}&to=2023-12-31`)).toMatchObject({ from: '2023-01-01', to: '2023-12-31' });
    expect(await problem(asked.replace('clinic', 'other'))).toMatchObject({ code: 'UNKNOWN_DATASET' });
  });

  it('expands MMWR weeks to days', async () => {
    // Week 1 of 2024 runs from Sunday 31 December 2023 to Saturday 6 January 2024.
    expect(await json('/v1/series?dataset=clinic&category=respiratory&region=state:PA&epiweeks=202401')).toMatchObject({
      from: '2023-12-31',
      to: '2024-01-06',
      series: [{ total: [null, 12, 0, null, null, null, null] }],
    });
  });

  it('answers every day as it was known when a lag had passed', async () => {
    // F1 corrects 1 January on the 4th: three days later.
    for (const [lag, total] of [
      [0, null],
      [1, 10],
      [2, 10],
      [3, 12],
    ] as const) {
      expect(
        await json(
          `/v1/series?dataset=clinic&category=respiratory&region=state:PA&from=2024-01-01&to=2024-01-01&lag=${lag}`,
        ),
      ).toMatchObject({ lag, as_of: null, rev: 0, series: [{ total: [total] }] });
    }
    expect(await problem(`/v1/series?${JANUARY}&region=state:PA&lag=1&as_of=2024-01-03`)).toMatchObject({
      status: 400,
    });
  });

  it('lists every version as it was issued, and those of some days', async () => {
    const path = '/v1/revisions?dataset=clinic&category=respiratory&region=state:PA&from=2024-01-01&to=2024-01-01';
    const versions = [
      { issued_at: '2024-01-02T06:00:00Z', lag: 1, total: 7, unflagged: 5, status: 'reported' },
      { issued_at: '2024-01-02T09:30:00Z', lag: 1, total: 10, unflagged: 8, status: 'reported' },
      { issued_at: '2024-01-04T06:00:00Z', lag: 3, total: 12, unflagged: 10, status: 'reported' },
    ];
    const about = { region: 'state:PA', category: 'respiratory', day: '2024-01-01' };
    expect(await json(path)).toEqual({
      dataset: 'clinic',
      items: versions.map((version) => ({ ...about, ...version })),
    });
    for (const [issues, which] of [
      ['2024-01-02', [0, 1]],
      ['2024-01-02T09:30:00Z', [1]],
      ['2024-01-02T07:00:00Z..2024-01-05', [1, 2]],
      ['2024-01-02T06:00:00Z,2024-01-04', [0, 2]],
    ] as const) {
      const { items } = (await json(`${path}&issues=${issues}&fields=total`)) as { items: object[] };
      expect(items).toEqual(which.map((i) => ({ total: versions[i]!.total })));
    }
    expect(await problem(`${path}&issues=2024-01-05..2024-01-02`)).toMatchObject({ status: 400 });
  });

  it('tells what has changed since an instant, page by page', async () => {
    const path = '/v1/changes?dataset=clinic&since=2024-01-02T10:00:00Z&level=county';
    const { items, next } = (await json(`${path}&limit=1`)) as { items: object[]; next: string };
    expect(items).toEqual([
      { region: 'county:34023', category: 'fever', day: '2024-01-01', before: null, before_status: 'missing', after: 0, after_status: 'reported', rev: 1, changes: 1, changed_at: '2024-01-02T12:00:00Z' }, // prettier-ignore
    ]);
    const rest = (await json(`${path}&cursor=${next}`)) as { items: object[] };
    expect(rest.items).toMatchObject([
      { region: 'county:34023', category: 'respiratory', before: null, after: 11 },
      { region: 'county:42091', category: 'respiratory', before: 10, after: 12, changes: 1 },
      { region: 'county:34023', category: 'fever', day: '2024-01-02', after: 0 },
      { region: 'county:34023', category: 'respiratory', day: '2024-01-02', after: null, after_status: 'suppressed' },
    ]);
    expect(await json(`${path}&region=state:PA&fields=after`)).toEqual({ items: [{ after: 12 }], next: null });
  });

  it('reads days from today on, by the names of DHIS2', async () => {
    const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/New_York', dateStyle: 'short' }).format();
    const before = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
    const path = '/v1/series?dataset=clinic&category=respiratory&region=state:PA';
    for (const [period, from, to] of [
      ['TODAY', today, today],
      ['LAST_7_DAYS', before(7), before(1)],
      ['THIS_YEAR', `${today.slice(0, 4)}-01-01`, `${today.slice(0, 4)}-12-31`],
    ])
      expect(await json(`${path}&period=${period}`)).toMatchObject({ from, to });
    expect(await problem(`${path}&period=LAST_7_DAYS&from=2024-01-01`)).toMatchObject({ status: 400 });
    expect(await problem(`${path}&period=LAST_DAYS`)).toMatchObject({ status: 400 });
  });

  it('shows only the fields asked, in that order', async () => {
    const path = `/v1/series?${JANUARY}&region=facility:F3`;
    expect(await json(`${path}&fields=total,region`)).toMatchObject({
      dataset: 'clinic',
      series: [{ total: [11, null, null], region: 'facility:F3' }],
    });
    const text = await (await api.ask(`${path}&fields=day,total&format=csv`)).text();
    expect(text.split('\r\n').slice(0, 2)).toEqual(['day,total', '2024-01-01,11']);
    expect(await problem(`${path}&fields=totals`)).toMatchObject({ status: 400 });
  });

  it('has the form that Accept likes best, unless `format` says another', async () => {
    const path = `/v1/series?${JANUARY}&region=facility:F3`;
    const typeOf = async (accept: string, query = '') =>
      (await api.ask(path + query, { headers: { accept } })).headers.get('content-type')?.split(';')[0];
    expect(await typeOf('text/csv')).toBe('text/csv');
    expect(await typeOf('text/html, application/jsonl;q=0.9, text/csv;q=0.5')).toBe('application/jsonl');
    expect(await typeOf('application/vnd.apache.arrow.stream')).toBe('application/vnd.apache.arrow.stream');
    expect(await typeOf('text/csv;q=0.1, application/json')).toBe('application/json');
    expect(await typeOf('text/csv', '&format=parquet')).toBe('application/vnd.apache.parquet');
    expect(await typeOf('*/*')).toBe('application/json');
  });

  it('answers one flag without an unflagged part', async () => {
    expect(
      await json('/v1/series?dataset=clinic&category=respiratory&region=state:PA&from=2024-01-01&to=2024-01-01&flag=Y'),
    ).toMatchObject({
      flag: 'Y',
      series: [{ total: [2], unflagged: null }],
    });
  });

  it('writes CSV with an empty field where there is no value', async () => {
    const response = await api.ask(`/v1/series?${JANUARY}&region=facility:F3&format=csv`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await response.text()).toBe(
      [
        'dataset,region,category,day,total,unflagged,status',
        'clinic,facility:F3,respiratory,2024-01-01,11,11,reported',
        'clinic,facility:F3,respiratory,2024-01-02,,,suppressed',
        'clinic,facility:F3,respiratory,2024-01-03,,,missing',
        '',
      ].join('\r\n'),
    );
  });

  it('answers 304 to its own ETag, and another ETag for another form', async () => {
    const path = `/v1/series?${JANUARY}&region=state:PA`;
    const etag = (await api.ask(path)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^"[\w-]+"$/);
    const again = await api.ask(path, { headers: { 'if-none-match': `"other", W/${etag}` } });
    expect([again.status, await again.text()]).toEqual([304, '']);
    expect((await api.ask(`${path}&format=csv`, { headers: { 'if-none-match': etag } })).status).toBe(200);
  });

  it.each([
    ['dataset=other', 'UNKNOWN_DATASET', 404],
    ['category=other', 'UNKNOWN_CATEGORY', 404],
    ['region=county:99999', 'UNKNOWN_REGION', 404],
    ['flag=other', 'UNKNOWN_FLAG', 404],
    ['region=county', 'REQUEST_INVALID', 400],
    ['region=planet:earth', 'REQUEST_INVALID', 400],
    ['from=2024-02-30', 'REQUEST_INVALID', 400],
    ['to=2023-12-31', 'REQUEST_INVALID', 400],
    ['to=2424-01-01', 'REQUEST_INVALID', 400],
    ['as_of=yesterday', 'REQUEST_INVALID', 400],
    ['as_of=2024-01-01T12:00:00', 'REQUEST_INVALID', 400],
    ['as_of=2024-01-01T12:00Z', 'REQUEST_INVALID', 400],
    ['epiweeks=202401-202402', 'REQUEST_INVALID', 400],
    ['format=xml', 'REQUEST_INVALID', 400],
    ['category=a,b,c,d,e,f,g,h,i,j,k,l,m', 'REQUEST_INVALID', 400],
    ['category=', 'REQUEST_INVALID', 400],
  ])('refuses %s with %s', async (change, code, status) => {
    const query = new URLSearchParams(`${JANUARY}&region=state:PA`);
    const [name, value] = change.split('=') as [string, string];
    query.set(name, value);
    expect(await problem(`/v1/series?${query}`)).toMatchObject({ code, status });
  });

  it('names the nearest parameter to an unknown one', async () => {
    const { detail } = await problem(`/v1/series?${JANUARY}&regions=state:PA`);
    expect(detail).toBe('"regions" is not a parameter; did you mean "region"?');
  });

  it('refuses a parameter given twice', async () => {
    expect((await problem(`/v1/series?${JANUARY}&region=state:PA&from=2024-01-02`)).detail).toBe('from: give it once');
  });
});

describe('completeness and provenance', () => {
  it('counts facilities that reported, and has no share without participants', async () => {
    const found = await json('/v1/completeness?dataset=clinic&region=county:42091&from=2023-12-31&to=2024-01-02');
    expect(found).toEqual({
      dataset: 'clinic',
      regions: [
        {
          region: 'county:42091',
          days: [
            { day: '2023-12-31', reporting: 0, participating: 0, completeness: null },
            { day: '2024-01-01', reporting: 2, participating: 2, completeness: 1 },
            { day: '2024-01-02', reporting: 1, participating: 2, completeness: 0.5 },
          ],
        },
      ],
    });
  });

  it('writes completeness as CSV', async () => {
    const response = await api.ask(
      '/v1/completeness?dataset=clinic&region=county:42091&from=2023-12-31&to=2024-01-02&format=csv',
    );
    expect(await response.text()).toBe(
      [
        'dataset,region,day,reporting,participating,completeness',
        'clinic,county:42091,2023-12-31,0,0,',
        'clinic,county:42091,2024-01-01,2,2,1',
        'clinic,county:42091,2024-01-02,1,2,0.5',
        '',
      ].join('\r\n'),
    );
  });

  it('shows how a day filled up', async () => {
    const curve = (await json('/v1/completeness/curve?dataset=clinic&region=nation:us&day=2024-01-01')) as {
      arrivals: object[];
      by_hour: number[];
    };
    expect(curve.arrivals[0]).toEqual({ at: '2024-01-02T06:00:00Z', reporting: 1 });
    // Midnight in New York is 05:00 UTC: 06:00 of the next day is hour 25, noon is hour 31.
    expect([curve.by_hour.length, curve.by_hour[24], curve.by_hour[25], curve.by_hour[31]]).toEqual([97, 0, 1, 3]);
  });

  it('shows the statements that add up to a point', async () => {
    const found = (await json(
      '/v1/provenance?dataset=clinic&region=county:42091&category=respiratory&day=2024-01-01',
    )) as {
      total: number;
      contributions: { facility: string; value: number; submission: string }[];
    };
    expect(found.total).toBe(12);
    expect(found.contributions.map(({ facility, value }) => `${facility} ${value}`)).toEqual(['F1 7', 'F1 2', 'F2 3']);
    expect(found.contributions[0]).toMatchObject({ submission: idOf('F1_b.csv'), arrived_at: '2024-01-04T06:00:00Z' });
  });
});

describe('charts', () => {
  it.each([
    ['png', 'image/png'],
    ['svg', 'image/svg+xml'],
  ])('draws a %s with an ETag', async (format, type) => {
    const path = `/v1/charts/series.${format}?${JANUARY}&region=state:PA&width=300&height=200`;
    const response = await api.ask(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
    expect((await response.arrayBuffer()).byteLength).toBeGreaterThan(20);
    const again = await api.ask(path, { headers: { 'if-none-match': response.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });

  it('refuses a picture beyond the bounds', async () => {
    expect(await problem(`/v1/charts/series.png?${JANUARY}&region=state:PA&width=99999`)).toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });
});

describe('submissions', () => {
  it('takes a file as the raw body, whatever its media type', async () => {
    const bytes = Buffer.from('{"not": parsed\u0000}');
    const path = '/v1/submissions?feed=clinics&name=F1_c.csv';
    for (const [type, status] of [
      ['application/json', 201],
      ['text/csv', 200],
    ] as const) {
      const response = await api.ask(path, { method: 'POST', body: bytes, headers: { 'content-type': type } });
      expect(response.status).toBe(status);
      const receipt = (await response.json()) as { submission: string };
      expect(receipt).toMatchObject({
        name: 'F1_c.csv',
        bytes: bytes.length,
        duplicate: status === 200,
        received_at: '2024-02-01T00:00:00Z',
      });
      expect(response.headers.get('location')).toBe(`/v1/submissions/${receipt.submission}`);
    }
    expect(api.received.at(-1)?.bytes.equals(bytes)).toBe(true);
  });

  it.each([
    [{ 'x-file-name': 'a.csv' }, 'a.csv'],
    [{ 'content-disposition': 'attachment; filename="b b.csv"' }, 'b b.csv'],
    [{ 'content-disposition': 'attachment; filename*=UTF-8\'\'c%C3%A9.csv; filename="c.csv"' }, 'cé.csv'],
  ])('takes the file name from %j', async (headers, name) => {
    const response = await api.ask('/v1/submissions?feed=clinics', {
      method: 'POST',
      body: 'x',
      headers: headers as Record<string, string>,
    });
    expect(await response.json()).toMatchObject({ name });
  });

  it.each([
    ['feed=nobody&name=a.csv', 'UNKNOWN_FEED', 404],
    ['feed=clinics', 'REQUEST_INVALID', 400],
    ['feed=clinics&name=../a.csv', 'REQUEST_INVALID', 400],
    ['feed=clinics&name=..', 'REQUEST_INVALID', 400],
    ['name=a.csv', 'REQUEST_INVALID', 400],
  ])('refuses %s with %s', async (query, code, status) => {
    expect(await problem(`/v1/submissions?${query}`, { method: 'POST', body: 'x' })).toMatchObject({ code, status });
  });

  it('refuses an upload beyond the limit, declared or not', async () => {
    const bytes = Buffer.alloc(100_001);
    const path = '/v1/submissions?feed=clinics&name=large.csv';
    expect(await problem(path, { method: 'POST', body: bytes })).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
    const stream = new Blob([bytes]).stream();
    expect(await problem(path, { method: 'POST', body: stream, duplex: 'half' } as RequestInit)).toMatchObject({
      status: 413,
      code: 'PAYLOAD_TOO_LARGE',
    });
    expect(api.received.some(({ name }) => name === 'large.csv')).toBe(false);
  });

  it('lists submissions, newest first, and narrows them', async () => {
    const all = (await json('/v1/submissions?limit=2')) as { items: { submission: string }[]; next: string };
    expect(all.items.map(({ submission }) => submission)).toEqual([
      SUBMISSIONS[4].submission,
      SUBMISSIONS[3].submission,
    ]);
    expect(await json('/v1/submissions?state=quarantined')).toMatchObject({
      items: [{ code: 'FILE_MALFORMED', rows_accepted: 0 }],
      next: null,
    });
  });

  it('shows one submission with its row errors', async () => {
    expect(await json(`/v1/submissions/${SUBMISSIONS[3].submission}`)).toMatchObject({
      state: 'loaded',
      rows_refused: 1,
      errors: [{ record: 3, line: 4, field: 'value', code: 'VALUE_NEGATIVE' }],
    });
    expect(await problem(`/v1/submissions/${idOf('nothing')}`)).toMatchObject({
      status: 404,
      code: 'UNKNOWN_SUBMISSION',
    });
    expect(await problem('/v1/submissions/short')).toMatchObject({ status: 404, code: 'UNKNOWN_SUBMISSION' });
  });
});

describe('dead letters', () => {
  const refused = SUBMISSIONS[4];
  const post = (path: string): Promise<Response> => api.ask(path, { method: 'POST' });

  it('are listed with feed, step, code, detail, tries, times and what to do', async () => {
    expect(await json('/v1/dead-letters')).toEqual({
      items: [
        {
          submission: refused.submission,
          feed: 'labs',
          name: 'F3_b.csv',
          facility: 'F3',
          state: 'quarantined',
          step: 'parse',
          code: 'FILE_MALFORMED',
          detail: 'line 3',
          remedy: 'Correct the file at the stated place and send it again.',
          tries: 1,
          at: '2024-01-04T07:00:01Z',
          received_at: '2024-01-04T07:00:00Z',
        },
      ],
      next: null,
    });
    for (const none of ['state=dead', 'code=ARCHIVE_EMPTY', 'step=load', 'since=2024-01-05', 'feed=clinics'])
      expect(await json(`/v1/dead-letters?${none}`)).toMatchObject({ items: [] });
    expect(await json('/v1/dead-letters?since=2024-01-04&step=parse')).toMatchObject({ items: [{}] });
    expect(await problem('/v1/dead-letters?code=NONSENSE')).toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('are replayed one by one, or all that fit; a dry run only counts', async () => {
    expect(await (await post('/v1/dead-letters/replay?code=FILE_MALFORMED&dry=yes')).json()).toEqual({
      matched: 1,
      handled: 0,
      more: false,
    });
    expect(api.replayed).toEqual([]);
    expect((await post(`/v1/submissions/${refused.submission}/replay`)).status).toBe(202);
    expect((await post('/v1/dead-letters/replay?feed=labs')).status).toBe(202);
    expect(api.replayed).toEqual([refused.submission, refused.submission]);
    const counted = `/v1/submissions/${SUBMISSIONS[0].submission}/replay`;
    expect(await problem(counted, { method: 'POST' })).toMatchObject({ code: 'REQUEST_INVALID' });
    // Nothing said about which: that is not everything.
    expect(await problem('/v1/dead-letters/replay', { method: 'POST' })).toMatchObject({ code: 'REQUEST_INVALID' });
  });

  it('are discarded with a reason, and with the name of who did', async () => {
    const path = `/v1/submissions/${refused.submission}/discard`;
    expect(await problem(path, { method: 'POST' })).toMatchObject({ code: 'REQUEST_INVALID' });
    expect((await post(`${path}?reason=sent%20again`)).status).toBe(200);
    expect((await post('/v1/dead-letters/discard?feed=labs&reason=old')).status).toBe(200);
    expect(api.discarded).toEqual([
      { submission: refused.submission, note: 'sample: sent again' },
      { submission: refused.submission, note: 'sample: old' },
    ]);
  });

  it('and files with rows in error have these as a table', async () => {
    const response = await api.ask(`/v1/submissions/${SUBMISSIONS[3].submission}/errors.csv`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(await response.text()).toBe(
      'member,record,line,field,code,detail,remedy\r\n' +
        'F1_b.csv,3,4,value,VALUE_NEGATIVE,a negative number,Send counts from 0; a return or correction is a new version of the file.\r\n',
    );
  });
});

describe('around the questions', () => {
  it('says that it lives, whether it is ready, and its metrics', async () => {
    expect(await json('/healthz')).toEqual({ alive: true, version: '0.0.0-test' });
    expect(await json('/readyz')).toEqual({ ready: true, parts: [{ name: 'warehouse', ok: true, detail: 'answers' }] });
    const metrics = await api.ask('/metrics');
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await metrics.text()).toContain('up 1');
  });

  it('has a page with a live chart and says that it is open', async () => {
    const page = await (await api.ask('/')).text();
    expect(page).toContain('Sample mode');
    const image = /<img src="([^"]+)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect((await api.ask(image)).headers.get('content-type')).toBe('image/svg+xml');
  });

  it('serves the reader of the document from here alone', async () => {
    const page = await (await api.ask('/docs')).text();
    const sources = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(sources.length).toBeGreaterThan(2);
    for (const source of sources) {
      expect(source).not.toMatch(/^(https?:)?\/\//);
      expect((await api.ask(new URL(source, `${api.origin}/docs`).pathname)).status).toBe(200);
    }
  });

  it('gives a problem document for an address or method that does not exist', async () => {
    expect(await problem('/v2/series')).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(await problem('/v1/series', { method: 'DELETE' })).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('gives a problem document for an address that cannot be read at all', async () => {
    for (const path of ['/v1/submissions/%E0%A4%A', `/v1/submissions/${'a'.repeat(300)}`]) {
      expect(await problem(path)).toMatchObject({ status: 400, code: 'REQUEST_INVALID' });
    }
  });

  it('explains the type of every problem at the address that it names', async () => {
    const { type } = (await (await api.ask('/v1/nothing')).json()) as { type: string };
    const page = await (await api.ask(type)).text();
    expect(type).toBe('/docs/errors#not_found');
    for (const code of Object.keys(ERRORS)) expect(page).toContain(`id="${code.toLowerCase()}"`);
  });

  it('lets no answer load, frame or embed anything, not even an error', async () => {
    for (const path of ['/', '/v1/datasets', '/v1/nothing', '/graphql', '/soap?wsdl', '/docs']) {
      const { headers } = await api.ask(path);
      expect(headers.get('content-security-policy')).toContain("default-src 'self'");
      expect([headers.get('x-content-type-options'), headers.get('x-frame-options')]).toEqual(['nosniff', 'DENY']);
    }
  });

  it('keeps a harmless request id and replaces any other', async () => {
    const id = async (given: string) =>
      (await api.ask('/healthz', { headers: { 'x-request-id': given } })).headers.get('x-request-id');
    expect(await id('abc-123')).toBe('abc-123');
    expect(await id('a b')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('the measure of requests', () => {
  it('counts every answer once, by the pattern of its route', async () => {
    const seen: AnsweredRequest[] = [];
    const measured = await runApi({ answered: (request) => seen.push(request) });
    for (const path of [
      '/v1/datasets',
      `/v1/submissions/${idOf('x')}`,
      '/nowhere',
      '/soap?wsdl',
      '/graphql?query={__typename}',
    ]) {
      await (await measured.ask(path)).text();
    }
    await measured.close();
    expect(seen.map(({ door, route, status }) => `${door} ${route} ${status}`)).toEqual([
      'rest /v1/datasets 200',
      'rest /v1/submissions/:submission 404',
      'other none 404',
      'soap /soap 200',
      'graphql /graphql 400',
    ]);
    expect(seen.every(({ seconds }) => seconds > 0)).toBe(true);
  });
});

describe('a fault of ours', () => {
  it('is INTERNAL without its message, and in the log with it', async () => {
    const health = () => Promise.reject(new Error('secret place'));
    const broken = await runApi({ services: { health } });
    const response = await broken.ask('/readyz');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(JSON.stringify(broken.errors.map((fields) => String((fields as { err: Error }).err)))).toContain(
      'secret place',
    );
    await broken.close();
  });
});
