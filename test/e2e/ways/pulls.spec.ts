import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { loadConfiguration, readSecret } from '#registry';
import { openEgress, openPulls, type Pulls, pullStatuses } from '#transport';
import { asReceived, openReceiving, type Receiving } from './receiving.fixture.js';

jest.setTimeout(30_000);

let receiving: Receiving;
let pulls: Pulls;
let files: Map<string, string>;
let port: number;
const server = createServer(({ url = '', headers }, response) => {
  if (headers['x-key'] !== 'pass') return void response.writeHead(401).end();
  const content = files.get(url.slice(1));
  if (content !== undefined) return void response.end(content);
  const items = [...files].map(([name, text]) => ({ link: `/${name}`, etag: text, size: text.length }));
  response.end(JSON.stringify(items));
});

const until = async (isSo: () => Promise<boolean>): Promise<void> => {
  while (!(await isSo())) await new Promise((resume) => setTimeout(resume, 50));
};
const pullOf = (more = ''): string =>
  `pull: { every: 1s, settle: 1s${more}, http: { url: 'http://127.0.0.1:${port}/', allowPlain: true, json: { link: link, stamp: etag, size: size }, header: { name: X-Key, secret: { file: secrets/key } } } }\n`;

beforeEach(async () => {
  files = new Map([['a.csv', 'a'], ['b.txt', 'b']]); // prettier-ignore
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as AddressInfo).port;
  receiving = await openReceiving({ feeds: { fetched: pullOf() } });
  mkdirSync(join(receiving.folder, 'secrets'));
  writeFileSync(join(receiving.folder, 'secrets/key'), 'pass\n');
  chmodSync(join(receiving.folder, 'secrets/key'), 0o400);
  pulls = await openPulls({
    folder: join(receiving.folder, 'pulls'),
    egress: openEgress({ allow: [`127.0.0.1:${port}`] }),
    secret: (reference) => readSecret(reference, { folder: receiving.folder }),
    maxBytes: 2 ** 20,
    receive: receiving.receive,
    isBehind: async () => false,
    log: () => undefined,
    counted: () => undefined,
  });
});
afterEach(async () => {
  await pulls.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  receiving.close();
});
const folder = (): string => join(receiving.folder, 'pulls');
const received = async (count: number): Promise<string[]> => {
  await until(async () => (await receiving.received()).length >= count);
  return receiving.received();
};

describe('a feed that is fetched', () => {
  it('is received by its schedule, and says how it goes', async () => {
    await pulls.apply(receiving.configuration.feeds);
    expect(await received(2)).toEqual([asReceived('fetched/a.csv', 'a'), asReceived('fetched/b.txt', 'b')]);
    files.set('c.csv', 'c');
    expect(await received(3)).toContain(asReceived('fetched/c.csv', 'c'));
    await until(async () => (await pullStatuses(folder()))[0]?.listed === 3);
    const [status] = await pullStatuses(folder());
    expect(status).toMatchObject({ feed: 'fetched', from: `http://127.0.0.1:${port}/`, failing: 0, error: null });
  });

  it('is fetched anew by a configuration that has changed, and no longer by one without it', async () => {
    const config = receiving.configuration.folder;
    const write = (more: string): void => {
      const text = readFileSync(join(config, 'feeds/fetched.yaml'), 'utf8').replace(/^pull:.*\n/m, '');
      writeFileSync(join(config, 'feeds/fetched.yaml'), text + more);
    };
    write(pullOf(", files: '*.txt'"));
    await pulls.apply(loadConfiguration(config).feeds);
    expect(await received(1)).toEqual([asReceived('fetched/b.txt', 'b')]);
    write(pullOf(", files: '*.csv'"));
    await pulls.apply(loadConfiguration(config).feeds);
    expect(await received(2)).toContainEqual(asReceived('fetched/a.csv', 'a'));
    write('');
    await pulls.apply(loadConfiguration(config).feeds);
    expect(await pullStatuses(folder())).toEqual([]);
  });

  it('says what is wrong, without the secret', async () => {
    chmodSync(join(receiving.folder, 'secrets/key'), 0o600);
    writeFileSync(join(receiving.folder, 'secrets/key'), 'another');
    await pulls.apply(receiving.configuration.feeds);
    await until(async () => (await pullStatuses(folder()))[0]?.error !== undefined);
    const [status] = await pullStatuses(folder());
    expect(status?.error).toMatchObject({ code: 'ENDPOINT_FAILED', detail: `127.0.0.1:${port} answers 401`, times: 1 });
    expect(JSON.stringify(status)).not.toContain('another');
  });
});
