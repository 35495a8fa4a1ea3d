import { beforeAll, describe, expect, it } from '@jest/globals';
import { createLogins, hashPassword, issueKey, type Logins, parseKeyFile } from './index.js';

const issued = issueKey();
const SSH_KEY = `ssh-ed25519 ${'A'.repeat(68)} clinic`;
let logins: Logins;
beforeAll(async () => {
  const password = await hashPassword('correct horse');
  logins = createLogins(
    parseKeyFile(
      `principals:
  - { id: clinic, roles: [sender], feeds: [a], login: { password: "${password}", sshKeys: ["${SSH_KEY}"] } }
  - { id: lab, key: "${issued.hash}", roles: [sender], feeds: [b] }
`,
      'keys.yaml',
    ),
  );
});

describe('logins', () => {
  it('take the password of the user, and its API key where it has one', async () => {
    expect((await logins.byPassword('clinic', 'correct horse'))?.id).toBe('clinic');
    expect((await logins.byPassword('lab', issued.key))?.id).toBe('lab');
  });

  it.each([
    ['clinic', 'wrong horse'],
    ['clinic', ''],
    ['clinic', 'x'.repeat(5000)],
    ['lab', 'correct horse'],
    ['nobody', 'correct horse'],
    ['__proto__', 'correct horse'],
  ])('refuse %s with another password', async (user, password) => {
    expect(await logins.byPassword(user, password)).toBeUndefined();
  });

  it('refuse the API key of another principal', async () => {
    expect(await logins.byPassword('clinic', issued.key)).toBeUndefined();
  });

  it('know the public keys of a user, and nobody by key who has none', () => {
    expect(logins.sshKeysOf('clinic')).toEqual([SSH_KEY]);
    expect(logins.byProvenKey('clinic')?.id).toBe('clinic');
    expect(logins.sshKeysOf('lab')).toEqual([]);
    expect(logins.byProvenKey('lab')).toBeUndefined();
  });

  it('salt each password, and take composed and decomposed letters for the same', async () => {
    expect(await hashPassword('a')).not.toBe(await hashPassword('a'));
    const ring = parseKeyFile(
      `principals: [{ id: u, roles: [sender], login: { password: "${await hashPassword('é')}" } }]`,
      'k',
    );
    expect((await createLogins(ring).byPassword('u', 'e\u0301'))?.id).toBe('u');
  });

  it('belong to principals with a key, a login, or both', () => {
    expect(() => parseKeyFile('principals: [{ id: u, roles: [sender] }]', 'k')).toThrow(
      /neither a key nor a login nor/,
    );
    expect(() => parseKeyFile('principals: [{ id: u, roles: [sender], login: { password: secret } }]', 'k')).toThrow(
      /CONFIG_INVALID: k:1: principals.0.login.password/,
    );
  });
});
