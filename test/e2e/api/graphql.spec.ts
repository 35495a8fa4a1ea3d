import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { serverAudits } from 'graphql-http';
import { type Client, createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { day, idOf, SUBMISSIONS } from '../../contract/questions/small-world.js';
import { type RunningApi, runApi } from './running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; path?: unknown; extensions: { code: string; remedy: string } }[];
}

async function post(query: string, variables: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await api.ask('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...headers },
    body: JSON.stringify({ query, variables }),
  });
  return (await response.json()) as Answer;
}

async function ask(query: string, variables: object = {}): Promise<Record<string, unknown>> {
  const { data, errors } = await post(query, variables);
  expect(errors).toBeUndefined();
  return data ?? {};
}

describe('GraphQL queries', () => {
  it('answers series with the values as they are', async () => {
    const query = `query ($regions: [Region!]!, $asOf: Instant) {
      series(dataset: "clinic", categories: ["respiratory"], regions: $regions, from: "2024-01-01", to: "2024-01-03", asOf: $asOf) {
        rev digest series { region category from total unflagged status }
      }
    }`;
    expect(await ask(query, { regions: ['county:42091', 'facility:F3'] })).toMatchObject({
      series: {
        rev: 5,
        series: [
          {
            region: 'county:42091',
            from: '2024-01-01',
            total: [12, 0, null],
            unflagged: [10, 0, null],
            status: ['reported', 'reported', 'missing'],
          },
          { region: 'facility:F3', total: [11, null, null], status: ['reported', 'suppressed', 'missing'] },
        ],
      },
    });
    expect(await ask(query, { regions: ['county:42091'], asOf: '2024-01-03T00:00:00Z' })).toMatchObject({
      series: { series: [{ total: [10, 0, null] }] },
    });
  });

  it('answers every other question', async () => {
    const found = await ask(`{
      datasets { id firstDay categories { id } unflagged }
      feeds { id lastReceivedAt }
      regions(dataset: "clinic", level: "county", parent: "state:PA") { items { region parent name facilities } next }
      facilities(dataset: "clinic", limit: 1) { items { facility firstActive closedOn } next }
      completeness(dataset: "clinic", regions: ["county:42091"], epiweeks: "202401") { regions { region days { day reporting participating } } }
      chart(dataset: "clinic", categories: "respiratory", regions: "state:PA", from: "2024-01-01", to: "2024-01-03", width: 300) { contentType base64 }
    }`);
    Object.assign(
      found,
      await ask(
        `{ completenessCurve(dataset: "clinic", region: "nation:us", day: "2024-01-01") { participating arrivals { at reporting } byHour } provenance(dataset: "clinic", region: "county:42091", category: "respiratory", day: "2024-01-01") { total contributions { facility value arrivedAt } } }`,
      ),
    );
    Object.assign(
      found,
      await ask(
        `{ submission(id: "${SUBMISSIONS[3].submission}") { info { rowsRefused } errors { code line field } } }`,
      ),
    );
    Object.assign(
      found,
      await ask(`{
      submissions(limit: 1, state: "quarantined") { items { submission code receivedAt } next }
    }`),
    );
    expect(found).toMatchObject({
      datasets: [{ id: 'clinic', firstDay: '2024-01-01', categories: [{ id: 'respiratory' }, { id: 'fever' }] }],
      feeds: [{ lastReceivedAt: '2024-01-04T06:00:00Z' }, { lastReceivedAt: null }],
      regions: { items: [{ region: 'county:42091', parent: 'state:PA', facilities: 2 }], next: null },
      facilities: { items: [{ facility: 'F1', firstActive: '2024-01-01', closedOn: null }], next: '1' },
      completenessCurve: { participating: 3, arrivals: [{ at: '2024-01-02T06:00:00Z', reporting: 1 }, {}, {}] },
      provenance: { total: 12, contributions: [{ facility: 'F1', value: 7 }, { value: 2 }, { value: 3 }] },
      chart: { contentType: 'image/png' },
      submissions: { items: [{ code: 'FILE_MALFORMED', receivedAt: '2024-01-04T07:00:00Z' }], next: null },
      submission: { info: { rowsRefused: 1 }, errors: [{ code: 'VALUE_NEGATIVE', line: 4 }] },
    });
    const { regions } = found['completeness'] as { regions: { days: { day: string; reporting: number }[] }[] };
    expect(regions[0]?.days.map(({ day: on, reporting }) => `${on} ${reporting}`).slice(0, 3)).toEqual([
      '2023-12-31 0',
      '2024-01-01 2',
      '2024-01-02 1',
    ]);
    expect(
      Buffer.from((found['chart'] as { base64: string }).base64, 'base64')
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG');
  });

  it.each([
    [
      'series(dataset: "other", categories: "x", regions: "state:PA", from: "2024-01-01", to: "2024-01-01") { rev }',
      'UNKNOWN_DATASET',
    ],
    [
      'series(dataset: "clinic", categories: "x", regions: "state:PA", from: "2024-01-01", to: "2024-01-01") { rev }',
      'UNKNOWN_CATEGORY',
    ],
    [
      'series(dataset: "clinic", categories: "fever", regions: "PA", from: "2024-01-01", to: "2024-01-01") { rev }',
      'REQUEST_INVALID',
    ],
    [
      'series(dataset: "clinic", categories: [], regions: "state:PA", from: "2024-01-01", to: "2024-01-01") { rev }',
      'REQUEST_INVALID',
    ],
    ['series(dataset: "clinic") { rev }', 'REQUEST_INVALID'],
    ['regions(dataset: "clinic", level: "planet") { next }', 'REQUEST_INVALID'],
    ['submission(id: "short") { info { name } }', 'UNKNOWN_SUBMISSION'],
    ['nothing', 'REQUEST_INVALID'],
    ['{', 'REQUEST_INVALID'],
  ])('refuses %s with %s and a remedy', async (field, code) => {
    const { errors } = await post(`{ ${field} }`);
    expect(errors?.[0]?.extensions.code).toBe(code);
    expect(errors?.[0]?.extensions.remedy).not.toBe('');
    expect(JSON.stringify(errors)).not.toMatch(/node_modules|at .*\.(ts|js):/);
  });

  it('keeps the rest of an answer when one question fails', async () => {
    const { data, errors } = await post(
      `query { datasets { id } unknown: submission(id: "${idOf('x')}") { info { name } } }`,
    );
    expect(data).toBeNull();
    expect(errors?.[0]).toMatchObject({ path: ['unknown'], extensions: { code: 'UNKNOWN_SUBMISSION' } });
  });

  it('shows its schema', async () => {
    expect(await ask(getIntrospectionQuery())).toHaveProperty('__schema');
  });

  it('shows a browser a page whose only script comes from here', async () => {
    const response = await api.ask('/graphql', { headers: { accept: 'text/html' } });
    expect(response.headers.get('content-type')).toContain('text/html');
    const page = await response.text();
    expect(page).not.toMatch(/https?:\/\//);
    const scripts = [...page.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)];
    expect(scripts.map(([, source, inline]) => [source, inline])).toEqual([[' src="/docs/graphql.js"', '']]);
    expect((await api.ask('/docs/graphql.js')).headers.get('content-type')).toContain('text/javascript');
  });
});

describe('GraphQL bounds', () => {
  const nested = (depth: number) =>
    `{ __schema { types ${'{ ofType: fields { type '.repeat(depth)} { name } ${'} }'.repeat(depth)} } }`;
  const fragments = Array.from(
    { length: 30 },
    (_, n) => `fragment f${n} on Dataset { ...f${n + 1} ...f${n + 1} }`,
  ).join(' ');
  it.each([
    ['many questions', `{ ${Array.from({ length: 6 }, (_, n) => `a${n}: feeds { id }`).join(' ')} }`, 'costs'],
    ['many aliases', `{ datasets { ${Array.from({ length: 25 }, (_, n) => `a${n}: id`).join(' ')} } }`, 'aliases'],
    ['fragments that double', `{ datasets { ...f0 } } ${fragments} fragment f30 on Dataset { id }`, ''],
    ['a fragment of itself', '{ datasets { ...f } } fragment f on Dataset { id ...f }', ''],
    ['fields without end', nested(15), ''],
    ['many tokens', `{ ${'__typename '.repeat(5000)} }`, ''],
  ])('refuses %s', async (_, query, what) => {
    const { errors } = await post(query);
    expect(errors?.[0]?.extensions.code).toBe('REQUEST_INVALID');
    expect(JSON.stringify(errors)).toContain(what);
  });

  it('weighs a question by its variables, at GET and POST, and says what it costs', async () => {
    const query =
      'query ($regions: [Region!]!, $first: Day!) { series(dataset: "clinic", categories: ["respiratory"], regions: $regions, from: $first, to: "2024-01-03") { rev } }';
    const variables = (years: number) => ({ regions: ['county:42091'], first: `${2025 - years}-01-01` });
    expect((await post(query, variables(1))).errors).toBeUndefined();
    const problem = { code: 'REQUEST_INVALID' };
    const refused = await post(query, variables(30));
    expect(refused.errors?.[0]?.extensions).toMatchObject(problem);
    expect(refused.errors?.[0]?.message).toMatch(
      /it costs 1[12]\d\d or more, and 1000 is the most; ask for fewer regions/,
    );
    const address = new URLSearchParams({ query, variables: JSON.stringify(variables(30)) });
    const get = await api.ask(`/graphql?${address.toString()}`, { headers: { 'apollo-require-preflight': '1' } });
    expect([get.status, ((await get.json()) as Answer).errors?.[0]?.extensions]).toMatchObject([400, problem]);
  });

  it('refuses a body beyond the limit', async () => {
    const response = await api.ask('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: ' '.repeat((1 << 20) + 1),
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  });

  it('refuses a body that is not JSON, and one that reaches for a prototype', async () => {
    for (const body of ['{', '{"query": "{ __typename }", "__proto__": {}}']) {
      const response = await api.ask('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'REQUEST_INVALID']);
    }
  });
});

describe('GraphQL over HTTP', () => {
  const CSRF = 'a GET that a page of another site could make is refused (Apollo csrfPrevention)';
  const STATUS = 'Apollo answers 400 to a document it cannot run, also to clients that only accept application/json';
  /** Audits of what one MAY or SHOULD do that we do not pass, with the reason. */
  const EXCEPTIONS: Readonly<Record<string, string>> = {
    '5A70': CSRF,
    D6D5: CSRF,
    '6A70': CSRF,
    '572B': STATUS,
    FDE2: STATUS,
    '7B9B': STATUS,
  };

  const audits = serverAudits({ url: () => `${api.origin}/graphql`, fetchFn: fetch });
  it('has no exception from what one MUST do', () => {
    const musts = audits.filter(({ name }) => name.startsWith('MUST'));
    expect(musts.length).toBeGreaterThanOrEqual(10);
    expect(musts.filter(({ id }) => id in EXCEPTIONS)).toEqual([]);
  });
  it.each(audits.map((audit) => [audit.name, audit] as const))('%s', async (_, audit) => {
    const result = await audit.fn();
    if (audit.id in EXCEPTIONS) expect(['notice', 'warn']).toContain(result.status);
    else expect(result).toMatchObject({ status: 'ok' });
  });
});

describe('GraphQL subscriptions', () => {
  const clients: Client[] = [];
  afterAll(async () => {
    for (const client of clients) await client.dispose();
  });
  function connect(
    change: { headers?: Record<string, string>; connectionParams?: Record<string, unknown>; port?: number } = {},
  ): Client {
    class Socket extends WebSocket {
      constructor(address: string, protocols: string | string[]) {
        super(address, protocols, { headers: change.headers ?? {} });
      }
    }
    const { connectionParams } = change;
    const client = createClient({
      url: `ws://127.0.0.1:${change.port ?? api.port}/graphql`,
      webSocketImpl: Socket,
      retryAttempts: 0,
      ...(connectionParams ? { connectionParams } : {}),
    });
    clients.push(client);
    return client;
  }
  const WATCH = 'subscription { regionChanged(dataset: "clinic", region: "county:42091") { region days rev } }';
  const change = (code: string, rev: number) => ({
    dataset: 'clinic',
    region: { level: 'county' as const, code },
    days: [day('2024-01-01')],
    rev,
  });

  it('tells of each commit that changes the region, in order, and of no other', async () => {
    const subscription = connect().iterate({ query: WATCH });
    const first = subscription.next();
    while (api.questions.watching() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    api.questions.announce(change('34023', 6));
    api.questions.announce(change('42091', 7));
    api.questions.announce(change('42091', 8));
    expect((await first).value).toEqual({
      data: { regionChanged: { region: 'county:42091', days: ['2024-01-01'], rev: 7 } },
    });
    expect((await subscription.next()).value).toMatchObject({ data: { regionChanged: { rev: 8 } } });
    await subscription.return?.();
    while (api.questions.watching() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('refuses an unknown dataset with its code', async () => {
    const subscription = connect().iterate({ query: 'subscription { regionChanged(dataset: "other") { rev } }' });
    expect((await subscription.next()).value).toMatchObject({ errors: [{ extensions: { code: 'UNKNOWN_DATASET' } }] });
  });

  it('keeps the bounds of queries', async () => {
    const query = `{ datasets { ${Array.from({ length: 25 }, (_, n) => `a${n}: id`).join(' ')} } }`;
    await expect(connect().iterate({ query }).next()).rejects.toMatchObject([
      { message: expect.stringContaining('aliases') },
    ]);
  });

  it('refuses a page of another site', async () => {
    const subscription = connect({ headers: { origin: 'https://evil.example' } }).iterate({ query: WATCH });
    await expect(subscription.next()).rejects.toMatchObject({ code: 4403 });
  });

  it('takes the key from the connection where a browser cannot set headers', async () => {
    const closed = await runApi({ sampleMode: false });
    const query = '{ datasets { id } }';
    await expect(connect({ port: closed.port }).iterate({ query }).next()).rejects.toMatchObject({ code: 4403 });
    const known = connect({ port: closed.port, connectionParams: { key: closed.keys.viewer } }).iterate({ query });
    expect((await known.next()).value).toEqual({ data: { datasets: [{ id: 'clinic' }] } });
    for (const client of clients) await client.dispose();
    await closed.close();
  });

  it('closes a socket at another address instead of leaving it open', async () => {
    const socket = new WebSocket(`${api.origin.replace('http', 'ws')}/elsewhere`);
    const failure = await new Promise<Error>((resolve) => socket.on('error', resolve));
    expect(failure.message).toContain('404');
  });
});
