import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Upload, type UploadOptions } from 'tus-js-client';
import { openResumableUploads, openStaging, type ResumableUploads, stagingKey } from '#transport';
import { BellwetherError } from '#vocabulary';
import { type RunningApi, runApi } from '../api/running-api.js';
import { asReceived, describeWith, openReceiving, type Receiving, run } from './receiving.fixture.js';

jest.setTimeout(30_000);
const MAX_BYTES = 4 * 2 ** 20;
const MARK = 'Anna Example, born 1961';
let receiving: Receiving;
let uploads: ResumableUploads;
let api: RunningApi;
let isClosed = false;

async function start(): Promise<void> {
  uploads = openResumableUploads({
    path: '/v1/uploads',
    staging: await openStaging({
      folder: join(receiving.folder, 'staging'),
      key: await stagingKey(join(receiving.folder, 'keys')),
      maxBytes: MAX_BYTES,
      now: Date.now,
    }),
    maxBytes: MAX_BYTES,
    policy: receiving.policy,
    enter: async ({ id }) => {
      if (isClosed) throw new BellwetherError('TOO_MANY_REQUESTS', `${id} comes too often`, {}, { retryAfter: 7 });
    },
    receive: receiving.receive,
  });
  api = await runApi({ bodyLimit: MAX_BYTES, services: { uploads } });
}
async function stop(): Promise<void> {
  uploads.close();
  await api.close();
}

beforeEach(async () => {
  isClosed = false;
  receiving = await openReceiving();
  await start();
});
afterEach(async () => {
  await stop();
  receiving.close();
});

interface Sent {
  readonly url: string;
  readonly offsets: number[];
  readonly submission: string | undefined;
}

/** Sends with tus-js-client; breaks the connection off once `breakAt` bytes are acknowledged. */
function send(content: Buffer, options: UploadOptions & { breakAt?: number } = {}): Promise<Sent> {
  const { breakAt, ...given } = options;
  const offsets: number[] = [];
  return new Promise((resolve, reject) => {
    let submission: string | undefined;
    const upload: Upload = new Upload(content, {
      endpoint: `${api.origin}/v1/uploads`,
      chunkSize: 256 * 1024,
      metadata: { feed: 'clinics', filename: 'a.csv' },
      headers: { authorization: `Bearer ${api.keys.sender}` },
      retryDelays: null,
      onAfterResponse: (_, response) => void (submission = response.getHeader('Bellwether-Submission') ?? submission),
      onChunkComplete: (_, accepted) => {
        offsets.push(accepted);
        if (breakAt !== undefined && accepted >= breakAt)
          void upload.abort().then(() => resolve({ url: upload.url!, offsets, submission }));
      },
      onSuccess: () => resolve({ url: upload.url!, offsets, submission }),
      onError: reject,
      ...given,
    });
    upload.start();
  });
}

const content = Buffer.concat([Buffer.from(MARK), randomBytes(3 * 2 ** 20)]);

describe('a resumable upload', () => {
  it('is received when its last byte is there, and answers with the receipt', async () => {
    const { url, submission } = await send(content);
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
    const { receipt, ...progress } = (await (await asSender(url)).json()) as { receipt: Record<string, unknown> };
    expect(progress).toEqual({ feed: 'clinics', name: 'a.csv', length: content.length, offset: content.length });
    expect(receipt).toMatchObject({
      submission,
      sha256: createHash('sha256').update(content).digest('hex'),
      duplicate: false,
    });
  });

  it('continues where it was broken off, by the same client and after a restart of the server', async () => {
    const broken = await send(content, { breakAt: 2 ** 20 });
    expect(await receiving.received()).toEqual([]);
    await stop();
    await start();
    const at = new URL(broken.url).pathname;
    const resumed = await send(content, { uploadUrl: api.origin + at });
    expect(resumed.offsets[0]).toBeGreaterThan(2 ** 20);
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it('has no receipt, and lies on disk unreadable, while it is not complete', async () => {
    const { url } = await send(content, { breakAt: 2 ** 20 });
    const staged = readdirSync(join(receiving.folder, 'staging')).map((name) =>
      readFileSync(join(receiving.folder, 'staging', name)),
    );
    expect(staged.length).toBe(1);
    expect(staged[0]!.length).toBeGreaterThan(2 ** 20);
    expect(staged[0]!.includes(MARK)).toBe(false);
    expect(staged[0]!.includes('clinics')).toBe(false);
    expect(await (await asSender(url)).json()).toMatchObject({ receipt: null });
  });

  it('is gone from the staging area when it is received or terminated', async () => {
    await send(content);
    const { url } = await send(content, { breakAt: 2 ** 20, metadata: { feed: 'clinics', filename: 'b.csv' } });
    await Upload.terminate(url, { headers: { authorization: `Bearer ${api.keys.sender}` } });
    expect(readdirSync(join(receiving.folder, 'staging'))).toEqual([]);
    expect((await asSender(url)).status).toBe(404);
  });

  it('sent again is the same submission', async () => {
    const first = await send(content);
    const second = await send(content);
    expect(second.submission).toBe(first.submission);
    expect((await receiving.received()).length).toBe(1);
  });

  it('may be empty', async () => {
    await send(Buffer.alloc(0), { uploadSize: 0 });
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', Buffer.alloc(0))]);
  });

  it('that could not be received says so each time the client asks how far it is, and is received once that is over', async () => {
    const { receive } = receiving;
    await stop();
    let full = true;
    receiving = {
      ...receiving,
      receive: (file) => {
        if (full) throw new BellwetherError('STORAGE_FULL', 'no receipt was given');
        return receive(file);
      },
    };
    await start();
    let url = '';
    const failed = send(content, {
      onAfterResponse: (_, response) => void (url = response.getHeader('Location') ?? url),
    });
    await expect(failed).rejects.toThrow(/507/);
    expect((await asSender(api.origin + url, { method: 'HEAD' })).status).toBe(507);
    full = false;
    await send(content, { uploadUrl: api.origin + url });
    expect((await receiving.received()).length).toBe(1);
  });
});

const asSender = (url: string, { headers, ...init }: RequestInit = {}): Promise<Response> =>
  fetch(url, {
    ...init,
    headers: {
      authorization: `Bearer ${api.keys.sender}`,
      'tus-resumable': '1.0.0',
      ...(headers as Record<string, string>),
    },
  });
const create = (headers: Record<string, string>): Promise<Response> =>
  asSender(`${api.origin}/v1/uploads`, {
    method: 'POST',
    headers: { 'upload-length': '10', 'upload-metadata': metadata('clinics', 'a.csv'), ...headers },
  });
const metadata = (feed: string, name: string): string =>
  `feed ${Buffer.from(feed).toString('base64')},filename ${Buffer.from(name).toString('base64')}`;

describe('the door of resumable uploads', () => {
  it.each([
    ['no key', { authorization: 'Bearer wrong' }, 401],
    ['a role that may not send', { authorization: 'viewer' }, 403],
    ['a feed out of scope', { 'upload-metadata': metadata('labs', 'a.csv') }, 403],
    ['no feed', { 'upload-metadata': '' }, 400],
    ['a name with a path', { 'upload-metadata': metadata('clinics', '../a.csv') }, 400],
    ['more than the limit', { 'upload-length': String(MAX_BYTES + 1) }, 413],
    ['a length that is not said', { 'upload-length': '', 'upload-defer-length': '1' }, 400],
    ['a request that does not speak the protocol', { 'tus-resumable': '' }, 412],
  ])('refuses %s', async (_, headers, status) => {
    const named = headers as Record<string, string>;
    const key = named['authorization'] === 'viewer' ? { authorization: `Bearer ${api.keys.viewer}` } : {};
    const response = await create({ ...named, ...key });
    expect(response.status).toBe(status);
    expect(readdirSync(join(receiving.folder, 'staging'))).toEqual([]);
  });

  it('asks who comes too often to come later', async () => {
    isClosed = true;
    const response = await create({});
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect(await response.json()).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });

  it('takes no more bytes than were announced', async () => {
    const at = (await create({})).headers.get('location')!;
    const patch = (offset: number, body: string): Promise<Response> =>
      asSender(api.origin + at, {
        method: 'PATCH',
        headers: { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
        body,
      });
    expect((await patch(0, '01234567890123456789')).status).toBeGreaterThanOrEqual(400);
    expect(await receiving.received()).toEqual([]);
    expect((await patch(5, '01234')).status).toBe(409);
  });

  it('hides the uploads of others', async () => {
    const at = (await create({})).headers.get('location')!;
    const other = { headers: { authorization: `Bearer ${api.keys.analyst}` } };
    for (const method of ['HEAD', 'GET', 'DELETE'])
      expect((await asSender(api.origin + at, { method, ...other })).status).toBe(404);
    for (const id of ['nothing', '..%2f..%2fkeys%2fstaging.key', '0'.repeat(32)])
      expect((await asSender(`${api.origin}/v1/uploads/${id}`, { method: 'HEAD' })).status).toBe(404);
    expect((await asSender(api.origin + at, { method: 'HEAD' })).headers.get('upload-offset')).toBe('0');
  });

  it('holds what every answer holds', async () => {
    const { headers } = await create({});
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

describeWith(['curl'], 'a resumable upload by curl', () => {
  it('goes through as the page says', async () => {
    const file = join(receiving.folder, 'report.csv');
    writeFileSync(file, content);
    const key = ['-sS', '-H', `Authorization: Bearer ${api.keys.sender}`, '-H', 'Tus-Resumable: 1.0.0'];
    const made = await run('curl', [
      ...key, '-D', '-', '-o', '/dev/null', '-X', 'POST', '-H', `Upload-Length: ${content.length}`,
      '-H', `Upload-Metadata: ${metadata('clinics', 'report.csv')}`, `${api.origin}/v1/uploads`,
    ]); // prettier-ignore
    const at = /^location: (\S+)/im.exec(made.output)?.[1] ?? '';
    const sent = await run('curl', [
      ...key, '-D', '-', '-X', 'PATCH', '-H', 'Upload-Offset: 0', '-H', 'Content-Type: application/offset+octet-stream',
      '--data-binary', `@${file}`, api.origin + at,
    ]); // prettier-ignore
    expect(sent.output).toMatch(/^HTTP\/1.1 204/m);
    expect(sent.output).toMatch(/^bellwether-submission: [0-9a-f]{64}/im);
    expect(await receiving.received()).toEqual([asReceived('clinics/report.csv', content)]);
  });
});
