import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { SMALL_WORLD } from '../../contract/questions/small-world.js';
import { twinOf } from '../../contract/questions/twin.js';
import { type RunningApi, runApi } from './running-api.js';

/** A Python that has the clients; .ci/run installs them, docs/api.md says how. */
const PYTHON = process.env['EPIDATA_PYTHON'];

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

interface Row {
  readonly [name: string]: unknown;
}
interface Answer {
  readonly result: number;
  readonly message: string;
  readonly epidata: readonly Row[];
}

const DAY = 'data_source=clinic&signals=respiratory&time_type=day';
const STATES = `${DAY}&geo_type=state&geo_values=*&time_values=20240101`;
const ask = async (query: string): Promise<Answer> =>
  (await (await api.ask(`/epidata/covidcast/?${query}`)).json()) as Answer;

const row = (change: Row): Row => ({
  ...{
    geo_value: 'pa',
    signal: 'respiratory',
    source: 'clinic',
    geo_type: 'state',
    time_type: 'day',
    time_value: 20240101,
  },
  ...{ direction: null, issue: 20240104, lag: 3, missing_value: 0, missing_stderr: 1, missing_sample_size: 1 },
  ...{ value: 12, stderr: null, sample_size: null, ...change },
});

describe('covidcast', () => {
  it('answers the newest issue of every place, with the names and order of Epidata', async () => {
    const answer = await ask(STATES);
    expect(answer).toEqual({
      epidata: [row({ geo_value: 'nj', issue: 20240102, lag: 1, value: 11 }), row({})],
      result: 1,
      message: 'success',
    });
    expect(Object.keys(answer.epidata[0]!)).toEqual(Object.keys(row({})));
  });

  it.each([
    ['as_of=20240103', [10]],
    ['as_of=2024-01-04', [12]],
    ['as_of=20240101', []],
    ['issues=20240102', [10]],
    ['issues=20240101-20240110', [10, 12]],
    ['issues=2024-01-01--2024-01-03', [10]],
    ['lag=1', [10]],
    ['lag=2', []],
    ['lag=3', [12]],
  ])('answers %s with the values as they were issued', async (query, values) => {
    const { epidata, result, message } = await ask(`${STATES.replace('*', 'PA')}&${query}`);
    expect(epidata.map(({ value }) => value)).toEqual(values);
    expect([result, message]).toEqual(values.length > 0 ? [1, 'success'] : [-2, 'no results']);
  });

  it('says of a suppressed value that it is censored, and has no row where nothing is known', async () => {
    const { epidata } = await ask(`${DAY}&geo_type=facility&geo_values=F3&time_values=20240101-20240103`);
    expect(epidata.map(({ time_value: day, value, missing_value: why }) => [day, value, why])).toEqual([
      [20240101, 11, 0],
      [20240102, null, 3],
    ]);
  });

  it('takes signals of a flag, several sources and places in one parameter, and weeks', async () => {
    const flagged = await ask(`${STATES}&fields=value`.replace('respiratory', 'respiratory.Y'));
    expect(flagged.epidata).toEqual([{ value: 0 }, { value: 2 }]);
    const pairs = await ask('signal=clinic:respiratory,fever;other:*&geo=county:42091;nation:*&time=day:20240101');
    expect(pairs.epidata.map(({ signal, geo_value: place, value }) => [signal, place, value])).toEqual([
      ['fever', '42091', 1],
      ['fever', 'us', 1],
      ['respiratory', '42091', 12],
      ['respiratory', 'us', 23],
    ]);
    const week = await ask(
      'data_source=clinic&signal=respiratory&time_type=week&time_values=202401-202403&geo_type=state&geo_value=pa',
    );
    expect(week.epidata).toEqual([row({ time_type: 'week', time_value: 202401, issue: 202401, lag: 0 })]);
  });

  it('writes json, csv, jsonl and trees', async () => {
    const query = `${STATES}&fields=geo_value,signal,value&format=`;
    const body = async (format: string) => (await api.ask(`/epidata/covidcast?${query}${format}`)).text();
    expect(JSON.parse(await body('json'))).toEqual([
      { geo_value: 'nj', signal: 'respiratory', value: 11 },
      { geo_value: 'pa', signal: 'respiratory', value: 12 },
    ]);
    expect(await body('csv')).toBe('geo_value,signal,value\nnj,respiratory,11\npa,respiratory,12\n');
    expect((await body('jsonl')).split('\n')[1]).toBe('{"geo_value":"pa","signal":"respiratory","value":12}');
    expect((JSON.parse(await body('tree')) as Answer).epidata).toEqual([
      { respiratory: [{ geo_value: 'nj', value: 11 }, { geo_value: 'pa', value: 12 }] },
    ]); // prettier-ignore
    expect((JSON.parse(await body('tree-geo_value')) as Answer).epidata[0]).toHaveProperty('pa');
  });

  it.each([
    ['data_source=clinic', 'signal'],
    [`${DAY}&geo_type=state&geo_values=*`, 'time_values'],
    [`${DAY}&geo_type=state&time_values=*`, 'geo_value'],
    [`${DAY}&geo_type=state&geo_values=*&time_values=20240230`, 'date'],
    [`${DAY}&geo_type=state&geo_values=*&time_values=20240110-20240101`, 'inverted'],
    [`${STATES}&lag=x`, 'lag'],
    [STATES.replace('time_type=day', 'time_type=hour'), 'time'],
  ])('refuses %s with result -1, and with a status where the format has no result', async (query, what) => {
    expect(await ask(query)).toMatchObject({ result: -1, message: expect.stringContaining(what), epidata: [] });
    expect((await api.ask(`/epidata/covidcast/?${query}`)).status).toBe(200);
    expect((await api.ask(`/epidata/covidcast/?${query}&format=json`)).status).toBe(400);
  });

  it('has no results for what nobody knows', async () => {
    for (const change of [
      ['clinic', 'other'],
      ['respiratory', 'other'],
      ['state&', 'msa&'],
      ['values=*', 'values=zz'],
    ] as const)
      expect(await ask(STATES.replace(change[0], change[1]))).toEqual({
        epidata: [],
        result: -2,
        message: 'no results',
      });
  });

  it('answers what has been released to whom versions are withheld, without issues', async () => {
    const twin = twinOf(SMALL_WORLD);
    const revisions = () => Promise.reject(new BellwetherError('FORBIDDEN', 'small counts are suppressed'));
    const withheld = await runApi({ services: { questions: { ...twin, revisions } } });
    try {
      const answerTo = async (query: string) =>
        (await (await withheld.ask(`/epidata/covidcast/?${query}`)).json()) as Answer;
      expect((await answerTo(`${STATES}&as_of=20240103`)).epidata).toEqual([
        row({ geo_value: 'nj', issue: 20240103, lag: 2, value: 11 }),
        row({ issue: 20240103, lag: 2, value: 10 }),
      ]);
      expect((await answerTo(`${STATES}&lag=1`)).epidata.map(({ value, lag }) => [value, lag])).toEqual([[11, 1], [10, 1]]); // prettier-ignore
      expect(await answerTo(`${STATES}&issues=20240102`)).toMatchObject({
        result: -1,
        message: 'small counts are suppressed',
      });
    } finally {
      await withheld.close();
    }
  });

  it('is found at the addresses of the older clients, and by POST', async () => {
    const expected = await ask(STATES);
    for (const path of [
      '/epidata/covidcast?',
      '/epidata/api.php?source=covidcast&',
      '/epidata/api.php?endpoint=covidcast&',
      '/epidata/api.php/covidcast/?',
    ])
      expect(await (await api.ask(path + STATES)).json()).toEqual(expected);
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const posted = await api.ask('/epidata/covidcast/', { method: 'POST', body: STATES, headers });
    expect(await posted.json()).toEqual(expected);
    expect(await (await api.ask('/epidata/api.php?source=fluview')).json()).toMatchObject({ result: -1 });
  });
});

describe('a key as the clients send it', () => {
  let closed: RunningApi;
  beforeAll(async () => {
    closed = await runApi({ sampleMode: false });
  });
  afterAll(() => closed.close());
  const basic = (user: string, key: string) => ({
    authorization: `Basic ${Buffer.from(`${user}:${key}`).toString('base64')}`,
  });
  const COUNTY = `/epidata/covidcast/?${DAY}&geo_type=county&geo_values=42091&time_values=20240101`;

  it('is taken from the password of any user, from the query, and as our own doors take it', async () => {
    const { analyst } = closed.keys;
    for (const [path, headers] of [
      [COUNTY, basic('epidata', analyst)],
      [COUNTY, basic('token', analyst)],
      [`${COUNTY}&api_key=${analyst}`, {}],
      [COUNTY, { authorization: `Bearer ${analyst}` }],
    ] as const)
      expect(await (await closed.ask(path, { headers })).json()).toMatchObject({ result: 1, epidata: [{ value: 12 }] });
  });

  it('is needed, has to be right, and reaches as far as it does elsewhere', async () => {
    expect((await closed.ask(COUNTY)).status).toBe(401);
    expect((await closed.ask(COUNTY, { headers: basic('epidata', '') })).status).toBe(401);
    expect((await closed.ask(`${COUNTY}&api_key=bw_wrong`)).status).toBe(401);
    const other = await closed.ask(COUNTY.replace('42091', '34023'), {
      headers: basic('epidata', closed.keys.analyst),
    });
    expect(await other.json()).toMatchObject({ result: -1, message: expect.stringContaining('scope') });
  });

  it('is not taken from the query of other doors', async () => {
    expect((await closed.ask(`/v1/datasets?api_key=${closed.keys.analyst}`)).status).toBe(401);
  });
});

const clients = PYTHON === undefined ? describe.skip : describe;
if (PYTHON === undefined) {
  console.log(
    'SKIPPED: the published clients of Epidata (EPIDATA_PYTHON: a Python that has epidatpy and delphi_epidata)',
  );
}

clients('the published clients, as they are', () => {
  const found: Record<string, unknown> = {};
  const rows = (name: string): Row[] => found[name] as Row[];
  let closed: RunningApi;

  beforeAll(async () => {
    closed = await runApi({ sampleMode: false });
    const script = join(import.meta.dirname, 'epidata_clients.py');
    const env = { ...process.env, DELPHI_EPIDATA_KEY: closed.keys.viewer, MPLBACKEND: 'agg' };
    const child = spawn(PYTHON!, [script, closed.origin], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    if (!out.startsWith('{')) throw new Error(errors);
    Object.assign(found, JSON.parse(out.slice(out.indexOf('{'))));
  }, 120_000);
  afterAll(() => closed.close());

  const brief = (name: string) =>
    rows(name).map((one) => [String(one['time_value']).slice(0, 10), one['geo_value'], one['value'], one['lag']]);

  it('epidatpy reads frames: the newest issues, as of, issues, lag, weeks', () => {
    expect(brief('epidatpy')).toEqual([
      ['2024-01-01', 'nj', 11, 1],
      ['2024-01-01', 'pa', 12, 3],
      ['2024-01-02', 'nj', null, 0],
      ['2024-01-02', 'pa', 0, 0],
    ]);
    expect(brief('epidatpy_as_of').slice(0, 2)).toEqual([['2024-01-01', 'nj', 11, 1], ['2024-01-01', 'pa', 10, 1]]); // prettier-ignore
    expect(brief('epidatpy_issues')).toEqual([['2024-01-01', 'nj', 11, 1], ['2024-01-01', 'pa', 10, 1], ['2024-01-01', 'pa', 12, 3]]); // prettier-ignore
    expect(brief('epidatpy_lag')).toEqual([['2024-01-01', 'pa', 12, 3]]);
    expect(rows('epidatpy_week').map(({ value }) => value)).toEqual([23]);
  });

  it('epidatpy reads the sources and signals', () => {
    expect(found['epidatpy_sources']).toEqual(['clinic']);
    expect(brief('epidatpy_signal').slice(0, 2)).toEqual([['2024-01-01', '34023', 0, 1], ['2024-01-01', '42091', 1, 1]]); // prettier-ignore
    expect(rows('epidatpy_meta')[0]).toMatchObject({ data_source: 'clinic', signal: 'respiratory', num_locations: 1 });
  });

  it('delphi_epidata reads rows, none, failures, csv and trees', () => {
    expect(found['delphi']).toMatchObject({ result: 1, message: 'success' });
    expect((found['delphi'] as Answer).epidata.map(({ value }) => value)).toEqual([11, 12, null, 0]);
    expect(found['delphi_none']).toMatchObject({ result: -2, message: 'no results' });
    expect(found['delphi_error']).toMatchObject({ result: -1 });
    expect(found['delphi_csv']).toMatch(/^geo_value,signal,source,.*\n42091,respiratory,clinic,/);
    expect(found['delphi_tree']).toMatchObject({ epidata: [{ respiratory: [{ value: 12 }] }] });
    expect(found['delphi_meta']).toBe(1);
  });

  it('covidcast reads a signal day by day, and the metadata', () => {
    expect(rows('covidcast').map(({ geo_value: place, value }) => [place, value])).toEqual([['42091', 12], ['42091', 0]]); // prettier-ignore
    expect(found['covidcast_metadata']).toBeGreaterThan(0);
  });
});
