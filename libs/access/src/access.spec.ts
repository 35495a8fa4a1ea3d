import { describe, expect, it } from '@jest/globals';
import type { Region } from '#vocabulary';
import * as fc from 'fast-check';
import {
  type AccessObject,
  ACTIONS,
  createGate,
  createPolicy,
  isLoopbackAddress,
  isLoopbackHost,
  issueKey,
  NO_KEYS,
  parseKeyFile,
  type Principal,
  principalOfKey,
  reachKey,
  ROLES,
} from './index.js';

const PARENTS: Record<string, Region> = {
  'facility:F1': { level: 'zip', code: '19401' },
  'zip:19401': { level: 'county', code: '42091' },
  'county:42091': { level: 'state', code: 'PA' },
  'state:PA': { level: 'hhs', code: '3' },
  'hhs:3': { level: 'nation', code: 'us' },
};
const policy = createPolicy(({ level, code }) => PARENTS[`${level}:${code}`]);
const region = (level: Region['level'], code: string): AccessObject => ({
  kind: 'region',
  dataset: 'd',
  region: { level, code },
});
const principal = (roles: Principal['roles'], scopes: Partial<Principal['scopes']> = {}): Principal => ({
  id: 'p',
  roles,
  scopes: {
    datasets: 'all',
    categories: 'all',
    regions: 'all',
    facilities: 'all',
    feeds: 'all',
    operations: 'all',
    ...scopes,
  },
});

describe('the policy', () => {
  const county = principal(['analyst'], { regions: [{ level: 'county', code: '42091' }] });

  it.each([
    ['county', '42091', true],
    ['zip', '19401', true],
    ['facility', 'F1', true],
    ['state', 'PA', false],
    ['nation', 'us', false],
    ['county', 'unknown', false],
    ['facility', 'F2', false],
  ] as const)('lets a county analyst read %s:%s: %s', (level, code, allowed) => {
    expect(policy.decide(county, 'series', region(level, code)).allowed).toBe(allowed);
  });

  it('takes a list of facilities as exactly those, wherever they lie', () => {
    const hospital = principal(['partner'], { regions: [], facilities: ['F9'] });
    expect(policy.decide(hospital, 'series', region('facility', 'F9')).allowed).toBe(true);
    expect(policy.decide(hospital, 'series', region('facility', 'F1')).allowed).toBe(false);
    expect(policy.decide(hospital, 'series', region('zip', '19401')).allowed).toBe(false);
  });

  it('lets a sender see only submissions of its feeds and facilities', () => {
    const sender = principal(['sender'], { feeds: ['a'], facilities: ['F1'] });
    const sees = (feed: string, facility: string | null) =>
      policy.decide(sender, 'submissions', { kind: 'submission', feed, facility }).allowed;
    expect([sees('a', 'F1'), sees('a', 'F2'), sees('a', null), sees('b', 'F1')]).toEqual([true, false, false, false]);
  });

  it('never lets a scope widen what the roles allow, and never lets an action outside operations through', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ROLES),
        fc.subarray([...ACTIONS]),
        fc.constantFrom(...ACTIONS),
        (role, operations, action) => {
          const all = policy.decide(principal([role]), action, { kind: 'system' }).allowed;
          const narrowed = policy.decide(principal([role], { operations }), action, { kind: 'system' }).allowed;
          expect(narrowed).toBe(all && operations.includes(action));
        },
      ),
    );
  });

  it('narrows counts, and nothing else, to the categories of a principal', () => {
    const fever = principal(['epidemiologist'], { categories: ['fever'] });
    const of = (category: string): AccessObject => ({
      ...{ kind: 'series', dataset: 'd', category },
      region: { level: 'state', code: 'PA' },
    });
    for (const action of ['series', 'exact', 'provenance'] as const) {
      expect(policy.decide(fever, action, of('fever')).allowed).toBe(true);
      expect(policy.decide(fever, action, of('rash')).allowed).toBe(false);
    }
    expect(policy.decide(fever, 'completeness', region('state', 'PA')).allowed).toBe(true);
    expect(reachKey(policy.reach(fever, 'series'))).not.toBe(
      reachKey(policy.reach(principal(['epidemiologist']), 'series')),
    );
  });

  it('ends when the hierarchy has a loop', () => {
    const loop = createPolicy((at) => at);
    expect(loop.decide(county, 'series', region('zip', '1')).allowed).toBe(false);
  });

  it('gives equal keys to equal reaches, whatever the order, and different keys to different ones', () => {
    const key = (feeds: readonly string[]) => reachKey(policy.reach(principal(['sender'], { feeds }), 'submit'));
    expect(key(['a', 'b'])).toBe(key(['b', 'a']));
    expect(key(['a,b'])).not.toBe(key(['a', 'b']));
    expect(reachKey(policy.reach(principal(['partner']), 'submit'))).toBe('none');
  });
});

describe('the key ring', () => {
  const issued = issueKey();
  const file = (lines: string) => `principals:\n  - id: lab\n    key: ${issued.hash}\n    roles: [sender]\n${lines}`;

  it('knows an issued key and no other', () => {
    const ring = parseKeyFile(file('    feeds: [a]\n    regions: "*"\n'), 'keys.yaml');
    expect(principalOfKey(ring, issued.key)).toEqual({
      id: 'lab',
      roles: ['sender'],
      scopes: { datasets: [], categories: 'all', regions: 'all', facilities: [], feeds: ['a'], operations: 'all' },
    });
    expect(principalOfKey(ring, issueKey().key)).toBeUndefined();
    expect(principalOfKey(ring, issued.hash)).toBeUndefined();
    expect(principalOfKey(ring, '')).toBeUndefined();
  });

  it('takes the former name of a role for the role', () => {
    const text = file('').replace('[sender]', '[viewer]');
    expect(parseKeyFile(text, 'keys.yaml').entries[0]?.principal.roles).toEqual(['partner']);
  });

  it.each(['    feeds: a\n', '    region: []\n', '    regions: [nowhere]\n', '    operations: [everything]\n'])(
    'refuses %j and names the file without the hash',
    (line) => {
      expect(() => parseKeyFile(file(line), 'keys.yaml')).toThrow(/CONFIG_INVALID: keys\.yaml/);
      expect(() => parseKeyFile(file(line), 'keys.yaml')).not.toThrow(issued.hash);
    },
  );
});

describe('the gate', () => {
  const here = {
    key: undefined,
    host: 'localhost:8080',
    origin: undefined,
    remoteAddress: '127.0.0.1',
    forwarded: false,
  };
  const sample = createGate({ keys: NO_KEYS, sampleMode: true });

  it('lets this machine in without a key in sample mode, and only then', () => {
    expect(sample.authenticate(here)).toMatchObject({ roles: ['operator'] });
    expect(createGate({ keys: NO_KEYS, sampleMode: false }).authenticate(here)).toBeUndefined();
  });

  it.each([
    ['a name rebound to this machine', { host: 'evil.example:8080' }],
    ['a name that only begins like ours', { host: 'localhost.evil.example' }],
    ['no Host at all', { host: undefined }],
    ['a page of another site', { origin: 'https://evil.example' }],
    ['a page on another port here', { origin: 'http://localhost:3000' }],
    ['a sandboxed page', { origin: 'null' }],
    ['another machine', { remoteAddress: '10.0.0.7' }],
    ['a proxy', { forwarded: true }],
    ['a wrong key', { key: issueKey().key }],
  ])('refuses %s', (_, change) => {
    expect(sample.authenticate({ ...here, ...change })).toBeUndefined();
  });

  it('accepts a page it served itself', () => {
    expect(sample.authenticate({ ...here, origin: 'http://localhost:8080' })).toBeDefined();
  });

  it('tells loopback from the rest', () => {
    expect(['127.0.0.1', '127.8.9.1', '::1', '::ffff:127.0.0.1'].every(isLoopbackAddress)).toBe(true);
    expect(['0.0.0.0', '::', '128.0.0.1', '1127.0.0.1', 'localhost'].some(isLoopbackAddress)).toBe(false);
    expect(['localhost', 'LOCALHOST:1', '127.0.0.1:80', '[::1]:80'].every(isLoopbackHost)).toBe(true);
    expect(['::1:80', '127.0.0.1.evil.example', 'localhost:1:2', ''].some(isLoopbackHost)).toBe(false);
  });
});
