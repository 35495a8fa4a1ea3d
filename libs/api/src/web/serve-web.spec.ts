import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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

function served(web: string | undefined) {
  const server = fastify();
  serveFrontPage(server, web);
  return server;
}

describe('the application for browsers', () => {
  it('is one document at every page, asked for again each time', async () => {
    for (const url of ['/', '/series', '/completeness', '/facility', '/operations', '/feeds']) {
      const answer = await served(folder).inject({ url });
      expect([url, answer.statusCode, answer.body]).toEqual([url, 200, PAGE]);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-cache',
      });
    }
  });

  it('has assets that stay for ever, packed for those who can unpack', async () => {
    const headers = { 'accept-encoding': 'gzip, br' };
    const answer = await served(folder).inject({ url: '/assets/index-abc.js', headers });
    expect(answer.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'br',
      'cache-control': 'public, max-age=31536000, immutable',
      vary: 'accept-encoding',
    });
    expect(brotliDecompressSync(answer.rawPayload).toString()).toBe('export {};');
  });

  it.each(['/nothing', '/assets/', '/assets/notes.txt', '/assets/../../package.json', '/assets/%2e%2e/index.html'])(
    'is nothing else: %s',
    async (url) => {
      expect((await served(folder).inject({ url })).statusCode).toBe(404);
    },
  );

  it('leads to the page of addresses where it was not built', async () => {
    for (const web of [undefined, join(folder, 'assets')]) {
      const answer = await served(web).inject({ url: '/' });
      expect([answer.statusCode, answer.headers.location]).toEqual([302, '/about']);
    }
  });
});
