import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  createGate,
  createLogins,
  findKey,
  issueKey,
  type KeyChange,
  lastUses,
  openKeyUse,
  parseKeyFile,
  principalOfKey,
  subjectKey,
  watchKeyFile,
  type WatchedKeys,
  withKey,
  withoutKey,
  withPrincipal,
} from '../index.js';

const NOON = Date.parse('2026-11-21T12:00:00Z');
const [first, second] = [issueKey(), issueKey()];

describe('keys of one principal', () => {
  const ring = parseKeyFile(
    `principals:
  - id: clinic
    roles: [facility]
    keys:
      - { hash: "${first.hash}", expires: 2026-11-21 }
      - { hash: "${second.hash}", expires: "2026-11-30T06:00:00Z" }
`,
    'keys.yaml',
  );

  it('are all taken while they last, a day to its end', () => {
    expect(principalOfKey(ring, first.key, NOON)?.id).toBe('clinic');
    expect(principalOfKey(ring, second.key, NOON)?.id).toBe('clinic');
    const after = Date.parse('2026-11-22T00:00:00Z');
    expect(principalOfKey(ring, first.key, after - 2)?.id).toBe('clinic');
    expect(principalOfKey(ring, first.key, after)).toBeUndefined();
    expect(principalOfKey(ring, second.key, Date.parse('2026-11-30T05:59:59Z'))?.id).toBe('clinic');
    expect(principalOfKey(ring, second.key, Date.parse('2026-11-30T06:00:00Z'))).toBeUndefined();
  });

  it('end for logins to SFTP as well', async () => {
    const old = parseKeyFile(
      `principals: [{ id: clinic, roles: [sender], keys: [{ hash: "${first.hash}", expires: 2020-01-01 }] }]`,
      'k',
    );
    expect(await createLogins(old).byPassword('clinic', first.key)).toBeUndefined();
  });

  it('are told to whoever keeps when they were used, by a name that opens nothing', () => {
    const used: [string, number][] = [];
    const gate = createGate({ keys: ring, sampleMode: false, now: () => NOON, used: (...use) => used.push(use) });
    const bare = { host: 'a', origin: undefined, remoteAddress: '10.0.0.1', forwarded: false };
    expect(gate.authenticate({ ...bare, key: first.key })).toMatchObject({ id: 'clinic' });
    expect(gate.authenticate({ ...bare, key: issueKey().key })).toBeUndefined();
    expect(used).toEqual([[first.hash.slice(7, 19), NOON]]);
  });
});

describe('a key file that is not valid', () => {
  it.each([
    ['an unknown word', 'principals:\n  - id: a\n    rols: [sender]\n', 2],
    ['a role there is not', 'principals:\n  - id: a\n    login: {}\n    roles:\n      - doctor\n', 5],
    ['a day there is not', `principals:\n  - id: a\n    roles: [sender]\n    keys:\n      - hash: ${first.hash}\n        expires: 2026-13-41\n`, 6], // prettier-ignore
    ['a region in no form', 'principals:\n  - id: a\n    login: {}\n    roles: [sender]\n    regions:\n      - county:1\n      - nowhere\n', 7], // prettier-ignore
    ['an id that occurs twice', 'principals:\n  - { id: a, roles: [sender], login: {} }\n  - { id: a, roles: [sender], login: {} }\n', 3], // prettier-ignore
    ['a key that occurs twice', `principals:\n  - { id: a, roles: [sender], key: "${first.hash}" }\n  - { id: b, roles: [sender], key: "${first.hash}" }\n`, 3], // prettier-ignore
    ['no YAML', 'principals:\n  - id: [a\n', 3],
    ['an alias', 'principals:\n  - &x { id: a, roles: [sender], login: {} }\n  - *x\n', 1],
    ['no principals', '{}', 1],
    ['a minute of emergency too many', 'principals:\n  - id: a\n    roles: [sender]\n    login: {}\n    breakGlass: { minutes: 1441 }\n', 5], // prettier-ignore
  ])('is refused with its line: %s', (_, text, line) => {
    expect(() => parseKeyFile(text, 'keys.yaml')).toThrow(new RegExp(`^CONFIG_INVALID: keys\\.yaml:${line}: `));
    expect(() => parseKeyFile(text, 'keys.yaml')).not.toThrow(first.hash);
  });
});

describe('a subject of a certificate', () => {
  it('is the same in any order, and as X509Certificate writes it', () => {
    expect(subjectKey('CN=lab-7,O=County Clinic, C=US')).toBe(subjectKey('C=US\nO=County Clinic\nCN=lab-7'));
    expect(subjectKey('CN=lab, the second,O=x')).not.toBe(subjectKey('CN=lab,O=x'));
    expect(subjectKey('CN=lab-7')).not.toBe(subjectKey('CN=lab-7,O=x'));
  });

  it('names the principal that lists it, and nobody else', () => {
    const ring = parseKeyFile('principals: [{ id: lab, roles: [sender], certificates: ["CN=lab-7,O=Clinic"] }]', 'k');
    const gate = createGate({ keys: ring, sampleMode: true });
    const bare = { key: undefined, host: 'a', origin: undefined, remoteAddress: '10.0.0.1', forwarded: false };
    expect(gate.authenticate({ ...bare, subject: 'O=Clinic\nCN=lab-7' })).toMatchObject({ id: 'lab' });
    const here = { ...bare, host: 'localhost', remoteAddress: '127.0.0.1' };
    expect(gate.authenticate({ ...here, subject: 'CN=lab-7' })).toBeUndefined();
  });
});

describe('a key file that is edited by commands', () => {
  const reach = { roles: ['sender'], datasets: '*', regions: [], facilities: ['F1'], feeds: ['a'] };

  it('issues, rotates and revokes, and keeps what people have written', () => {
    const start = '# ours\nprincipals:\n  - id: old # stays\n    roles: [sender]\n    login: {}\n';
    const issued = withPrincipal(start, { id: 'lab', keys: [{ hash: first.hash }], ...reach });
    const rotated = withKey(issued, { id: 'lab', hash: second.hash, now: NOON - 1, before: NOON });
    expect(rotated).toContain('# ours');
    expect(rotated).toContain('# stays');
    const ring = parseKeyFile(rotated, 'k');
    expect(findKey(ring, first.key, NOON - 1)).toBeDefined();
    expect(findKey(ring, first.key, NOON)).toBeUndefined();
    expect(findKey(ring, second.key, NOON + 1e12)).toBeDefined();
    const revoked = parseKeyFile(withoutKey(rotated, { id: 'lab', name: second.hash.slice(7, 19) }), 'k');
    expect(findKey(revoked, second.key, NOON - 1)).toBeUndefined();
    expect(findKey(revoked, first.key, NOON - 1)).toBeDefined();
    const gone = parseKeyFile(withoutKey(rotated, { id: 'lab' }), 'k');
    expect(gone.entries.map(({ principal }) => principal.id)).toEqual(['old']);
  });

  it('begins from nothing', () => {
    const ring = parseKeyFile(withPrincipal('', { id: 'lab', keys: [{ hash: first.hash }], ...reach }), 'k');
    expect(principalOfKey(ring, first.key)?.scopes.facilities).toEqual(['F1']);
  });

  it('turns the short form of a key into the long one', () => {
    const short = `principals: [{ id: lab, roles: [sender], key: "${first.hash}" }]`;
    const ring = parseKeyFile(withKey(short, { id: 'lab', hash: second.hash, now: NOON - 1, before: NOON }), 'k');
    expect(ring.entries[0]?.keys.map(({ expires }) => expires)).toEqual([NOON, undefined]);
  });

  it('never makes an earlier end later, and lets go of keys that have ended', () => {
    const ends = (day: string): string =>
      `principals: [{ id: lab, roles: [sender], keys: [{ hash: "${first.hash}", expires: ${day} }] }]`;
    const rotated = (day: string): number =>
      parseKeyFile(withKey(ends(day), { id: 'lab', hash: second.hash, now: NOON, before: NOON + 4e8 }), 'k').entries[0]
        ?.keys[0]?.expires ?? 0;
    expect(rotated('2026-11-21')).toBe(Date.parse('2026-11-21T23:59:59.999Z'));
    expect(rotated('2026-12-31')).toBe(NOON + 4e8);
    const ended = withKey(ends('2026-11-20'), { id: 'lab', hash: second.hash, now: NOON, before: NOON + 4e8 });
    expect(parseKeyFile(ended, 'k').entries[0]?.keys).toHaveLength(1);
  });

  it('refuses who is there already, and who is not', () => {
    const one = withPrincipal('', { id: 'lab', keys: [{ hash: first.hash }], ...reach });
    expect(() => withPrincipal(one, { id: 'lab', ...reach })).toThrow(/REQUEST_INVALID/);
    expect(() => withKey(one, { id: 'labs', hash: second.hash, now: NOON - 1, before: NOON })).toThrow(
      /REQUEST_INVALID/,
    );
    expect(() => withoutKey(one, { id: 'lab', name: '0123' })).toThrow(/REQUEST_INVALID/);
  });
});

describe('a key file that is watched', () => {
  let folder: string;
  let keys: WatchedKeys | undefined;
  const changes: KeyChange[] = [];
  const errors: string[] = [];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'keys-'));
    changes.length = errors.length = 0;
  });
  afterEach(async () => {
    keys?.close();
    await rm(folder, { recursive: true });
  });
  const path = (): string => join(folder, 'keys.yaml');
  const open = async (): Promise<WatchedKeys> =>
    (keys = await watchKeyFile(path(), {
      onChange: (found) => void changes.push(...found),
      onError: (error) => void errors.push(String(error)),
    }));
  const one = (id: string, hash: string): string => `principals: [{ id: ${id}, roles: [sender], key: "${hash}" }]\n`;

  it('is in force as it changes, and says what has', async () => {
    await writeFile(path(), one('lab', first.hash));
    const watched = await open();
    expect(principalOfKey(watched, first.key)?.id).toBe('lab');
    await writeFile(`${path()}.new`, one('lab', second.hash));
    await rename(`${path()}.new`, path());
    await watched.look();
    expect(principalOfKey(watched, first.key)).toBeUndefined();
    expect(principalOfKey(watched, second.key)?.id).toBe('lab');
    expect(changes).toEqual([
      { what: 'issued', principal: 'lab', key: second.hash.slice(7, 19) },
      { what: 'revoked', principal: 'lab', key: first.hash.slice(7, 19) },
    ]);
  });

  it('leaves the keys before in force when it is not valid any more, or gone, and says the line', async () => {
    await writeFile(path(), one('lab', first.hash));
    const watched = await open();
    await writeFile(path(), 'principals:\n  - id: lab\n    roles: [sender\n');
    await watched.look();
    await rm(path());
    await watched.look();
    expect(principalOfKey(watched, first.key)?.id).toBe('lab');
    expect(errors[0]).toMatch(/keys\.yaml:\d+: /);
    expect(errors).toHaveLength(2);
    await writeFile(path(), one('lab', second.hash));
    await watched.look();
    expect(principalOfKey(watched, first.key)).toBeUndefined();
  });

  it('may come later, and then nobody gets in without a key', async () => {
    const watched = await open();
    const gate = createGate({
      keys: watched,
      get sampleMode() {
        return !watched.isGiven;
      },
    });
    const here = { key: undefined, host: 'localhost', origin: undefined, remoteAddress: '::1', forwarded: false };
    expect(gate.authenticate(here)).toMatchObject({ id: 'sample' });
    await writeFile(path(), one('lab', first.hash));
    await watched.look();
    expect(gate.authenticate(here)).toBeUndefined();
    await rm(path());
    await watched.look();
    expect(gate.authenticate(here)).toBeUndefined();
  });

  it('is noticed without being asked', async () => {
    await writeFile(path(), one('lab', first.hash));
    const watched = await open();
    await writeFile(path(), one('lab', second.hash));
    while (!principalOfKey(watched, second.key)) await new Promise((resume) => setTimeout(resume, 50));
    expect(principalOfKey(watched, first.key)).toBeUndefined();
  });

  it('keeps when keys were used, of all processes, and through a restart', async () => {
    const uses = join(folder, 'used');
    const api = await openKeyUse({ folder: uses, name: 'api' });
    const ingest = await openKeyUse({ folder: uses, name: 'ingest' });
    api.note('a', 5);
    api.note('b', 7);
    ingest.note('a', 9);
    await Promise.all([api.close(), ingest.close()]);
    const again = await openKeyUse({ folder: uses, name: 'api' });
    again.note('c', 11);
    await again.close();
    expect([...(await lastUses(uses))].sort()).toEqual([['a', 9], ['b', 7], ['c', 11]]); // prettier-ignore
    await writeFile(join(uses, 'torn.json'), '{"a":1');
    expect((await lastUses(uses)).get('a')).toBe(9);
    expect(await readFile(join(uses, 'api.json'), 'utf8')).not.toContain('bw_');
  });
});

it('edits and reads agree: whatever is issued, rotated and revoked, exactly what is left opens', () => {
  const step = fc.record({ verb: fc.constantFrom('issue', 'rotate', 'revoke'), id: fc.constantFrom('a', 'b') });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      let text = '';
      const open = new Map<string, { key: string; until: number }[]>();
      steps.forEach(({ verb, id }, at) => {
        const issued = issueKey();
        const had = open.get(id);
        if (verb === 'issue' && !had) {
          text = withPrincipal(text, { id, keys: [{ hash: issued.hash }], roles: ['sender'] });
          open.set(id, [{ key: issued.key, until: Infinity }]);
        } else if (verb === 'rotate' && had && had.length < 4) {
          const before = NOON + at * 1000;
          text = withKey(text, { id, hash: issued.hash, now: NOON, before });
          const shortened = had.map((one) => ({ ...one, until: Math.min(one.until, before) }));
          open.set(id, [...shortened, { key: issued.key, until: Infinity }]);
        } else if (verb === 'revoke' && had) {
          text = withoutKey(text, { id });
          open.delete(id);
        }
      });
      const ring = text === '' ? parseKeyFile('principals: []', 'k') : parseKeyFile(text, 'k');
      for (const now of [NOON - 1, NOON + 5000, NOON + 1e9])
        for (const [id, keys] of open)
          for (const { key, until } of keys)
            expect(principalOfKey(ring, key, now)?.id).toBe(now < until ? id : undefined);
      expect(ring.byHash.size).toBe([...open.values()].flat().length);
    }),
    { numRuns: 60 },
  );
});
