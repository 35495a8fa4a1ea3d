import { mkdtempSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { PullSource } from '#registry';
import type { RoundOptions } from './round.js';
import { certificate, clear } from './servers.fixture.js';
import { asTaken, openTaking, type Taking } from './taking.fixture.js';

jest.setTimeout(30_000);
type HttpSource = Extract<PullSource, { kind: 'http' }>;

let base: string;
let answer: RequestListener;
let server: Server;
let origin: string;
const takings: Taking[] = [];
const requests: { readonly url: string; readonly method: string; readonly key: string | undefined }[] = [];

const listen = async (made: Server): Promise<number> => {
  await new Promise<void>((resolve) => made.listen(0, '127.0.0.1', resolve));
  return (made.address() as AddressInfo).port;
};
const end = (made: Server): Promise<unknown> => {
  made.closeAllConnections();
  return new Promise((resolve) => made.close(resolve));
};

beforeEach(async () => {
  base = mkdtempSync(join(tmpdir(), 'pull-'));
  requests.length = 0;
  server = createServer((request, response) => {
    const { url = '', method = '', headers } = request;
    requests.push({ url, method, key: headers['x-key']?.toString() });
    return answer(request, response);
  });
  origin = `http://127.0.0.1:${await listen(server)}`;
});
afterEach(async () => {
  for (const taking of takings.splice(0)) await taking.close();
  await end(server);
  clear(base);
});

async function open(
  source: Partial<HttpSource> = {},
  more: Partial<Parameters<typeof openTaking>[0]> = {},
): Promise<Taking> {
  const taking = await openTaking({
    base: mkdtempSync(join(base, 'taking-')),
    source: { kind: 'http', url: `${origin}/out/`, listing: 'links', header: undefined, ca: undefined, ...source },
    secrets: { KEY: 'pass' },
    ...more,
  });
  takings.push(taking);
  return taking;
}
const JSON_LISTING = { items: 'files', link: 'at', name: 'name', stamp: 'etag', size: 'bytes', next: 'more' };

/** A folder as web servers show it. */
const folder =
  (files: ReadonlyMap<string, string>, changed = '"1"'): RequestListener =>
  ({ url = '', method }, response) => {
    const content = files.get(decodeURIComponent(url.replace('/out/', '')));
    if (url === '/out/') {
      const links = [...files.keys()].map((name) => `<A class=x HREF="${encodeURIComponent(name)}">${name}</A>`);
      response.end(
        `<html><a href="?C=N;O=D">Name</a><a href="/">up</a><a href="sub/">sub/</a><a href='https://other.example/x'>x</a>${links.join('\n')}</html>`,
      );
    } else if (content === undefined) {
      response.writeHead(404).end();
    } else {
      response.writeHead(200, { etag: changed, 'content-length': Buffer.byteLength(content) });
      response.end(method === 'HEAD' ? undefined : content);
    }
  };

describe('the links of a page', () => {
  it('are taken, with what each file says of itself', async () => {
    answer = folder(new Map([['a b.csv', 'one'], ['ü&.csv', 'two']])); // prettier-ignore
    const taking = await open();
    expect(await taking.settled()).toMatchObject({ listed: 2, taken: 2 });
    expect(await taking.settled()).toMatchObject({ listed: 2, taken: 0 });
    answer = folder(new Map([['a b.csv', 'new'], ['ü&.csv', 'two']]), '"2"'); // prettier-ignore
    await taking.settled();
    expect(await taking.received()).toEqual(
      [asTaken('a b.csv', 'new'), asTaken('a b.csv', 'one'), asTaken('ü&.csv', 'two')].sort(),
    );
  });

  it('may also be lines of text; a link to what is gone is passed over', async () => {
    answer = (request, response) =>
      request.url === '/out/'
        ? void response.end('a.csv\r\nb.csv\n')
        : folder(new Map([['a.csv', 'a']]))(request, response);
    expect(await (await open()).settled()).toMatchObject({ listed: 1, taken: 1 });
  });
});

describe('a listing in JSON', () => {
  it('is read page by page: 2,500 files, each once', async () => {
    answer = ({ url = '' }, response) => {
      const [, file] = /^\/file\/(\d+)\?pass=/.exec(url) ?? [];
      if (file !== undefined) return void response.end(`file ${file}`);
      const page = Number(/page=(\d+)/.exec(url)?.[1] ?? 0);
      const files = Array.from({ length: 250 }, (_, at) => {
        const number = page * 250 + at;
        return {
          at: `/file/${number}?pass=${Math.random()}`,
          name: `${number}.csv`,
          etag: 'e',
          bytes: `file ${number}`.length,
        };
      });
      response.end(JSON.stringify({ files, more: page < 9 ? `?page=${page + 1}` : null }));
    };
    const contents: string[] = [];
    // The raw store has tests of its own; here it would only be slow.
    const receive: RoundOptions['receive'] = async (name, body) => {
      const parts: Uint8Array[] = [];
      for await (const part of body) parts.push(part);
      contents.push(`${name}: ${Buffer.concat(parts).toString()}`);
      return { submission: name, feed: 'clinics', name, sha256: '', bytes: 0, receivedAt: 0, duplicate: false };
    };
    const taking = await open({ listing: JSON_LISTING }, { change: (options) => ({ ...options, receive }) });
    expect(await taking.settled()).toMatchObject({ listed: 2_500, taken: 2_500, failing: 0 });
    expect(await taking.settled()).toMatchObject({ listed: 2_500, taken: 0 });
    expect(contents.sort()).toEqual(Array.from({ length: 2_500 }, (_, at) => `${at}.csv: file ${at}`).sort());
    expect(requests.filter(({ url }) => url.startsWith('/file/'))).toHaveLength(2_500);
  }, 60_000);

  it.each([
    ['is no JSON', '<html>'],
    ['has no list', '{"file": []}'],
    ['names a file without a link', '{"files": [{"name": "a.csv"}]}'],
    ['has two files of one name', '{"files": [{"at": "a", "name": "x"}, {"at": "b", "name": "x"}]}'],
    ['goes in a circle', '{"files": [], "more": "/out/"}'],
  ])('that %s is refused whole', async (_, text) => {
    answer = (_request, response) => void response.end(text);
    await expect((await open({ listing: JSON_LISTING })).round()).rejects.toThrow(/^ENDPOINT_FAILED/);
  });

  it('that ends too early is refused whole', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': 1_000 });
      response.write('{"files": [');
      setTimeout(() => response.destroy(), 20);
    };
    await expect((await open({ listing: JSON_LISTING })).round()).rejects.toThrow(/^ENDPOINT_FAILED/);
  });
});

describe('a file that is cut off', () => {
  const content = 'x'.repeat(200_000);
  it.each([
    ['by the end of the connection', { 'content-length': content.length }],
    ['in pieces', { 'transfer-encoding': 'chunked' }],
  ])('%s is not received, keeps no other file, and is taken later', async (_, headers) => {
    let isBroken = true;
    answer = ({ url, method }, response) => {
      if (url === '/out/') return void response.end('a.csv\nb.csv');
      response.writeHead(200, { etag: `"${url}"`, ...(url === '/out/b.csv' ? {} : headers) });
      if (method === 'HEAD') return void response.end();
      if (url === '/out/b.csv') return void response.end('b');
      if (!isBroken) return void response.end(content);
      response.write(content.slice(0, 100_000), () => setTimeout(() => response.destroy(), 20));
    };
    const taking = await open();
    expect(await taking.settled()).toMatchObject({ taken: 1, failing: 1 });
    expect(taking.errors).toEqual(['a.csv ENDPOINT_FAILED']);
    expect(await taking.received()).toEqual([asTaken('b.csv', 'b')]);
    isBroken = false;
    taking.later(30_000);
    expect(await taking.round()).toMatchObject({ taken: 1, failing: 0 });
    expect(await taking.received()).toEqual([asTaken('a.csv', content), asTaken('b.csv', 'b')]);
  });

  it('is not tried again before its pause is over', async () => {
    answer = ({ url, method }, response) => {
      if (url === '/out/') return void response.end('a.csv');
      response.writeHead(method === 'HEAD' ? 200 : 503, { etag: '"1"' }).end();
    };
    const taking = await open();
    await taking.settled();
    taking.later(20_000);
    await taking.round();
    expect(taking.errors).toHaveLength(1);
    taking.later(10_000);
    await taking.round();
    expect(taking.errors).toHaveLength(2);
  });

  it('nor is one that is larger than a submission may be', async () => {
    answer = folder(new Map([['a.csv', content], ['b.csv', 'b']])); // prettier-ignore
    const taking = await open({}, { maxBytes: 1_000 });
    expect(await taking.settled()).toMatchObject({ taken: 1, failing: 1 });
    expect(taking.errors).toEqual(['a.csv PAYLOAD_TOO_LARGE']);
    expect(requests.filter(({ url, method }) => url === '/out/a.csv' && method === 'GET')).toEqual([]);
  });
});

describe('a crash', () => {
  it('between the receipt and the journal has the file fetched twice and received once', async () => {
    answer = folder(new Map([['a.csv', 'a']]));
    let isCrashing = true;
    const taking = await open(
      {},
      {
        change: (options) => ({
          ...options,
          journal: {
            ...options.journal,
            add: (path, version) =>
              isCrashing ? Promise.reject(new Error('the power went')) : options.journal.add(path, version),
          },
        }),
      },
    );
    await expect(taking.settled()).rejects.toThrow('the power went');
    expect(await taking.received()).toEqual([asTaken('a.csv', 'a')]);
    isCrashing = false;
    await taking.restart();
    expect(await taking.settled()).toMatchObject({ taken: 1 });
    expect(taking.receipts).toEqual(['a.csv again']);
    expect(await taking.received()).toEqual([asTaken('a.csv', 'a')]);
    await taking.restart();
    expect(await taking.settled()).toMatchObject({ taken: 0 });
  });
});

describe('what is behind', () => {
  it('is waited for at the source, and then everything is taken', async () => {
    answer = folder(new Map([['a.csv', 'a'], ['b.csv', 'b']])); // prettier-ignore
    let asked = 0;
    const taking = await open({}, { change: (options) => ({ ...options, isBehind: async () => ++asked < 3 }) });
    expect(await taking.settled()).toMatchObject({ taken: 2 });
    expect(asked).toBeGreaterThan(3);
  });
});

describe('a connection that is led astray', () => {
  let inner: Server;
  let innerPort: number;
  let reached: number;
  beforeEach(async () => {
    reached = 0;
    inner = createServer((_request, response) => {
      reached++;
      response.end('a secret');
    });
    innerPort = await listen(inner);
  });
  afterEach(() => end(inner));
  const only = (): { allow: string[] } => ({ allow: [`127.0.0.1:${new URL(origin).port}`] });

  it.each([
    ['the metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
    ['another port of this machine', () => `http://127.0.0.1:${innerPort}/`],
    ['the same in other figures', () => `http://2130706433:${innerPort}/`],
    ['the same of IPv6', () => `http://[::ffff:127.0.0.1]:${innerPort}/`],
    ['a name', () => `http://localhost:${innerPort}/`],
    ['a file', () => 'file:///etc/passwd'],
  ])('by a redirect to %s is refused', async (_, target) => {
    answer = (_request, response) => void response.writeHead(302, { location: target() }).end();
    await expect((await open({}, only())).round()).rejects.toThrow(/^EGRESS_REFUSED/);
    expect(reached).toBe(0);
  });

  it('by a link of the listing is refused, and the other files are taken', async () => {
    answer = ({ url }, response) =>
      void (url === '/good'
        ? response.end('good')
        : response.end(
            JSON.stringify({
              files: [
                { at: `http://127.0.0.1:${innerPort}/`, name: 'bad', etag: 'e' },
                { at: '/good', name: 'good', etag: 'e' },
              ],
            }),
          ));
    const taking = await open({ listing: JSON_LISTING }, only());
    expect(await taking.settled()).toMatchObject({ taken: 1, failing: 1 });
    expect(taking.errors).toEqual(['bad EGRESS_REFUSED']);
    expect(reached).toBe(0);
  });

  it('by a name that changes its address is refused, and goes nowhere', async () => {
    answer = folder(new Map([['a.csv', 'a']]));
    const { port } = new URL(origin);
    const asked: string[] = [];
    const taking = await open(
      { url: `http://files.example.org:${port}/out/` },
      {
        allow: [`files.example.org:${port}`, `127.0.0.1:${port}`],
        resolve: async (host) => {
          asked.push(host);
          return asked.length === 1 ? ['127.0.0.1'] : ['169.254.169.254'];
        },
      },
    );
    expect(await taking.round()).toMatchObject({ listed: 1 });
    await expect(taking.round()).rejects.toThrow(/^EGRESS_REFUSED/);
    expect(asked).toHaveLength(2);
  });

  it('does not take the secret along to another origin', async () => {
    answer = ({ url }, response) =>
      void (url === '/out/'
        ? response.end(JSON.stringify({ files: [{ at: `http://127.0.0.1:${innerPort}/x`, name: 'x', etag: 'e' }] }))
        : response.end());
    const keys: (string | string[] | undefined)[] = [];
    inner.on('request', ({ headers }) => keys.push(headers['x-key']));
    const header = { name: 'X-Key', before: 'Token ', secret: { kind: 'env', name: 'KEY' } } as const;
    const taking = await open({ listing: JSON_LISTING, header });
    expect(await taking.settled()).toMatchObject({ taken: 1 });
    expect(requests.map(({ key }) => key)).toEqual(['Token pass', 'Token pass']);
    expect(keys).toEqual([undefined]);
  });
});

describe('a server with TLS', () => {
  it('is asked by its name, at the pinned address, and believed only with the certificate that is trusted', async () => {
    const tls = certificate(base);
    const names: (string | false | null)[] = [];
    const secure = createTlsServer(
      {
        key: readFileSync(tls.key),
        cert: tls.pem,
        SNICallback: (name, done) => done(null, (names.push(name), undefined)),
      },
      folder(new Map([['a.csv', 'a']])),
    );
    const port = await listen(secure);
    try {
      const ca = { kind: 'env', name: 'CA' } as const;
      const more = { secrets: { CA: tls.pem }, allow: [`localhost:${port}`, `other.example.org:${port}`, `127.0.0.1:${port}`], resolve: async () => ['127.0.0.1'] }; // prettier-ignore
      expect(await (await open({ url: `https://localhost:${port}/out/`, ca }, more)).settled()).toMatchObject({
        taken: 1,
      });
      expect(new Set(names)).toEqual(new Set(['localhost']));
      expect(await (await open({ url: `https://127.0.0.1:${port}/out/`, ca }, more)).settled()).toMatchObject({
        taken: 1,
      });
      for (const wrong of [
        { url: `https://localhost:${port}/out/` },
        { url: `https://other.example.org:${port}/out/`, ca },
      ])
        await expect((await open(wrong, more)).round()).rejects.toThrow(/^ENDPOINT_FAILED/);
    } finally {
      await end(secure);
    }
  });

  it('may not send on to one without', async () => {
    const tls = certificate(base);
    const secure = createTlsServer({ key: readFileSync(tls.key), cert: tls.pem }, (_request, response) =>
      response.writeHead(301, { location: `${origin}/out/` }).end(),
    );
    const port = await listen(secure);
    try {
      const source = { url: `https://127.0.0.1:${port}/out/`, ca: { kind: 'env', name: 'CA' } } as const;
      await expect((await open(source, { secrets: { CA: tls.pem } })).round()).rejects.toThrow(/from https/);
      expect(requests).toEqual([]);
    } finally {
      await end(secure);
    }
  });
});
