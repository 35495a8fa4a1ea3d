import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningApi, runApi } from './running-api.js';

// The probes of graphql-cop (github.com/dolevf/graphql-cop), each as it asks and as it judges.

let api: RunningApi;
let shut: RunningApi;
beforeAll(async () => {
  api = await runApi();
  shut = await runApi({ sampleMode: false, introspection: false });
});
afterAll(async () => {
  await api.close();
  await shut.close();
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
  readonly json: unknown;
}
async function send(init: RequestInit, path = '/graphql', from = api): Promise<Answer> {
  const response = await from.ask(path, init);
  const text = await response.text();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  return { status: response.status, type: response.headers.get('content-type') ?? '', text, json };
}
const post = (body: unknown, from = api, headers: Record<string, string> = {}) =>
  send(
    { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) },
    '/graphql',
    from,
  );
const ask = (query: string) => post({ query, operationName: 'cop' });
const dataOf = ({ json }: Answer): unknown => (json as { data?: unknown } | undefined)?.data;
const errorsOf = ({ json }: Answer): readonly { message: string; extensions?: object }[] =>
  (json as { errors?: [] } | undefined)?.errors ?? [];

describe('graphql-cop is refused', () => {
  it('1. alias overloading', async () => {
    const aliases = Array.from({ length: 101 }, (_, n) => `alias${n}:__typename`).join(' ');
    const answer = await ask(`query cop { ${aliases} }`);
    expect(dataOf(answer)).toBeUndefined();
    expect(errorsOf(answer)).toHaveLength(1);
  });

  it('2. array-based batching', async () => {
    const answer = await post(
      Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }', operationName: 'cop' })),
    );
    expect([answer.status, Array.isArray(answer.json)]).toEqual([400, false]);
  });

  it('3. directive overloading', async () => {
    const answer = await ask(`query cop { __typename ${'@aa'.repeat(10)} }`);
    expect(errorsOf(answer)).toHaveLength(1);
    expect(errorsOf(answer)[0]?.message).toContain('directives');
  });

  it('4. circular introspection', async () => {
    const answer = await ask(
      'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } } } } } } }',
    );
    expect(dataOf(answer)).toBeUndefined();
    expect(errorsOf(answer)).not.toHaveLength(0);
  });

  it('5. field duplication', async () => {
    const answer = await ask(`query cop { ${'__typename \n'.repeat(500)} }`);
    expect(dataOf(answer)).toBeUndefined();
    expect(errorsOf(answer)).toHaveLength(1);
  });

  it('6. trace mode', async () => {
    const answer = await ask('query cop { __typename }');
    expect(answer.text).not.toMatch(/tracing|stacktrace/);
    expect(JSON.stringify(await ask('query cop { thisdoesnotexist }'))).not.toMatch(/tracing|stacktrace/);
  });

  it('7. mutation over GET', async () => {
    const path = `/graphql?query=${encodeURIComponent('mutation cop { __typename }')}`;
    for (const headers of [{}, { 'apollo-require-preflight': '1' }, { 'content-type': 'application/json' }]) {
      const answer = await send({ headers }, path);
      expect([answer.status >= 400, dataOf(answer)]).toEqual([true, undefined]);
    }
  });

  it('8. a POST that a form of another site could send', async () => {
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x']) {
      const body = type.startsWith('text')
        ? '{"query":"query cop { __typename }"}'
        : 'query=query+cop+%7B+__typename+%7D';
      const answer = await send({ method: 'POST', headers: { 'content-type': type }, body });
      expect([type, answer.status, dataOf(answer)]).toEqual([type, 400, undefined]);
    }
  });

  it('9. GraphiQL and Playground', async () => {
    for (const path of ['/graphql', '/', '/graphiql', '/playground', '/console', '/altair']) {
      const { text } = await send({ headers: { accept: 'text/html' } }, path);
      expect(text).not.toMatch(/graphiql|graphql[ -]playground|altair/i);
    }
  });

  it('10. field suggestions', async () => {
    for (const query of [
      'query cop { dataset { id } }',
      'query cop { datasets { idd } }',
      'query cop { datasets { categories { titel } } }',
      'query cop { regions(datasets: "x") { next } }',
    ]) {
      const answer = await ask(query);
      expect(errorsOf(answer)).not.toHaveLength(0);
      expect(answer.text).not.toContain('Did you mean');
    }
  });

  it('11. introspection, where it is off; and to strangers everywhere', async () => {
    const query = 'query cop { __schema { types { name } } }';
    const known = { 'x-api-key': shut.keys.viewer };
    const answer = await post({ query }, shut, known);
    expect([dataOf(answer), answer.text.includes('introspection')]).toEqual([undefined, true]);
    expect((await post({ query }, shut)).status).toBe(401);
    const path = `/graphql?query=${encodeURIComponent(query)}`;
    expect((await send({ headers: { 'apollo-require-preflight': '1' } }, path, shut)).status).toBe(401);
    const stream = await shut.ask(`/graphql/stream?query=${encodeURIComponent(query)}`, {
      headers: { accept: 'text/event-stream', ...known },
    });
    expect(await stream.text()).not.toContain('"types"');
    expect((await post({ query: '{ datasets { id } }' }, shut, known)).json).toEqual({
      data: { datasets: [{ id: 'clinic' }] },
    });
  });

  it('12. a query over GET that a page of another site could send', async () => {
    const path = `/graphql?query=${encodeURIComponent('query cop { __typename }')}`;
    for (const headers of [{}, { 'content-type': 'text/plain' }, { accept: 'text/html' }]) {
      expect(dataOf(await send({ headers }, path))).toBeUndefined();
    }
    expect((await send({}, path.replace('/graphql', '/graphql/stream'))).status).toBe(400);
  });

  it('13. unhandled errors', async () => {
    for (const body of [
      { query: 'query cop { abc }' },
      { query: 'qwerty cop { abc }' },
      { query: 1 },
      { query: null },
      { variables: [] },
      'x',
      7,
      null,
      {},
    ]) {
      const answer = await post(body);
      expect([body, answer.status >= 400]).toEqual([body, true]);
      expect(answer.text).not.toMatch(/exception|stacktrace|node_modules|\bat .*\.js/i);
    }
    expect(api.errors).toEqual([]);
  });
});
