import { type Region, regionKey } from '#vocabulary';
import { type Action, type Principal, ROLE_ACTIONS, type Scope } from './principal.js';

/**
 * What an action is done to. `series` is one category of a region: what counts and charts are of; `region` is what is
 * not about a category (completeness, names). A submission whose facility is not known (yet) has
 * `facility: null`.
 */
export type AccessObject =
  | { readonly kind: 'dataset'; readonly dataset: string }
  | { readonly kind: 'region'; readonly dataset: string; readonly region: Region }
  | { readonly kind: 'series'; readonly dataset: string; readonly region: Region; readonly category: string }
  | { readonly kind: 'feed'; readonly feed: string }
  | { readonly kind: 'submission'; readonly feed: string; readonly facility: string | null }
  | { readonly kind: 'system' };

export type Decision = { readonly allowed: true } | { readonly allowed: false; readonly why: string };

/**
 * What a principal reaches with an action, as plain data: the predicate that queries compile in. Undefined stands for
 * a principal that may not do the action at all.
 */
export interface Reach {
  readonly datasets: Scope;
  readonly categories: Scope;
  readonly regions: Scope<Region>;
  readonly facilities: Scope;
  readonly feeds: Scope;
}

/**
 * Where a region lies; a facility, in the zip that it has in the dataset. Undefined for the nation and for what the
 * hierarchy does not hold (`event_zip`, `unknown`).
 */
export type ParentOf = (region: Region, dataset: string) => Region | undefined;

/** One policy for every door. Pure: the same question has the same answer until the configuration changes. */
export interface Policy {
  decide(principal: Principal, action: Action, object: AccessObject): Decision;
  reach(principal: Principal, action: Action): Reach | undefined;
}

/** More steps than there are levels would be a loop. */
const MAX_STEPS = 8;

const inScope = (scope: Scope, id: string): boolean => scope === 'all' || scope.includes(id);

const refuse = (why: string): Decision => ({ allowed: false, why });
const ALLOWED: Decision = { allowed: true };

/** Whether the principal has the action at all, by a role and not excluded by the operations of its scopes. */
function mayDo(principal: Principal, action: Action): boolean {
  const { operations } = principal.scopes;
  if (operations !== 'all' && !operations.includes(action)) return false;
  return principal.roles.some((role) => ROLE_ACTIONS[role].includes(action));
}

export function createPolicy(parentOf: ParentOf): Policy {
  function within(region: Region, dataset: string, jurisdictions: ReadonlySet<string>): boolean {
    let at: Region | undefined = region;
    for (let step = 0; at && step < MAX_STEPS; step++) {
      if (jurisdictions.has(regionKey(at))) return true;
      at = parentOf(at, dataset);
    }
    return false;
  }

  function coversRegion({ regions, facilities }: Reach, region: Region, dataset: string): boolean {
    if (region.level === 'facility' && facilities !== 'all') return facilities.includes(region.code);
    return regions === 'all' || within(region, dataset, new Set(regions.map(regionKey)));
  }

  function reach(principal: Principal, action: Action): Reach | undefined {
    if (!mayDo(principal, action)) return undefined;
    const { datasets, categories, regions, facilities, feeds } = principal.scopes;
    return { datasets, categories, regions, facilities, feeds };
  }

  return {
    reach,
    decide(principal, action, object) {
      const reached = reach(principal, action);
      if (!reached) return refuse(`${principal.id} has no permission for "${action}"`);
      switch (object.kind) {
        case 'dataset':
          return inScope(reached.datasets, object.dataset)
            ? ALLOWED
            : refuse(`dataset ${object.dataset} is out of scope`);
        case 'region':
        case 'series':
          if (!inScope(reached.datasets, object.dataset)) return refuse(`dataset ${object.dataset} is out of scope`);
          if (object.kind === 'series' && !inScope(reached.categories, object.category))
            return refuse(`category ${object.category} is out of scope`);
          return coversRegion(reached, object.region, object.dataset)
            ? ALLOWED
            : refuse(`region ${regionKey(object.region)} is out of scope`);
        case 'feed':
          return inScope(reached.feeds, object.feed) ? ALLOWED : refuse(`feed ${object.feed} is out of scope`);
        case 'submission':
          if (!inScope(reached.feeds, object.feed)) return refuse(`feed ${object.feed} is out of scope`);
          if (reached.facilities === 'all') return ALLOWED;
          return object.facility !== null && reached.facilities.includes(object.facility)
            ? ALLOWED
            : refuse('the submission belongs to another facility');
        case 'system':
          return ALLOWED;
      }
    },
  };
}

const scopeText = (scope: Scope): string => (scope === 'all' ? '*' : JSON.stringify([...scope].sort()));

/** A stable text of what is reached: equal texts see equal content, so it may be part of a cache key. */
export function reachKey(reach: Reach | undefined): string {
  if (!reach) return 'none';
  const regions = reach.regions === 'all' ? reach.regions : reach.regions.map(regionKey);
  return [reach.datasets, reach.categories, regions, reach.facilities, reach.feeds].map(scopeText).join('|');
}
