import type { ChildProcess } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient } from 'graphql-ws';
import { importJWK, type JWK, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import WebSocket from 'ws';
import { createGate, issueKey, NO_KEYS, openBrowserSessions, openLogin, openTokens, parseProviderFile } from '#access';
import { egressFetch, openEgress } from '#transport';
import { Browser, freePort, runProvider, signingKey, stop } from './identity.fixture.js';
import { type RunningApi, runApi } from './running-api.js';

const SERIES = '/v1/series?dataset=clinic&category=fever&region=county:42091&from=2024-01-01&to=2024-01-02';

let api: RunningApi;
let provider: ChildProcess;
let issuer: string;
let key: JWK;
let providerPort: number;
let atSkew = 0;
const now = (): number => Date.now() + atSkew;
let net: ReturnType<typeof egressFetch>;
const asked: string[] = [];

beforeAll(async () => {
  providerPort = await freePort();
  const port = await freePort();
  issuer = `http://127.0.0.1:${providerPort}`;
  const publicUrl = `http://127.0.0.1:${port}`;
  key = await signingKey('first');
  provider = await runProvider({ port: providerPort, jwks: [key], redirect: publicUrl });
  const configured = parseProviderFile(
    `issuer: ${issuer}
audience: bellwether
algorithms: [ES256]
login: { client: dashboard, scopes: [openid, groups], publicUrl: ${publicUrl}, hours: 1 }
who:
  - { when: { groups: epidemiology }, roles: [epidemiologist], datasets: '*', regions: ['county:42091'], facilities: '*' }
  - { when: { groups: [programs, robots] }, roles: [partner], datasets: '*', regions: '*', facilities: '*' }
`,
    'oidc.yaml',
  );
  net = egressFetch(openEgress({ allow: [`127.0.0.1:${providerPort}`] }));
  const fetch: typeof net.fetch = (address, wanted) => {
    asked.push(new URL(address).pathname);
    return net.fetch(address, wanted);
  };
  const sealing = Buffer.alloc(32, 3);
  const sessions = openBrowserSessions({ provider: configured, key: sealing, now });
  const login = openLogin({ provider: configured, sessions, key: sealing, secret: 'the secret of the dashboard', fetch, now }); // prettier-ignore
  if (!login) throw new Error('no login');
  const tokens = openTokens({ provider: configured, fetch, now, keysCooldown: 0 });
  const gate = createGate({ keys: NO_KEYS, sampleMode: false, tokens, sessions, now });
  api = await runApi({
    port,
    sampleMode: false,
    services: { authenticate: (credentials) => gate.authenticate(credentials), browsers: { login, sessions } },
  });
});
afterAll(async () => {
  await api.close();
  await stop(provider);
  net.close();
});

async function robotToken(): Promise<string> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('robot:the+secret+of+the+robot').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'read' }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

describe('a token of the identity provider', () => {
  const seconds = (): number => Math.floor(Date.now() / 1000);
  /** A token that would be taken, changed. */
  async function forged(
    change: Partial<Record<keyof JWTPayload | 'groups', unknown>> = {},
    { by = key, header = {} }: { by?: JWK; header?: Record<string, string> } = {},
  ): Promise<string> {
    const payload: JWTPayload = Object.fromEntries(
      Object.entries({
        iss: issuer,
        aud: 'bellwether',
        sub: 'nightly',
        groups: ['programs'],
        exp: seconds() + 100,
        ...change,
      }).filter(([, value]) => value !== undefined),
    );
    return new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'first', typ: 'at+jwt', ...header }).sign(await importJWK(by, 'ES256')); // prettier-ignore
  }
  const statusOf = async (token: string): Promise<number> =>
    (await api.ask(SERIES, { headers: { authorization: `Bearer ${token}` } })).status;

  it('names a principal at REST, GraphQL, SOAP and a subscription, with the reach of its claims', async () => {
    const token = await robotToken();
    const authorization = `Bearer ${token}`;
    const session = (await (await api.ask('/v1/session', { headers: { authorization } })).json()) as object;
    expect(session).toMatchObject({ principal: { id: 'oidc:robot', roles: ['partner'], regions: '*' } });
    expect((await api.ask(SERIES, { headers: { authorization } })).status).toBe(200);
    const graphql = await api.ask('/graphql', { method: 'POST', headers: { authorization, 'content-type': 'application/json' }, body: '{"query":"{ datasets { id } }"}' }); // prettier-ignore
    expect(await graphql.json()).toMatchObject({ data: { datasets: [{ id: 'clinic' }] } });
    const soap = await api.ask('/soap', { method: 'POST', headers: { authorization, 'content-type': 'text/xml' }, body: '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetCompleteness xmlns="urn:bellwether:v1"><dataset>clinic</dataset><region>nation:us</region><from>2024-01-01</from><to>2024-01-02</to></GetCompleteness></s:Body></s:Envelope>' }); // prettier-ignore
    expect(soap.status).toBe(200);
    const client = createClient({ url: `ws://127.0.0.1:${api.port}/graphql`, webSocketImpl: WebSocket, connectionParams: { key: token } }); // prettier-ignore
    const first = await client.iterate({ query: '{ datasets { id } }' }).next();
    expect(first.value).toMatchObject({ data: { datasets: [{}] } });
    await client.dispose();
  });

  it('is taken only as it was issued: no other key, algorithm, issuer, audience or time, and nothing left out', async () => {
    const other = await signingKey('first');
    const parts = (await forged()).split('.');
    const swapped = Buffer.from(JSON.stringify({ iss: issuer, aud: 'bellwether', sub: 'root', groups: ['programs'], exp: seconds() + 100 })).toString('base64url'); // prettier-ignore
    expect(await statusOf(await forged())).toBe(200);
    const table: readonly (readonly [string, string])[] = [
      ['another key of the same name', await forged({}, { by: other })],
      ['a key that is not published', await forged({}, { by: other, header: { kid: 'other' } })],
      ['no signature', new UnsecuredJWT({ iss: issuer, aud: 'bellwether', sub: 'x', groups: ['programs'], exp: seconds() + 100 }).encode()], // prettier-ignore
      ['another content', `${parts[0]}.${swapped}.${parts[2]}`],
      ['the public key as a shared secret', await new SignJWT({ iss: issuer, aud: 'bellwether', sub: 'x', groups: ['programs'], exp: seconds() + 100 }).setProtectedHeader({ alg: 'HS256', kid: 'first' }).sign(Buffer.from(JSON.stringify({ kty: 'EC', crv: 'P-256', x: key.x, y: key.y })))], // prettier-ignore
      ['another issuer', await forged({ iss: 'http://127.0.0.1:1' })],
      ['another audience', await forged({ aud: 'dashboard' })],
      ['no audience', await forged({ aud: undefined })],
      ['its end long ago', await forged({ exp: seconds() - 60 })],
      ['no end', await forged({ exp: undefined })],
      ['a beginning in the future', await forged({ nbf: seconds() + 60 })],
      ['nobody', await forged({ sub: undefined })],
      ['a name that is none', await forged({ sub: 'a b\n' })],
      ['claims of nobody who may do anything', await forged({ groups: ['visitors'] })],
      ['its groups as one text', await forged({ groups: 'programs,epidemiology' })],
    ];
    const seen = [];
    for (const [what, token] of table) seen.push([what, await statusOf(token)]);
    expect(seen).toEqual(table.map(([what]) => [what, 401]));
  });

  it('may be a little early or late, for clocks differ', async () => {
    expect(await statusOf(await forged({ exp: seconds() - 20 }))).toBe(200);
    expect(await statusOf(await forged({ nbf: seconds() + 20 }))).toBe(200);
  });

  it('ends when it ends, also when it was just looked at', async () => {
    const token = await forged({ exp: seconds() + 10 });
    expect(await statusOf(token)).toBe(200);
    atSkew = 45_000;
    expect(await statusOf(token)).toBe(401);
    atSkew = 0;
  });

  it('has the keys read once, and again when one is not known: a provider changes its key without a word', async () => {
    const before = asked.filter((path) => path.includes('jwks')).length;
    for (let i = 0; i < 5; i++) await statusOf(await forged({ sub: `n${i}` }));
    expect(asked.filter((path) => path.includes('jwks')).length).toBe(before);
    await stop(provider);
    expect(await statusOf(await forged({ sub: 'known-key' }))).toBe(200);
    const second = await signingKey('second');
    expect(await statusOf(await forged({}, { by: second, header: { kid: 'second' } }))).toBe(503);
    const redirect = `http://127.0.0.1:${api.port}`;
    provider = await runProvider({ port: providerPort, jwks: [second], redirect });
    expect(await statusOf(await forged({}, { by: second, header: { kid: 'second' } }))).toBe(200);
    expect(await statusOf(await forged({ sub: 'old-key' }))).toBe(401);
    key = second;
  });

  it('is not an API key, nor the other way round', async () => {
    expect(await statusOf(issueKey().key)).toBe(401);
  });
});

describe('a browser', () => {
  async function loggedIn(
    user: string,
    to = '/series',
  ): Promise<{ browser: Browser; callback: string; location: string }> {
    const browser = new Browser();
    const begun = await browser.go(`${api.origin}/v1/login?to=${encodeURIComponent(to)}`);
    expect(begun.status).toBe(303);
    const location = begun.headers.get('location') ?? '';
    const callback = await browser.logIn(location, user, `${api.origin}/v1/login/callback`);
    return { browser, callback, location };
  }

  it('logs in with a code and PKCE, and comes back to where it was', async () => {
    const { browser, callback, location } = await loggedIn('alice');
    const asking = new URL(location).searchParams;
    expect(asking.get('code_challenge_method')).toBe('S256');
    for (const name of ['state', 'nonce', 'code_challenge']) expect(asking.get(name)?.length).toBeGreaterThan(20);
    const back = await browser.go(callback);
    expect([back.status, back.headers.get('location')]).toEqual([303, '/series']);
    const cookie = browser.set.find((line) => line.startsWith('bellwether='));
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/;', 'Max-Age=3600']) expect(cookie).toContain(part);
    expect(cookie).not.toContain('alice');
    const session = await (await browser.go(`${api.origin}/v1/session`)).json();
    expect(session).toMatchObject({ login: true, principal: { id: 'oidc:alice', roles: ['epidemiologist'], regions: ['county:42091'] } }); // prettier-ignore
    for (let again = 0; again < 3; again++) expect((await browser.go(api.origin + SERIES)).status).toBe(200);
    expect((await browser.go(api.origin + SERIES.replace('county:42091', 'nation:us'))).status).toBe(403);
  });

  it('acts for who is logged in from our own pages only', async () => {
    const { browser, callback } = await loggedIn('alice');
    await browser.go(callback);
    const post = async (headers: Record<string, string>): Promise<number> =>
      (await browser.go(`${api.origin}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: '{"query":"{ datasets { id } }"}' })).status; // prettier-ignore
    expect(await post({ origin: api.origin })).toBe(200);
    for (const origin of [
      'https://evil.example',
      'null',
      `${api.origin}.evil.example`,
      api.origin.replace('http:', 'https:'),
    ])
      // prettier-ignore
      expect([origin, await post({ origin })]).toEqual([origin, 401]);
    expect(await post({})).toBe(401);
    expect((await browser.go(api.origin + SERIES, { headers: { origin: 'https://evil.example' } })).status).toBe(401);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const socket = (origin: string): Promise<boolean> =>
      new Promise((resolve) => {
        const one = new WebSocket(`ws://127.0.0.1:${api.port}/graphql`, 'graphql-transport-ws', { headers: { cookie }, origin }); // prettier-ignore
        one.on('open', () => one.send('{"type":"connection_init"}'));
        one.on('message', (data: Buffer) => (resolve(data.toString().includes('ack')), one.close()));
        one.on('close', () => resolve(false));
      });
    expect([await socket(api.origin), await socket('https://evil.example')]).toEqual([true, false]);
  });

  it('is logged out for good: what it kept of its session opens nothing', async () => {
    const { browser, callback } = await loggedIn('alice');
    await browser.go(callback);
    const kept = new Map(browser.cookies);
    const out = await browser.go(`${api.origin}/v1/logout`, { method: 'POST', headers: { origin: api.origin } });
    expect(out.status).toBe(200);
    expect(((await out.json()) as { to: string }).to).toMatch(new RegExp(`^${issuer}/session/end\\?`));
    expect(browser.cookies.has('bellwether')).toBe(false);
    for (const [name, value] of kept) browser.cookies.set(name, value);
    expect((await browser.go(api.origin + SERIES)).status).toBe(401);
  });

  it('is logged out when its time is over', async () => {
    const { browser, callback } = await loggedIn('alice');
    await browser.go(callback);
    atSkew = 3_599_000;
    expect((await browser.go(api.origin + SERIES)).status).toBe(200);
    atSkew = 3_601_000;
    expect((await browser.go(api.origin + SERIES)).status).toBe(401);
    atSkew = 0;
  });

  it.each([
    ['a callback that another browser began', async () => new Browser().go((await loggedIn('alice')).callback)],
    ['another state', async () => { const { browser, callback } = await loggedIn('alice'); return browser.go(callback.replace(/state=[^&]+/, 'state=guessed')); }], // prettier-ignore
    ['a code that was used', async () => { const { browser, callback } = await loggedIn('alice'); const kept = new Map(browser.cookies); await browser.go(callback); for (const [name, value] of kept) browser.cookies.set(name, value); return browser.go(callback); }], // prettier-ignore
    ['an error of the provider', async () => { const { browser, callback } = await loggedIn('alice'); return browser.go(callback.replace(/code=[^&]+/, 'error=access_denied')); }], // prettier-ignore
    ['a session that was changed', async () => { const { browser, callback } = await loggedIn('alice'); await browser.go(callback); const own = browser.cookies.get('bellwether') ?? ''; browser.cookies.set('bellwether', `${own.slice(0, -4)}AAAA`); return browser.go(api.origin + SERIES); }], // prettier-ignore
    ['a session made of a login', async () => { const { browser } = await loggedIn('alice'); browser.cookies.set('bellwether', browser.cookies.get('bellwether-login') ?? ''); return browser.go(api.origin + SERIES); }], // prettier-ignore
  ] as const)('is refused with %s', async (_, attempt) => {
    expect((await attempt()).status).toBe(401);
  });

  it('is refused when who logs in may do nothing here', async () => {
    const { browser, callback } = await loggedIn('bob');
    expect((await browser.go(callback)).status).toBe(403);
    expect(browser.cookies.has('bellwether')).toBe(false);
  });

  it.each(['https://evil.example/', '//evil.example/', '/\\evil.example/', '/\t/evil.example', ''])(
    'does not come back to %j',
    async (to) => {
      const { browser, callback } = await loggedIn('alice', to);
      expect((await browser.go(callback)).headers.get('location')).toBe('/');
    },
  );
});

describe('the file of an identity provider', () => {
  const start = 'issuer: https://id.example.org\naudience: bellwether\n';
  it.each([
    ['a provider without TLS', 'issuer: http://id.example.org\naudience: x\nwho: []\n', 1],
    ['a shared secret as signature', `${start}algorithms: [HS256]\nwho: []\n`, 3],
    ['no signature', `${start}algorithms: [none]\nwho: []\n`, 3],
    ['a clock that may be hours wrong', `${start}clockSkewSeconds: 3600\nwho: []\n`, 3],
    ['identity tokens that would be access tokens', `${start}login: { client: bellwether, publicUrl: "https://b.example.org" }\nwho: []\n`, 2], // prettier-ignore
    ['a role there is not', `${start}who:\n  - { roles: [doctor] }\n`, 4],
  ])('is refused with %s, and the line', (_, text, line) => {
    expect(() => parseProviderFile(text, 'oidc.yaml')).toThrow(new RegExp(`^CONFIG_INVALID: oidc\\.yaml:${line}: `));
  });
});
