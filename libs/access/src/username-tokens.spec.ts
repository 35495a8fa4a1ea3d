import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  hashPassword,
  issueKey,
  parseKeyFile,
  soapSecretOf,
  openUsernameTokens,
  type UsernameTokens,
} from './index.js';

const NOW = Date.parse('2026-03-01T12:00:00Z');
const installationKey = randomBytes(32);
const lab = issueKey();
const other = issueKey();
const entry = (id: string, hash: string) => `  - { id: ${id}, key: "${hash}", roles: [analyst], datasets: "*" }\n`;
const ringOf = (...entries: string[]) => parseKeyFile(`principals:\n${entries.join('')}`, 'keys.yaml');
const ring = ringOf(entry('lab', lab.hash), entry('other', other.hash));
const secret = soapSecretOf(ring, 'lab', installationKey) ?? '';

/** Section 3.2.1 of the profile, written out. */
const digestOf = (nonce: Buffer, created: string, password: string): string =>
  createHash('sha1')
    .update(Buffer.concat([nonce, Buffer.from(created + password)]))
    .digest('base64');

let at = NOW;
let tokens: UsernameTokens;
beforeEach(() => {
  at = NOW;
  tokens = openUsernameTokens({ ring: () => ring, installationKey, now: () => at });
});

const token = (change: { username?: string; nonce?: Buffer; created?: string; password?: string } = {}) => {
  const { username = 'lab', nonce = randomBytes(16), created = '2026-03-01T12:00:00Z', password = secret } = change;
  const digest = digestOf(nonce, created, password);
  return { kind: 'digest', username, digest, nonce: nonce.toString('base64'), created } as const;
};
const idOf = async (given: Parameters<UsernameTokens['authenticate']>[0]) => (await tokens.authenticate(given))?.id;

describe('a digest', () => {
  it('names the principal whose secret it was made with', async () => {
    expect(await idOf(token())).toBe('lab');
  });

  it('is taken once', async () => {
    const sent = token();
    expect([await idOf(sent), await idOf(sent)]).toEqual(['lab', undefined]);
    at += 4 * 60_000;
    expect(await idOf(sent)).toBeUndefined();
  });

  it('may have the nonce of another principal, which says nothing about it', async () => {
    const nonce = randomBytes(16);
    expect(await idOf(token({ nonce }))).toBe('lab');
    const theirs = soapSecretOf(ring, 'other', installationKey) ?? '';
    expect(await idOf(token({ nonce, username: 'other', password: theirs }))).toBe('other');
  });

  it.each([
    ['a wrong secret', { password: 'bws_x' }],
    ['the API key', { password: lab.key }],
    ['the hash in the key file', { password: lab.hash }],
    ['the secret of another', { password: soapSecretOf(ring, 'other', installationKey) ?? '' }],
    ['the secret of another installation', { password: soapSecretOf(ring, 'lab', randomBytes(32)) ?? '' }],
    ['an unknown user', { username: 'nobody' }],
    ['an unknown user without a secret', { username: 'nobody', password: '' }],
    ['a time too long ago', { created: '2026-03-01T11:54:59Z' }],
    ['a time too far ahead', { created: '2026-03-01T12:05:01Z' }],
    ['a time that is none', { created: 'now' }],
    ['a time without a zone', { created: '2026-03-01T12:00:00' }],
    ['a short nonce', { nonce: Buffer.alloc(7) }],
    ['an endless nonce', { nonce: Buffer.alloc(257) }],
  ])('made with %s names nobody', async (_, change) => {
    expect(await idOf(token(change))).toBeUndefined();
  });

  it('is refused while more nonces are remembered than there is room for, rather than forgetting one', async () => {
    tokens = openUsernameTokens({ ring: () => ring, installationKey, now: () => at, mostNonces: 20 });
    const first = token();
    expect(await idOf(first)).toBe('lab');
    for (let n = 1; n < 20; n++) await tokens.authenticate(token());
    expect(await idOf(token())).toBeUndefined();
    at += 11 * 60_000;
    const created = new Date(at).toISOString();
    expect([await idOf(token({ created })), await idOf(first)]).toEqual(['lab', undefined]);
  });
});

describe('the secret of a principal', () => {
  it('is the same every time, and another one with another key', () => {
    expect(secret).toMatch(/^bws_[\w-]{43}$/);
    expect(soapSecretOf(ring, 'lab', installationKey)).toBe(secret);
    const renewed = ringOf(entry('lab', issueKey().hash));
    expect(soapSecretOf(renewed, 'lab', installationKey)).not.toBe(secret);
    expect(soapSecretOf(ring, 'nobody', installationKey)).toBeUndefined();
  });
});

describe('a password in the message', () => {
  it('is the API key of the user, or the password of its login', async () => {
    const password = 'correct horse battery';
    const withLogin = ringOf(
      entry('lab', lab.hash),
      `  - { id: clinic, login: { password: "${await hashPassword(password)}" }, roles: [sender] }\n`,
    );
    tokens = openUsernameTokens({ ring: () => withLogin, installationKey, now: () => at });
    expect(await idOf({ kind: 'text', username: 'lab', password: lab.key })).toBe('lab');
    expect(await idOf({ kind: 'text', username: 'clinic', password })).toBe('clinic');
    expect(await idOf({ kind: 'text', username: 'clinic', password: lab.key })).toBeUndefined();
    expect(await idOf({ kind: 'text', username: 'lab', password: secret })).toBeUndefined();
  });
});
