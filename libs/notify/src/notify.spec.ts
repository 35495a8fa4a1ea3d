import { createHmac, createVerify, generateKeyPairSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { type IncomingMessage, type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { type Notice, type Notify, openNotify, openRateWatch, readNotifySettings } from './index.js';
import { openOutbox } from './outbox.js';

const SECRET = `whsec_${randomBytes(24).toString('base64')}`;
let folder: string;
let opened: Notify[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-'));
  opened = [];
});
afterEach(async () => {
  for (const one of opened) await one.close();
  await rm(folder, { recursive: true, force: true });
});

const noticeOf = (n: number): Notice => ({
  id: `id${n}`,
  topic: 'dead-letter',
  key: 'clinics',
  at: 1_700_000_000_000 + n,
  data: {
    submission: 'ab'.repeat(32),
    feed: 'clinics',
    state: 'dead',
    step: 'load',
    code: 'ENGINE_FAILED',
    tries: 3,
    n,
  },
});
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((next) => setTimeout(next, 5));
};

async function configured(yaml: string): Promise<ReturnType<typeof readNotifySettings>> {
  await writeFile(join(folder, 'notifications.yaml'), yaml);
  return readNotifySettings(folder);
}
async function opening(yaml: string, logged: string[] = []): Promise<Notify> {
  const notify = await openNotify({
    settings: await configured(yaml),
    folder: join(folder, 'outbox'),
    owner: 'test',
    readSecret: (reference) => (reference.kind === 'env' ? SECRET : dkimKey),
    waits: { first: 2, most: 20 },
    log: (_, message, facts) => void logged.push(`${message} ${JSON.stringify(facts)}`),
  });
  opened.push(notify);
  return notify;
}
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const dkimKey = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** The snippet of docs/notifications.md, word for word but for the types. */
function verify(secret: string, headers: IncomingMessage['headers'], body: string, now: number): boolean {
  const id = String(headers['webhook-id']);
  const timestamp = String(headers['webhook-timestamp']);
  if (Math.abs(now / 1000 - Number(timestamp)) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest();
  const given = Buffer.from(String(headers['webhook-signature']).replace(/^v1,/, ''), 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

describe('a webhook', () => {
  let server: Server;
  let port: number;
  let taken: { headers: IncomingMessage['headers']; body: string }[];
  let answer: (n: number) => number;
  let asked: number;
  beforeEach(async () => {
    [taken, asked, answer] = [[], 0, () => 204];
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const status = answer(++asked);
        if (status < 300) taken.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        if (status === 0) return void request.socket.destroy();
        response.writeHead(status, status === 302 ? { location: `http://127.0.0.1:${port}/elsewhere` } : {}).end();
      });
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((closed) => server.close(closed)));
  const yaml = (): string =>
    `webhooks: [{ id: ops, url: 'http://127.0.0.1:${port}/hook', secret: { env: HOOK_SECRET }, topics: [dead-letter] }]`;
  const idsOf = (): unknown[] => taken.map(({ body }) => (JSON.parse(body) as { id: string }).id);

  it('is signed so that a receiver can tell it from a forged, altered or old one', async () => {
    const notify = await opening(yaml());
    await notify.tell(noticeOf(1));
    await until(() => taken.length === 1);
    const [{ headers, body }] = taken as [(typeof taken)[0]];
    const now = Date.now();
    expect(verify(SECRET, headers, body, now)).toBe(true);
    expect(verify(SECRET, headers, body.replace('"dead"', '"gone"'), now)).toBe(false);
    expect(verify(SECRET, { ...headers, 'webhook-id': 'other' }, body, now)).toBe(false);
    expect(verify('whsec_AAAA', headers, body, now)).toBe(false);
    expect(verify(SECRET, headers, body, now + 600_000)).toBe(false);
    expect(JSON.parse(body)).toEqual({
      id: 'id1',
      type: 'dead-letter',
      key: 'clinics',
      timestamp: '2023-11-14T22:13:20.001Z',
      data: noticeOf(1).data,
    });
    expect(headers['webhook-id']).toBe('id1');
  });

  it('is sent again until it is taken, and the others wait for their turn', async () => {
    answer = (n) => (n <= 4 ? 503 : 200);
    const notify = await opening(yaml());
    for (let n = 1; n <= 20; n++) await notify.tell(noticeOf(n));
    await until(() => taken.length === 20);
    expect(idsOf()).toEqual(Array.from({ length: 20 }, (_, i) => `id${i + 1}`));
  });

  it('reaches a receiver that fails at random, none missing, those of each region in order', async () => {
    let seed = 2005;
    const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    answer = () => (chance() < 0.4 ? [500, 503, 429, 302, 0][Math.floor(chance() * 5)]! : 200);
    const notify = await opening(yaml().replace('[dead-letter]', '[completeness, revision]'));
    const regions = ['state:PA', 'state:NJ', 'county:42091', 'zip:19401'];
    const told = Array.from({ length: 120 }, (_, n) => ({
      ...noticeOf(n),
      topic: n % 3 === 0 ? ('revision' as const) : ('completeness' as const),
      key: regions[Math.floor(chance() * regions.length)]!,
    }));
    for (const notice of told) await notify.tell(notice);
    await until(() => new Set(idsOf()).size === told.length);
    const seen = taken.map(({ body }) => JSON.parse(body) as { id: string; key: string });
    for (const key of regions) {
      const ids = seen.filter((one) => one.key === key).map(({ id }) => id);
      // What was taken and not acknowledged comes again, with the same id, and before anything later.
      expect([key, [...new Set(ids)]]).toEqual([key, told.filter((one) => one.key === key).map(({ id }) => id)]);
      expect(ids).toEqual(ids.toSorted((a, b) => Number(a.slice(2)) - Number(b.slice(2))));
    }
    expect(asked).toBeGreaterThan(told.length);
  }, 30_000);

  it('is not lost when the process ends, and arrives in order afterwards', async () => {
    answer = () => 500;
    const first = await opening(yaml());
    for (let n = 1; n <= 5; n++) await first.tell(noticeOf(n));
    await first.close();
    answer = () => 200;
    const second = await opening(yaml());
    await second.tell(noticeOf(6));
    await until(() => taken.length === 6);
    expect(idsOf()).toEqual(['id1', 'id2', 'id3', 'id4', 'id5', 'id6']);
  });

  it('that is refused for good is given up, so that the next arrives', async () => {
    answer = (n) => (n <= 12 ? 400 : 200);
    const logged: string[] = [];
    const notify = await opening(yaml(), logged);
    await notify.tell(noticeOf(1));
    await notify.tell(noticeOf(2));
    await until(() => taken.length === 1);
    expect(idsOf()).toEqual(['id2']);
    expect(logged.join('\n')).toContain('it is given up');
    expect(logged.join('\n')).not.toContain(SECRET);
  });

  it('goes to the configured address only: a redirect is not followed', async () => {
    answer = (n) => (n <= 3 ? 302 : 200);
    const notify = await opening(yaml());
    await notify.tell(noticeOf(1));
    await until(() => taken.length === 1);
    expect(asked).toBe(4);
  });
});

describe('the outbox', () => {
  const at = { now: 0 };
  const open = (owner: string, most?: number) =>
    openOutbox({
      folder: join(folder, 'outbox'),
      owner,
      sinks: ['ops'],
      now: () => at.now,
      log: () => undefined,
      ...(most === undefined ? {} : { most }),
    });

  it('is bounded: the oldest go first', async () => {
    const outbox = await open('a', 3);
    for (let n = 1; n <= 5; n++) await outbox.put(noticeOf(n), ['ops']);
    const names = await outbox.waiting('ops');
    expect(names.map((name) => /id\d/.exec(name)?.[0])).toEqual(['id3', 'id4', 'id5']);
  });

  it('keeps the order of telling when the clock goes back', async () => {
    const outbox = await open('a');
    for (const [n, now] of [5000, 4000, 4000, 9000].entries()) {
      at.now = now;
      await outbox.put(noticeOf(n), ['ops']);
    }
    const read = await Promise.all((await outbox.waiting('ops')).map((name) => outbox.read('ops', name)));
    expect(read.map((notice) => notice?.id)).toEqual(['id0', 'id1', 'id2', 'id3']);
  });

  it('of a process that does not come back is taken over, and that of a running one is not', async () => {
    at.now = Date.now();
    const [gone, running] = [await open('gone'), await open('running')];
    await gone.put(noticeOf(1), ['ops']);
    await running.put(noticeOf(2), ['ops']);
    await utimes(join(folder, 'outbox/gone/alive'), 1, 1);
    const third = await open('third');
    expect((await third.waiting('ops')).map((name) => /id\d/.exec(name)?.[0])).toEqual(['id1']);
    expect(await readdir(join(folder, 'outbox/running/ops'))).toHaveLength(1);
  });
});

describe('mail', () => {
  /** Relaxed and relaxed, RFC 6376, section 3.4. */
  function verifyDkim(raw: string): boolean {
    const split = raw.indexOf('\r\n\r\n');
    const fields = raw
      .slice(0, split)
      .replace(/\r\n(?=[ \t])/g, '\n')
      .split('\r\n')
      .map((field) => field.replaceAll('\n', '\r\n'));
    const find = (name: string): string => fields.find((field) => field.toLowerCase().startsWith(`${name}:`))!;
    const relaxed = (field: string): string => {
      const colon = field.indexOf(':');
      const value = field
        .slice(colon + 1)
        .replace(/\r\n/g, '')
        .replace(/[ \t]+/g, ' ')
        .trim();
      return `${field.slice(0, colon).toLowerCase().trim()}:${value}`;
    };
    const signature = find('dkim-signature');
    const tags = new Map(
      signature
        .slice(signature.indexOf(':') + 1)
        .replace(/\s+/g, '')
        .split(';')
        .map((tag) => [tag.slice(0, tag.indexOf('=')), tag.slice(tag.indexOf('=') + 1)]),
    );
    const signedFields = tags
      .get('h')!
      .split(':')
      .map((name) => relaxed(find(name.toLowerCase())));
    const own = relaxed(signature).replace(/b=[^;]*$/, 'b=');
    const checked = createVerify('rsa-sha256').update([...signedFields, own].join('\r\n'));
    return tags.get('d') === 'example.org' && checked.verify(publicKey, tags.get('b')!, 'base64');
  }

  it('of many dead letters is one, signed, and holds no secret and no file', async () => {
    const mails: string[] = [];
    const from: string[] = [];
    const smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      onAuth: ({ password }, _, done) => done(password === SECRET ? null : new Error('wrong'), { user: 'bellwether' }),
      onData(stream, session, done) {
        let text = '';
        stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
        stream.on('end', () => {
          mails.push(text);
          if (session.envelope.mailFrom) from.push(session.envelope.mailFrom.address);
          done();
        });
      },
      logger: false,
    });
    await new Promise<void>((listening) => smtp.listen(0, '127.0.0.1', listening));
    const { port } = smtp.server.address() as AddressInfo;
    const before = await openOutbox({
      folder: join(folder, 'outbox'),
      owner: 'test',
      sinks: ['on-call'],
      now: Date.now,
      log: () => undefined,
    });
    for (let n = 1; n <= 200; n++) await before.put(noticeOf(n), ['on-call']);
    const notify = await opening(
      `mail:
  - id: on-call
    smtp: { host: 127.0.0.1, port: ${port}, security: none, user: bellwether, password: { env: MAIL_PASSWORD } }
    from: bellwether@example.org
    to: [ops@example.org]
    gather: 0
    every: 60
    dkim: { domain: example.org, selector: s1, key: { file: secrets/dkim.pem } }
`,
    );
    await until(() => mails.length === 1);
    await until(async () => (await readdir(join(folder, 'outbox/test/on-call'))).length === 0);
    await notify.tell(noticeOf(201));
    await notify.close();
    await new Promise<void>((closed) => smtp.close(closed));
    expect(mails).toHaveLength(1);
    expect(from).toEqual(['bellwether@example.org']);
    const [mail = ''] = mails;
    expect(mail).toMatch(/^From: bellwether@example\.org/m);
    expect(mail).toMatch(/^Subject: Bellwether: 200 dead letters/m);
    expect(mail).toMatch(/200 {2}dead-letter {2}clinics {2}dead {2}ENGINE_FAILED/);
    expect(mail).not.toContain(SECRET);
    expect(verifyDkim(mail)).toBe(true);
    expect(verifyDkim(mail.replace(/^Subject: .*$/m, 'Subject: nothing to see'))).toBe(false);
    // What came within the hour waits for the next mail.
    expect(await readdir(join(folder, 'outbox/test/on-call'))).toHaveLength(1);
  }, 30_000);
});

describe('notifications.yaml', () => {
  it.each([
    ['a receiver elsewhere without TLS', "webhooks: [{ id: a, url: 'http://ops.example.org/', secret: { env: A } }]"],
    ['a password in a URL', "webhooks: [{ id: a, url: 'https://u:p@ops.example.org/', secret: { env: A } }]"],
    ['a secret in a query', "webhooks: [{ id: a, url: 'https://ops.example.org/?key=1', secret: { env: A } }]"],
    ['a secret written out', "webhooks: [{ id: a, url: 'https://ops.example.org/', secret: hunter2 }]"],
    [
      'two sinks of one id',
      "webhooks: [{ id: a, url: 'https://o.org/', secret: { env: A } }, { id: a, url: 'https://p.org/', secret: { env: A } }]",
    ],
    [
      'mail elsewhere without TLS',
      'mail: [{ id: m, smtp: { host: mx.org, port: 25, security: none }, from: a@b.c, to: [d@e.f] }]',
    ],
    [
      'a sender with a header in it',
      'mail: [{ id: m, smtp: { host: mx.org, port: 25, security: tls }, from: "a@b.c\\nBcc: x@y.z", to: [d@e.f] }]',
    ],
    ['a key that is none', 'webhook: []'],
  ])('refuses %s', async (_, yaml) => {
    await expect(configured(yaml)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(configured(yaml)).rejects.not.toThrow('hunter2');
  });

  it('may be absent: then nobody is told', () => {
    expect(readNotifySettings(folder)).toEqual({ webhooks: [], mail: [], completeness: [], revisions: [] });
  });
});

describe('the rate of refused files', () => {
  it('is told once when it comes to the threshold, and again after it has been below half of it', () => {
    let now = 0;
    const watch = openRateWatch({ share: 0.5, files: 4, minutes: 60 }, () => now);
    const seen = (...refused: boolean[]) => refused.map((one) => watch.seen('f', one)?.refused);
    expect(seen(true, true, true)).toEqual([undefined, undefined, undefined]);
    expect(seen(true, true)).toEqual([4, undefined]);
    now = 61 * 60_000;
    expect(seen(false, false, false, false, true)).toEqual(Array(5).fill(undefined));
    expect(seen(true, true, true)).toEqual([undefined, undefined, 4]);
    expect(watch.seen('g', true)).toBeUndefined();
  });
});
