import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent, request as httpsRequest } from 'node:https';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import { setTimeout as pause } from 'node:timers/promises';
import fastifyHelmet from '@fastify/helmet';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { createGate, createPolicy, issueKey, openRates, parseKeyFile, type Principal } from '#access';
import { type AuditEntry, openAudit, readAudit, verifyAudit } from '#audit';
import { openServerCertificate, type ServerCertificate } from '#platform';
import { SUBMISSIONS } from '../../contract/questions/small-world.js';
import { authority, certify } from './guarded.fixture.js';
import { type RunningApi, runApi } from './running-api.js';

const SERIES = '/v1/series?dataset=clinic&category=fever&region=county:42091&from=2024-01-01&to=2024-01-02';

describe('rates', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await runApi({ sampleMode: false, services: { rates: openRates({ perMinute: 4, now: () => 0 }) } });
  });
  afterAll(() => api.close());
  const bearer = (who: 'analyst' | 'sender' | 'viewer') => ({ authorization: `Bearer ${api.keys[who]}` });

  it('are told with every answer, counted over all doors, and refused with the time to wait', async () => {
    const first = await api.ask('/v1/datasets', { headers: bearer('analyst') });
    expect(first.headers.get('ratelimit-policy')).toBe('"requests";q=4;w=60');
    expect(first.headers.get('ratelimit')).toBe('"requests";r=3;t=15');
    await api.ask('/graphql', {
      method: 'POST',
      headers: { ...bearer('analyst'), 'content-type': 'application/json' },
      body: '{"query":"{ datasets { id } }"}',
    });
    await api.ask('/soap', {
      method: 'POST',
      headers: { ...bearer('analyst'), 'content-type': 'text/xml' },
      body: '<a/>',
    });
    expect((await api.ask(SERIES, { headers: bearer('analyst') })).status).toBe(200);
    for (const path of [
      SERIES,
      '/v1/charts/series.svg?dataset=clinic',
      '/graphql',
      '/soap',
      '/v1/uploads/x',
      '/nowhere',
    ]) {
      const refused = await api.ask(path, { headers: bearer('analyst') });
      expect([path, refused.status, refused.headers.get('retry-after')]).toEqual([path, 429, '15']);
      expect(refused.headers.get('ratelimit')).toBe('"requests";r=0;t=15');
    }
    expect((await api.ask('/v1/datasets', { headers: bearer('viewer') })).status).toBe(200);
  });

  it('count who says nothing, or tries keys, by address', async () => {
    const wrong = { authorization: `Bearer ${issueKey().key}` };
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) statuses.push((await api.ask('/v1/datasets', { headers: wrong })).status);
    expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
  });
});

describe('the audit trail', () => {
  let folder: string;
  let api: RunningApi;
  let audit: Awaited<ReturnType<typeof openAudit>>;
  const key = Buffer.alloc(32, 9);
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trail-'));
    audit = await openAudit({ folder, key, onError: () => undefined });
    api = await runApi({ sampleMode: false, services: { audit } });
  });
  afterAll(async () => {
    await api.close();
    await audit.close();
    await rm(folder, { recursive: true });
  });
  const bearer = (who: 'analyst' | 'sender' | 'viewer') => ({ authorization: `Bearer ${api.keys[who]}` });
  /** What the trail says about a request. */
  async function said(id: string): Promise<Omit<AuditEntry, 'at' | 'request'>[]> {
    await pause(20); // an answer is recorded when it has left
    await audit.settled();
    const found: Omit<AuditEntry, 'at' | 'request'>[] = [];
    for await (const { n: _, at, request, ...rest } of readAudit(folder)) {
      if (request === id) found.push(rest);
      expect(at).toBeGreaterThan(Date.now() - 600_000);
    }
    return found;
  }
  let last = 0;
  async function asked(path: string, init: RequestInit = {}): Promise<Omit<AuditEntry, 'at' | 'request'>[]> {
    const id = `test-${last++}`;
    const response = await api.ask(path, { ...init, headers: { ...init.headers, 'x-request-id': id } });
    await response.arrayBuffer();
    return said(id);
  }

  it('says who asked what through REST, how much was given out, and why', async () => {
    expect(await asked(SERIES, { headers: { ...bearer('analyst'), 'x-reason': 'weekly report' } })).toEqual([
      { who: 'county', does: 'series rest', object: 'clinic fever county:42091', outcome: 'done', rows: 2, reason: 'weekly report' }, // prettier-ignore
    ]);
    expect(await asked('/v1/submissions?limit=2', { headers: bearer('sender') })).toEqual([
      { who: 'clinic-1', does: 'submissions rest', object: '', outcome: 'done', rows: 2 },
    ]);
    expect(await asked(`/v1/submissions/${SUBMISSIONS[0].submission}`, { headers: bearer('sender') })).toMatchObject([
      { who: 'clinic-1', does: 'submission rest', object: SUBMISSIONS[0].submission },
    ]);
  });

  it('says the same of each question through GraphQL, SOAP and a subscription', async () => {
    const json = { ...bearer('analyst'), 'content-type': 'application/json' };
    const query = `{ datasets { id } series(dataset: "clinic", categories: "fever", regions: ["county:42091", "zip:19401"], from: "2024-01-01", to: "2024-01-02") { rev } }`;
    const entries = await asked('/graphql', { method: 'POST', headers: json, body: JSON.stringify({ query }) });
    expect(entries).toContainEqual({ who: 'county', does: 'datasets graphql', object: '', outcome: 'done', rows: expect.any(Number) }); // prettier-ignore
    expect(entries).toContainEqual({ who: 'county', does: 'series graphql', object: 'clinic fever county:42091,zip:19401', outcome: 'done', rows: 4 }); // prettier-ignore
    const soap = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetTimeSeries xmlns="urn:bellwether:v1"><dataset>clinic</dataset><category>fever</category><region>zip:19401</region><from>2024-01-01</from><to>2024-01-02</to></GetTimeSeries></s:Body></s:Envelope>`;
    const headers = { ...bearer('viewer'), 'content-type': 'text/xml' };
    expect(await asked('/soap', { method: 'POST', headers, body: soap })).toMatchObject([
      { who: 'reader', does: 'series soap', object: 'clinic fever zip:19401', rows: 2 },
    ]);
    const client = createClient({ url: `ws://127.0.0.1:${api.port}/graphql`, webSocketImpl: WebSocket, connectionParams: { key: api.keys.viewer } }); // prettier-ignore
    const stop = client.subscribe({ query: 'subscription { regionChanged(dataset: "clinic", region: "zip:19401") { rev } }' }, { next: () => undefined, error: () => undefined, complete: () => undefined }); // prettier-ignore
    await pause(300);
    stop();
    await client.dispose();
    await audit.settled();
    const watches: string[] = [];
    for await (const { does, object, who } of readAudit(folder)) if (does.startsWith('watch')) watches.push(`${who} ${does} ${object}`); // prettier-ignore
    expect(watches).toEqual(['reader watch graphql clinic zip:19401']);
  });

  it('says who was turned away, and from what', async () => {
    expect(await asked(SERIES.replace('county:42091', 'state:PA'), { headers: bearer('analyst') })).toEqual([
      { who: 'county', does: 'series rest', object: 'clinic fever state:PA', outcome: 'refused', code: 'FORBIDDEN' },
    ]);
    expect(await asked('/v1/datasets', { headers: { authorization: 'Bearer wrong' } })).toEqual([
      { who: 'nobody', does: 'GET /v1/datasets rest', object: '', outcome: 'refused', code: 'UNAUTHENTICATED' },
    ]);
    expect(await asked('/metrics', { headers: bearer('viewer') })).toMatchObject([{ outcome: 'refused', code: 'FORBIDDEN' }]); // prettier-ignore
  });

  it('has what changes something on disk before that is answered', async () => {
    const id = 'test-change';
    const path = `/v1/submissions/${SUBMISSIONS[4].submission}/discard?reason=sent%20again`;
    const response = await api.ask(path, { method: 'POST', headers: { ...bearer('analyst'), 'x-request-id': id } });
    expect(response.status).toBe(403);
    const found: AuditEntry[] = [];
    for await (const one of readAudit(folder)) if (one.request === id) found.push(one);
    expect(found).toMatchObject([{ who: 'county', object: SUBMISSIONS[4].submission, outcome: 'refused', reason: 'sent again' }]); // prettier-ignore
  });

  it('is loud about a reach that was widened, through every door, until it ends', async () => {
    const nation = SERIES.replace('county:42091', 'nation:us');
    const headers = bearer('analyst');
    const reason = 'cluster of cases at the county line';
    expect((await api.ask(nation, { headers })).status).toBe(403);
    expect((await api.ask('/v1/break-glass?minutes=600&reason=x', { method: 'POST', headers })).status).toBe(400);
    const begun = await asked(`/v1/break-glass?reason=${encodeURIComponent(reason)}`, { method: 'POST', headers });
    expect(begun).toContainEqual({
      who: 'county',
      does: 'break-glass asked for rest',
      object: '',
      outcome: 'done',
      reason,
    });
    for (let again = 0; again < 2; again++)
      expect(await asked(nation, { headers })).toEqual([
        { who: 'county', does: 'series rest break-glass', object: 'clinic fever nation:us', outcome: 'done', rows: 2, reason }, // prettier-ignore
      ]);
    const json = { ...headers, 'content-type': 'application/json' };
    const body = '{"query":"{ completeness(dataset: \\"clinic\\", regions: \\"nation:us\\", from: \\"2024-01-01\\", to: \\"2024-01-02\\") { dataset } }"}'; // prettier-ignore
    expect(await asked('/graphql', { method: 'POST', headers: json, body })).toMatchObject([{ does: 'completeness graphql break-glass', outcome: 'done' }]); // prettier-ignore
    expect((await asked('/v1/break-glass', { method: 'DELETE', headers })).length).toBeGreaterThan(0);
    expect((await api.ask(nation, { headers })).status).toBe(403);
    expect((await api.ask(`/v1/break-glass?reason=${encodeURIComponent(reason)}`, { method: 'POST', headers: bearer('viewer') })).status).toBe(403); // prettier-ignore
  });

  it('holds no key, no file name and no search, and is whole', async () => {
    await asked('/v1/submissions?feed=clinics&name=Doe_Jane.csv', {
      method: 'POST',
      body: 'x',
      headers: bearer('sender'),
    });
    await asked(`/v1/nowhere?key=${api.keys.analyst}`, { headers: bearer('analyst') });
    await audit.settled();
    const text = await readFile(join(folder, '00000001.jsonl'), 'utf8');
    for (const secret of ['Jane', 'bw_', api.keys.sender.slice(5, 20)]) expect(text).not.toContain(secret);
    expect((await verifyAudit(folder, { key })).problems).toEqual([]);
  });

  it('that cannot be written ends answering, and what is open to everybody stays open', async () => {
    const stuck = { record: () => undefined, settled: async () => undefined, isBehind: true };
    const closed = await runApi({ sampleMode: false, services: { audit: stuck } });
    const headers = { authorization: `Bearer ${closed.keys.analyst}` };
    expect((await closed.ask('/v1/datasets', { headers })).status).toBe(503);
    expect((await closed.ask('/healthz')).status).toBe(200);
    await closed.close();
  });
});

describe('headers', () => {
  it('protect at least as helmet does', async () => {
    const peer = fastify();
    await peer.register(fastifyHelmet, { contentSecurityPolicy: { directives: { upgradeInsecureRequests: null } } });
    peer.get('/', () => 'x');
    const expected = Object.fromEntries((await fetch(await peer.listen({ port: 0, host: '127.0.0.1' }))).headers);
    await peer.close();
    const api = await runApi();
    const { headers } = await api.ask('/v1/datasets');
    await api.close();
    const ours = String(headers.get('content-security-policy')).split(';');
    const named = ours.map((directive) => directive.split(' ')[0]);
    // What is not named falls back to default-src, which is as narrow as theirs.
    for (const directive of String(expected['content-security-policy']).split(';')) {
      const [name = '', ...sources] = directive.split(' ');
      if (!['font-src', 'img-src', 'script-src', 'style-src', 'default-src'].includes(name))
        expect(named).toContain(name);
      const own = ours
        .find((one) => one.startsWith(`${name} `))
        ?.split(' ')
        .slice(1) ?? ["'self'"];
      for (const source of own) expect([...sources, "'self'", "'none'"]).toContain(source);
    }
    const same = ['cross-origin-opener-policy', 'cross-origin-resource-policy', 'referrer-policy', 'x-content-type-options', 'x-permitted-cross-domain-policies']; // prettier-ignore
    for (const name of same) expect([name, headers.get(name)]).toEqual([name, expected[name]]);
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('strict-transport-security')).toBeNull();
  });
});

describe('over TLS', () => {
  let folder: string;
  let ca: Buffer;
  let certificate: ServerCertificate;
  let api: RunningApi;
  const files = (name: string): string => join(folder, name);
  const warnings: string[] = [];
  beforeAll(async () => {
    folder = await authority();
    await certify(folder, { name: 'server', subject: '/CN=localhost' });
    await certify(folder, { name: 'client', subject: '/O=County Clinic/CN=lab-7' });
    await certify(folder, { name: 'stranger', subject: '/CN=lab-8' });
    ca = await readFile(files('ca.crt'));
    certificate = await openServerCertificate(
      { certificate: files('server.crt'), key: files('server.key'), clientCa: files('ca.crt') },
      { info: () => undefined, warn: (_: unknown, message?: string) => void warnings.push(String(message)) },
    );
    const ring = parseKeyFile('principals: [{ id: lab, roles: [partner], datasets: "*", regions: "*", certificates: ["CN=lab-7,O=County Clinic"] }]', 'k'); // prettier-ignore
    const gate = createGate({ keys: ring, sampleMode: false });
    api = await runApi({ sampleMode: false, tls: certificate, services: { authenticate: (one) => gate.authenticate(one) } }); // prettier-ignore
  });
  afterAll(async () => {
    certificate.close();
    await api.close();
    await rm(folder, { recursive: true });
  });

  async function ask(
    path: string,
    client?: { cert: Buffer; key: Buffer },
  ): Promise<{ status: number; headers: Record<string, unknown> }> {
    const agent = new Agent({ ca, ...client });
    return new Promise((resolve, reject) => {
      httpsRequest({ host: 'localhost', port: api.port, path, agent }, (response) => {
        response.resume();
        response.once('end', () => {
          agent.destroy();
          resolve({ status: response.statusCode ?? 0, headers: response.headers });
        });
      })
        .on('error', reject)
        .end();
    });
  }
  const withCertificate = async (name: string) => ({ cert: await readFile(files(`${name}.crt`)), key: await readFile(files(`${name}.key`)) }); // prettier-ignore

  it('serves, and has browsers come back by TLS only', async () => {
    const { status, headers } = await ask('/healthz');
    expect(status).toBe(200);
    expect(headers['strict-transport-security']).toBe('max-age=31536000');
  });

  it('names the principal of a client certificate, and nobody by one that is not listed or not trusted', async () => {
    expect((await ask('/v1/datasets', await withCertificate('client'))).status).toBe(200);
    expect((await ask('/v1/datasets', await withCertificate('stranger'))).status).toBe(401);
    expect((await ask('/v1/datasets')).status).toBe(401);
    const other = await authority();
    await certify(other, { name: 'client', subject: '/O=County Clinic/CN=lab-7' });
    const forged = { cert: await readFile(join(other, 'client.crt')), key: await readFile(join(other, 'client.key')) };
    expect((await ask('/v1/datasets', forged)).status).toBe(401);
    await rm(other, { recursive: true });
  });

  it('speaks nothing older than TLS 1.2', async () => {
    const version = (maxVersion: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string | undefined> =>
      new Promise((resolve) => {
        const socket = tlsConnect(
          {
            port: api.port,
            host: '127.0.0.1',
            servername: 'localhost',
            ca,
            minVersion: 'TLSv1',
            maxVersion,
            ciphers: 'DEFAULT@SECLEVEL=0',
          },
          () => {
            // prettier-ignore
            resolve(socket.getProtocol() ?? undefined);
            socket.destroy();
          },
        );
        socket.on('error', () => resolve(undefined));
      });
    expect([await version('TLSv1.1'), await version('TLSv1.2'), await version('TLSv1.3')]).toEqual([undefined, 'TLSv1.2', 'TLSv1.3']); // prettier-ignore
  });

  it('presents a renewed certificate without a restart, and keeps the one before when the new one does not fit', async () => {
    const presented = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = tlsConnect({ port: api.port, host: '127.0.0.1', servername: 'localhost', ca }, () => {
          resolve(String(socket.getPeerX509Certificate()?.serialNumber));
          socket.destroy();
        });
        socket.on('error', reject);
      });
    const before = await presented();
    await writeFile(files('server.key'), 'not a key');
    while (warnings.length === 0) await pause(50);
    expect(await presented()).toBe(before);
    await certify(folder, { name: 'server', subject: '/CN=localhost' });
    while ((await presented()) === before) await pause(50);
  });

  it('does not start with files that do not fit together', async () => {
    const log = { info: () => undefined, warn: () => undefined };
    const wrong = { certificate: files('client.crt'), key: files('stranger.key'), clientCa: undefined };
    await expect(openServerCertificate(wrong, log)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });
});

describe('a stop', () => {
  it('lets requests at hand finish, and takes no new ones', async () => {
    let finish: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (finish = resolve));
    const api = await runApi({ services: { metrics: async () => (await slow, 'up 1\n') } });
    const answer = api.ask('/metrics');
    await pause(100);
    const closing = api.close();
    await pause(100);
    const refused = await new Promise<string>((resolve) => {
      const socket = connect(api.port, '127.0.0.1', () =>
        socket.write('GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n'),
      );
      socket.on('data', (data) => resolve(String(data).slice(9, 12)));
      socket.on('error', () => resolve('refused'));
      socket.on('close', () => resolve('closed'));
    });
    expect(['refused', 'closed', '503']).toContain(refused);
    finish();
    expect((await answer).status).toBe(200);
    await closing;
  });
});

describe('slow and large requests', () => {
  it('are bounded: headers of more than 16 KiB, questions of more than 1 MiB', async () => {
    const api = await runApi();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest(`${api.origin}/healthz`, { headers: { 'x-long': 'a'.repeat(17_000) } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject).end(); // prettier-ignore
    });
    expect(status).toBe(431);
    const large = await api.ask('/graphql', { method: 'POST', headers: { 'content-type': 'application/json' }, body: 'x'.repeat(1_100_000) }); // prettier-ignore
    expect(large.status).toBe(413);
    await api.close();
  });
});

it('one who widens nothing and has no policy sees nothing: the guard leaves the policy in charge', async () => {
  const somebody: Principal = {
    id: 'somebody',
    roles: [],
    scopes: { datasets: 'all', categories: 'all', regions: 'all', facilities: 'all', feeds: 'all', operations: 'all' },
  };
  const api = await runApi({ services: { authenticate: () => somebody, policy: createPolicy(() => undefined) } });
  expect((await api.ask(SERIES)).status).toBe(403);
  expect((await api.ask('/v1/datasets')).status).toBe(403);
  await api.close();
});
