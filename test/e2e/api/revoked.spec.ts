import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { createGate, issueKey, type KeyRing, NO_KEYS, parseKeyFile } from '#access';
import { type RunningApi, runApi } from './running-api.js';

const { key, hash } = issueKey();
const ringOf = (regions: string): KeyRing =>
  parseKeyFile(
    `principals:\n  - { id: reader, key: "${hash}", roles: [analyst], datasets: "*", regions: ${regions}, facilities: "*", feeds: [] }\n`,
    'keys.yaml',
  );

let ring: KeyRing;
let api: RunningApi;
beforeEach(async () => {
  ring = ringOf('"*"');
  api = await runApi({
    sampleMode: false,
    services: {
      authenticate: async (credentials) => createGate({ keys: ring, sampleMode: false }).authenticate(credentials),
    },
  });
});
afterEach(() => api.close());

const WATCH = 'subscription { regionChanged(dataset: "clinic") { rev } }';
const watched = async (): Promise<void> => {
  while (api.questions.watching() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
};

/** The code and reason with which a WebSocket is closed after the ring has changed. */
async function closedAfter(change: () => void): Promise<{ code: number; reason: string }> {
  const client = createClient({
    url: `${api.origin.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: { key },
    retryAttempts: 0,
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    client.on('closed', (event) => resolve(event as { code: number; reason: string }));
  });
  const over = client
    .iterate({ query: WATCH })
    .next()
    .catch(() => undefined);
  await watched();
  change();
  const { code, reason } = await closed;
  await over;
  await client.dispose();
  return { code, reason };
}

/** The last of an event stream that was opened before the ring has changed. */
async function toldAfter(change: () => void): Promise<string> {
  const response = await api.ask(`/graphql/stream?query=${encodeURIComponent(WATCH)}`, {
    headers: { accept: 'text/event-stream', authorization: `Bearer ${key}` },
  });
  await watched();
  change();
  return response.text();
}

describe('a subscription whose key is revoked', () => {
  const revoke = (): void => {
    ring = NO_KEYS;
  };

  it('ends with 4403 over WebSocket', async () => {
    expect(await closedAfter(revoke)).toEqual({ code: 4403, reason: 'the key is not taken any more' });
    while (api.questions.watching() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('ends with its code over server-sent events', async () => {
    const text = await toldAfter(revoke);
    expect(text).toContain('"code":"UNAUTHENTICATED"');
    expect(text).toContain('event: complete');
  });
});

describe('a subscription whose key may do other things', () => {
  const narrow = (): void => {
    ring = ringOf('["county:42091"]');
  };

  it('ends with 1012 over WebSocket: it is to be opened anew', async () => {
    expect(await closedAfter(narrow)).toMatchObject({ code: 1012 });
  });

  it('ends with FORBIDDEN over server-sent events', async () => {
    expect(await toldAfter(narrow)).toContain('"code":"FORBIDDEN"');
  });
});

describe('a subscription whose key is as it was', () => {
  it('goes on when the key file is read again', async () => {
    ring = ringOf('"*"');
    const client = createClient({
      url: `${api.origin.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { key },
      retryAttempts: 0,
    });
    const subscription = client.iterate({ query: WATCH });
    const first = subscription.next();
    await watched();
    ring = ringOf('"*"');
    await new Promise((resolve) => setTimeout(resolve, 4500));
    api.questions.announce({ dataset: 'clinic', region: { level: 'state', code: 'PA' }, days: [], rev: 9 });
    expect((await first).value).toEqual({ data: { regionChanged: { rev: 9 } } });
    await subscription.return?.();
    await client.dispose();
  });
});
