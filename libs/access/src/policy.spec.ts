import { describe, expect, it } from '@jest/globals';
import { type Region, regionKey } from '#vocabulary';
import * as fc from 'fast-check';
import {
  type AccessObject,
  type Action,
  ACTIONS,
  createPolicy,
  type Principal,
  reachKey,
  type Role,
  ROLES,
  type Scopes,
} from './index.js';

/** A tree of regions; F2 is a facility of another dataset in it. */
const PARENT: Readonly<Record<string, string>> = {
  'zip:1': 'county:1',
  'zip:2': 'county:2',
  'county:1': 'state:PA',
  'county:2': 'state:PA',
  'state:PA': 'hhs:3',
  'hhs:3': 'nation:us',
};
const ZIPS: Readonly<Record<string, string>> = {
  'd facility:F1': 'zip:1',
  'e facility:F2': 'zip:2',
  'd facility:F3': 'zip:2',
};
const regionOf = (text: string): Region => {
  const [level = '', code = ''] = text.split(':');
  return { level: level as Region['level'], code };
};
const above = (text: string, dataset: string): string | undefined => PARENT[text] ?? ZIPS[`${dataset} ${text}`];
const policy = createPolicy((region, dataset) => {
  const parent = above(regionKey(region), dataset);
  return parent === undefined ? undefined : regionOf(parent);
});

/** As docs/access.md has it, a letter an action. */
const TABLE: Readonly<Record<Role, string>> = {
  operator: 'catalogue series exact completeness provenance submit submissions operate triage',
  epidemiologist: 'catalogue series exact completeness provenance submissions triage',
  analyst: 'catalogue series completeness provenance submissions',
  partner: 'catalogue series completeness',
  facility: 'catalogue series exact completeness provenance submit submissions',
  sender: 'catalogue submit submissions',
};
const REGIONS = [...Object.keys(PARENT), 'nation:us', 'facility:F1', 'facility:F2', 'facility:F3', 'county:unknown'];
const DATASETS = ['d', 'e'];
const CATEGORIES = ['x', 'y'];
const FEEDS = ['a', 'b'];
const FACILITIES = ['F1', 'F2', 'F3'];

const listed = (scope: 'all' | readonly string[], one: string): boolean => scope === 'all' || scope.includes(one);

/** The rules once more, as a person would read them off the page: slow, and without a line of the policy. */
function mayObviously({ roles, scopes }: Principal, action: Action, object: AccessObject): boolean {
  const isInRole = roles.some((role) => TABLE[role].split(' ').includes(action));
  if (!isInRole || !listed(scopes.operations, action)) return false;
  if (object.kind === 'system') return true;
  if (object.kind === 'feed') return listed(scopes.feeds, object.feed);
  if (object.kind === 'submission') {
    const isOwn =
      scopes.facilities === 'all' || (object.facility !== null && scopes.facilities.includes(object.facility));
    return listed(scopes.feeds, object.feed) && isOwn;
  }
  if (!listed(scopes.datasets, object.dataset)) return false;
  if (object.kind === 'dataset') return true;
  if (object.kind === 'series' && !listed(scopes.categories, object.category)) return false;
  if (object.region.level === 'facility' && scopes.facilities !== 'all')
    return scopes.facilities.includes(object.region.code);
  if (scopes.regions === 'all') return true;
  const chain: string[] = [];
  for (let at: string | undefined = regionKey(object.region); at !== undefined; at = above(at, object.dataset))
    chain.push(at);
  return scopes.regions.some((one) => chain.includes(regionKey(one)));
}

const scopeOf = (from: readonly string[]): fc.Arbitrary<'all' | string[]> =>
  fc.oneof(fc.constant('all' as const), fc.subarray([...from]));
const scopes: fc.Arbitrary<Scopes> = fc.record({
  datasets: scopeOf(DATASETS),
  categories: scopeOf(CATEGORIES),
  regions: fc.oneof(
    fc.constant('all' as const),
    fc.subarray(REGIONS).map((list) => list.map(regionOf)),
  ),
  facilities: scopeOf(FACILITIES),
  feeds: scopeOf(FEEDS),
  operations: fc.oneof(fc.constant('all' as const), fc.subarray([...ACTIONS])),
});
const principal: fc.Arbitrary<Principal> = fc.record({ id: fc.constant('p'), roles: fc.subarray([...ROLES]), scopes });
const dataset = fc.constantFrom(...DATASETS);
const region = fc.constantFrom(...REGIONS).map(regionOf);
const object: fc.Arbitrary<AccessObject> = fc.oneof(
  fc.record({ kind: fc.constant('dataset' as const), dataset }),
  fc.record({ kind: fc.constant('region' as const), dataset, region }),
  fc.record({ kind: fc.constant('series' as const), dataset, region, category: fc.constantFrom(...CATEGORIES) }),
  fc.record({ kind: fc.constant('feed' as const), feed: fc.constantFrom(...FEEDS) }),
  fc.record({
    kind: fc.constant('submission' as const),
    feed: fc.constantFrom(...FEEDS),
    facility: fc.constantFrom(...FACILITIES, null),
  }),
  fc.constant({ kind: 'system' as const }),
);

describe('the policy', () => {
  it('decides as the rules read, of anybody, anything and any action', () => {
    fc.assert(
      fc.property(principal, fc.constantFrom(...ACTIONS), object, (who, action, what) => {
        expect(policy.decide(who, action, what).allowed).toBe(mayObviously(who, action, what));
      }),
      { numRuns: 20_000 },
    );
  });

  it('has a table of roles that reads as the page does', () => {
    const all: Scopes = { datasets: 'all', categories: 'all', regions: 'all', facilities: 'all', feeds: 'all', operations: 'all' }; // prettier-ignore
    for (const role of ROLES) {
      const found = ACTIONS.filter((action) => policy.decide({ id: 'p', roles: [role], scopes: all }, action, { kind: 'system' }).allowed); // prettier-ignore
      expect([role, [...found].sort()]).toEqual([role, TABLE[role].split(' ').sort()]);
    }
  });

  it('says why, in words that name the first thing out of scope and nothing else', () => {
    const none: Scopes = { datasets: [], categories: [], regions: [], facilities: [], feeds: [], operations: 'all' };
    const who = (change: Partial<Scopes>): Principal => ({
      id: 'p',
      roles: ['operator'],
      scopes: { ...none, ...change },
    });
    const why = (change: Partial<Scopes>, what: AccessObject): string => {
      const decision = policy.decide(who(change), 'series', what);
      return decision.allowed ? 'allowed' : decision.why;
    };
    const series = { kind: 'series', dataset: 'd', region: regionOf('zip:1'), category: 'x' } as const;
    expect(why({}, { kind: 'dataset', dataset: 'd' })).toBe('dataset d is out of scope');
    expect(why({}, series)).toBe('dataset d is out of scope');
    expect(why({ datasets: 'all' }, series)).toBe('category x is out of scope');
    expect(why({ datasets: 'all', categories: ['x'] }, series)).toBe('region zip:1 is out of scope');
    expect(why({}, { kind: 'feed', feed: 'a' })).toBe('feed a is out of scope');
    expect(why({}, { kind: 'submission', feed: 'a', facility: 'F1' })).toBe('feed a is out of scope');
    expect(why({ feeds: 'all' }, { kind: 'submission', feed: 'a', facility: 'F1' })).toBe('the submission belongs to another facility'); // prettier-ignore
    expect(why({ operations: [] }, series)).toBe('p has no permission for "series"');
  });

  it('gives equal keys to equal reaches only, whatever the order of their lists', () => {
    fc.assert(
      fc.property(principal, principal, fc.constantFrom(...ACTIONS), (one, two, action) => {
        const [a, b] = [policy.reach(one, action), policy.reach(two, action)];
        const plain = (reach: typeof a): string =>
          reach === undefined
            ? 'none'
            : JSON.stringify([reach.datasets, reach.categories, reach.regions === 'all' ? 'all' : reach.regions.map(regionKey), reach.facilities, reach.feeds].map((scope) => (scope === 'all' ? scope : [...scope].sort()))); // prettier-ignore
        expect(reachKey(a) === reachKey(b)).toBe(plain(a) === plain(b));
      }),
      { numRuns: 5_000 },
    );
    const text = policy.reach({ id: 'p', roles: ['partner'], scopes: { datasets: ['b', 'a'], categories: 'all', regions: [], facilities: [], feeds: [], operations: 'all' } }, 'series'); // prettier-ignore
    expect(reachKey(text)).toBe('["a","b"]|*|[]|[]|[]');
  });
});
