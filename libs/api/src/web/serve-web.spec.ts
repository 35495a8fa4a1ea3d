import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { serveFrontPage } from './serve-web.js';

const PAGE = '<!doctype html><title>Bellwether</title>';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'web-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), PAGE);
  writeFileSync(join(folder, 'assets', 'index-abc.js'), 'export {};');
  writeFileSync(join(folder, 'assets', 'notes.txt'), 'no type is known for this');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a server that was started for this one request answers; the path is sent as it is written. */
async function ask(web: string | undefined, path: string, headers: Readonly<Record<string, string>> = {}) {
  const server = fastify();
  serveFrontPage(server, web);
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  const [answer] = (await once(get({ host: '127.0.0.1', port, path, headers }), 'response')) as [IncomingMessage];
  const body = Buffer.concat(await answer.toArray());
  await server.close();
  return { status: answer.statusCode, headers: answer.headers, body };
}

describe('the application for browsers', () => {
  it('is one document at every page, asked for again each time', async () => {
    for (const url of ['/', '/series', '/completeness', '/reports', '/facility', '/operations', '/feeds']) {
      const answer = await ask(folder, url);
      expect([url, answer.status, answer.body.toString()]).toEqual([url, 200, PAGE]);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      });
    }
  });

  it('has assets that stay for ever, packed for those who can unpack', async () => {
    const answer = await ask(folder, '/assets/index-abc.js', { 'accept-encoding': 'gzip, br' });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect(brotliDecompressSync(answer.body).toString()).toBe('export {};');
  });

  it.each(['/nothing', '/assets/', '/assets/notes.txt', '/assets/../../package.json', '/assets/%2e%2e/index.html'])(
    'is nothing else: %s',
    async (url) => {
      expect((await ask(folder, url)).status).toBe(404);
    },
  );

  it('leads to the page of addresses where it was not built', async () => {
    for (const web of [undefined, join(folder, 'assets')]) {
      const answer = await ask(web, '/');
      expect([answer.status, answer.headers.location]).toEqual([302, '/about']);
    }
  });
});
