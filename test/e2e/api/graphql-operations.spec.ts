import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { parseKeyFile, createGate, issueKey } from '#access';
import { type RunningApi, runApi } from './running-api.js';

const AGREED =
  'query Week($region: Region!) { completeness(dataset: "clinic", regions: [$region], from: "2024-01-01", to: "2024-01-02") { regions { region days { reporting } } } }\n';
const HASH = createHash('sha256').update(AGREED).digest('hex');
const ANSWER = {
  data: { completeness: { regions: [{ region: 'county:42091', days: [{ reporting: 2 }, { reporting: 1 }] }] } },
};
const variables = { region: 'county:42091' };

const issued = { partner: issueKey(), free: issueKey() };
const ring = parseKeyFile(
  `principals:
  - { id: partner, key: "${issued.partner.hash}", roles: [partner], datasets: "*", regions: "*", facilities: "*", persistedOnly: true }
  - { id: free, key: "${issued.free.hash}", roles: [partner], datasets: "*", regions: "*", facilities: "*" }
`,
  'keys.yaml',
);
const gate = createGate({ keys: ring, sampleMode: false });

let texts = new Map([['week', AGREED]]);
let api: RunningApi;
beforeAll(async () => {
  api = await runApi({
    sampleMode: false,
    services: { operations: () => texts, authenticate: (credentials) => gate.authenticate(credentials) },
  });
});
afterAll(() => api.close());

async function post(body: object, key: string) {
  const response = await api.ask('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': key },
    body: JSON.stringify(body),
  });
  return (await response.json()) as { data?: unknown; errors?: { message: string; extensions: { code: string } }[] };
}
const codeOf = async (body: object, key: string) => (await post(body, key)).errors?.[0]?.extensions.code;
const persisted = (hash: string, version = 1) => ({ persistedQuery: { version, sha256Hash: hash } });

describe('an operation that was agreed on', () => {
  it('is asked by its hash, as Apollo and as the specification write it, or by its text', async () => {
    for (const { key } of [issued.partner, issued.free]) {
      expect(await post({ documentId: `sha256:${HASH}`, variables }, key)).toEqual(ANSWER);
      expect(await post({ extensions: persisted(HASH), variables }, key)).toEqual(ANSWER);
      expect(await post({ query: AGREED, extensions: persisted(HASH), variables }, key)).toEqual(ANSWER);
      expect(await post({ query: AGREED, variables }, key)).toEqual(ANSWER);
    }
  });

  it('is all that a principal held to such operations may ask', async () => {
    const { key } = issued.partner;
    expect(await codeOf({ query: '{ datasets { id } }' }, key)).toBe('FORBIDDEN');
    expect(await codeOf({ query: AGREED.trim(), variables }, key)).toBe('FORBIDDEN');
    expect(await codeOf({ query: '{ __schema { types { name } } }' }, key)).toBe('FORBIDDEN');
    const other = createHash('sha256').update('{ datasets { id } }').digest('hex');
    expect(await codeOf({ query: '{ datasets { id } }', extensions: persisted(other) }, key)).toBe('FORBIDDEN');
    const get = await api.ask(`/graphql?query=${encodeURIComponent('{ datasets { id } }')}`, {
      headers: { 'x-api-key': key, 'apollo-require-preflight': '1' },
    });
    expect(get.status).toBe(403);
    expect((await post({ query: '{ datasets { id } }' }, issued.free.key)).data).toEqual({
      datasets: [{ id: 'clinic' }],
    });
  });

  it.each([
    ['an unknown hash', { extensions: persisted('ab'.repeat(32)) }, 'NOT_FOUND'],
    ['an unknown document', { documentId: `sha256:${'ab'.repeat(32)}` }, 'NOT_FOUND'],
    ['a hash of something else', { query: '{ datasets { id } }', extensions: persisted(HASH) }, 'REQUEST_INVALID'],
    ['a hash that is none', { documentId: 'md5:1' }, 'REQUEST_INVALID'],
    ['another version', { extensions: persisted(HASH, 2) }, 'REQUEST_INVALID'],
  ])('is not found by %s', async (_, body, code) => {
    expect(await codeOf(body, issued.free.key)).toBe(code);
  });

  it('is so over WebSocket and event streams, too', async () => {
    const { key } = issued.partner;
    const client = createClient({
      url: `ws://127.0.0.1:${api.port}/graphql`,
      webSocketImpl: WebSocket,
      retryAttempts: 0,
      connectionParams: { key },
    });
    const asked = { query: '', variables, extensions: persisted(HASH) };
    expect((await client.iterate(asked).next()).value).toEqual(ANSWER);
    await expect(client.iterate({ query: '{ datasets { id } }' }).next()).rejects.toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ]);
    await client.dispose();
    const stream = async (body: object) => {
      const response = await api.ask('/graphql/stream', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'text/event-stream', 'x-api-key': key },
        body: JSON.stringify(body),
      });
      return response.text();
    };
    expect(await stream({ query: AGREED, variables })).toContain(JSON.stringify(ANSWER));
    expect(await stream({ query: '{ datasets { id } }' })).toContain('"code":"FORBIDDEN"');
  });

  it('that the schema does not allow leaves those before in force, and is logged', async () => {
    const before = texts;
    texts = new Map([['week', 'query { nothing }']]);
    expect(await codeOf({ documentId: `sha256:${HASH}`, variables }, issued.partner.key)).toBeUndefined();
    expect(api.errors).toHaveLength(1);
    expect(JSON.stringify(api.errors)).toContain('operations/week.graphql');
    texts = before;
  });
});
