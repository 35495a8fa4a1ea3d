import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-sse';
import { day } from '../../contract/questions/small-world.js';
import { type RunningApi, runApi } from './running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

const WATCH = 'subscription { regionChanged(dataset: "clinic", region: "county:42091") { region days rev } }';
const change = (code: string, rev: number) => ({
  dataset: 'clinic',
  region: { level: 'county' as const, code },
  days: [day('2024-01-01')],
  rev,
});
const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
};
const open = (query: string, headers: Record<string, string> = {}, signal?: AbortSignal) =>
  api.ask(`/graphql/stream?query=${encodeURIComponent(query)}`, {
    headers: { accept: 'text/event-stream', ...headers },
    ...(signal ? { signal } : {}),
  });

describe('GraphQL over server-sent events', () => {
  it('tells a stock client of each commit that changes the region, in order, and of no other', async () => {
    const client = createClient({ url: `${api.origin}/graphql/stream`, retryAttempts: 0 });
    const subscription = client.iterate({ query: WATCH });
    const first = subscription.next();
    await until(() => api.questions.watching() === 1);
    api.questions.announce(change('34023', 6));
    api.questions.announce(change('42091', 7));
    api.questions.announce(change('42091', 8));
    expect((await first).value).toEqual({
      data: { regionChanged: { region: 'county:42091', days: ['2024-01-01'], rev: 7 } },
    });
    expect((await subscription.next()).value).toMatchObject({ data: { regionChanged: { rev: 8 } } });
    await subscription.return?.();
    await until(() => api.questions.watching() === 0);
    client.dispose();
  });

  it('answers a query as one event, and ends', async () => {
    const response = await open('{ datasets { id } }');
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const events = (await response.text()).split('\n\n').filter((event) => event.startsWith('event'));
    expect(events).toEqual(['event: next\ndata: {"data":{"datasets":[{"id":"clinic"}]}}', 'event: complete\ndata:']);
  });

  it.each([
    ['an unknown field', '{ nothing }', 'REQUEST_INVALID'],
    ['no document', '{', 'REQUEST_INVALID'],
    ['what is too large', `{ ${'__typename '.repeat(30)} }`, 'REQUEST_INVALID'],
    ['an unknown dataset', 'subscription { regionChanged(dataset: "other") { rev } }', 'UNKNOWN_DATASET'],
  ])('answers %s with its code', async (_, query, code) => {
    const text = await (await open(query)).text();
    expect(text).toContain(`"code":"${code}"`);
    expect(text).not.toMatch(/node_modules|stack/);
  });

  it('is closed to who has no key, to pages of other sites, and to what does not accept events', async () => {
    const closed = await runApi({ sampleMode: false });
    const path = `/graphql/stream?query=${encodeURIComponent('{ datasets { id } }')}`;
    const events = { accept: 'text/event-stream' };
    expect((await closed.ask(path, { headers: events })).status).toBe(401);
    expect((await closed.ask(path, { headers: { ...events, 'x-api-key': closed.keys.viewer } })).status).toBe(200);
    expect((await closed.ask(path, { headers: { 'x-api-key': closed.keys.viewer } })).status).toBe(400);
    await closed.close();
    expect((await open('{ datasets { id } }', { origin: 'https://evil.example' })).status).toBe(401);
    for (const method of ['PUT', 'DELETE']) expect((await api.ask(path, { method })).status).toBe(404);
  });

  it('opens twenty streams a principal, and the next when one has gone', async () => {
    const aborts = Array.from({ length: 20 }, () => new AbortController());
    for (const { signal } of aborts) expect((await open(WATCH, {}, signal)).status).toBe(200);
    expect((await open(WATCH)).status).toBe(429);
    for (const abort of aborts) abort.abort();
    await until(() => api.questions.watching() === 0);
    const abort = new AbortController();
    expect((await open(WATCH, {}, abort.signal)).status).toBe(200);
    abort.abort();
    await until(() => api.questions.watching() === 0);
  });

  it('holds nothing up when the api closes', async () => {
    const other = await runApi();
    const response = await other.ask(`/graphql/stream?query=${encodeURIComponent(WATCH)}`, {
      headers: { accept: 'text/event-stream' },
    });
    await until(() => other.questions.watching() === 1);
    await other.close();
    await expect(response.text()).rejects.toThrow();
    expect(other.questions.watching()).toBe(0);
  });

  it('does not fill the memory for a reader that does not read: it is told that it fell behind', async () => {
    const response = await open(WATCH);
    await until(() => api.questions.watching() === 1);
    const days = Array.from({ length: 3000 }, (_, n) => day('2024-01-01') + n);
    for (let rev = 1; rev <= 3000; rev++) {
      api.questions.announce({ ...change('42091', rev), days });
      if (rev % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const text = await response.text();
    const revs = [...text.matchAll(/"rev":(\d+)/g)].map(([, rev]) => Number(rev));
    expect(revs).toEqual(revs.map((_, index) => index + 1));
    expect(revs.length).toBeLessThan(3000);
    expect(text).toContain('TOO_MANY_REQUESTS');
  }, 60_000);
});

describe('connections', () => {
  async function ask(query: string) {
    const response = await api.ask('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as { data: Record<string, unknown>; errors?: { extensions: { code: string } }[] };
  }
  interface Shown {
    readonly edges: readonly { cursor: string; node: { region: string } }[];
    readonly pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string | null };
  }
  const regions = async (more: string): Promise<Shown> => {
    const query = `{ regionConnection(dataset: "clinic", level: "zip"${more}) { edges { cursor node { region } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;
    return (await ask(query)).data['regionConnection'] as Shown;
  };
  const names = ({ edges }: Shown) => edges.map(({ node }) => node.region);

  it('lead from edge to edge through all there is, whatever the size of the steps', async () => {
    const query = '{ regions(dataset: "clinic", level: "zip") { items { region } } }';
    const all = ((await ask(query)).data['regions'] as { items: { region: string }[] }).items.map(
      ({ region }) => region,
    );
    expect(all.length).toBeGreaterThan(2);
    for (const first of [1, 2, 100]) {
      const found: string[] = [];
      let after = '';
      for (let step = 0; step < 20; step++) {
        const page = await regions(`, first: ${first}${after}`);
        found.push(...names(page));
        expect(page.pageInfo.hasPreviousPage).toBe(after !== '');
        if (!page.pageInfo.hasNextPage) break;
        after = `, after: "${page.pageInfo.endCursor}"`;
      }
      expect(found).toEqual(all);
    }
    const whole = await regions('');
    for (const [index, { cursor }] of whole.edges.entries())
      expect(names(await regions(`, after: "${cursor}"`))).toEqual(all.slice(index + 1));
  });

  it('show facilities, submissions and dead letters as well', async () => {
    const { data } = await ask(
      '{ facilityConnection(dataset: "clinic", first: 1) { edges { node { facility } } pageInfo { hasNextPage } } submissionConnection(first: 1, state: "quarantined") { edges { node { code } } } deadLetterConnection { edges { node { state } } } }',
    );
    expect(data).toMatchObject({
      facilityConnection: { edges: [{ node: { facility: 'F1' } }], pageInfo: { hasNextPage: true } },
      submissionConnection: { edges: [{ node: { code: 'FILE_MALFORMED' } }] },
    });
  });

  it.each(['after: "x"', 'after: "W251bGwsLTFd"', 'after: "WzEsMV0"', 'first: 0', 'first: 1001', 'first: -1'])(
    'refuse %s',
    async (more) => {
      const { errors } = await ask(
        `{ regionConnection(dataset: "clinic", level: "zip", ${more}) { edges { cursor } } }`,
      );
      expect(errors?.[0]?.extensions.code).toBe('REQUEST_INVALID');
    },
  );
});
