import type { Region } from '#vocabulary';

/**
 * What can be done, independent of the door it is done through.
 * `catalogue`: names of datasets, categories, regions, facilities. `series`: counts and charts. `completeness`: who
 * reported when. `provenance`: the statements and files behind a count. `submit`: send files. `submissions`: list and
 * read receipts, states and row errors. `operate`: health in detail and metrics.
 */
export const ACTIONS = [
  'catalogue',
  'series',
  'completeness',
  'provenance',
  'submit',
  'submissions',
  'operate',
] as const;
export type Action = (typeof ACTIONS)[number];

export const ROLES = ['operator', 'analyst', 'viewer', 'sender'] as const;
export type Role = (typeof ROLES)[number];

/** What each role may do; the scopes of a principal narrow it further, never widen it. */
export const ROLE_ACTIONS: Readonly<Record<Role, readonly Action[]>> = {
  operator: ACTIONS,
  analyst: ['catalogue', 'series', 'completeness', 'provenance', 'submissions'],
  viewer: ['catalogue', 'series', 'completeness'],
  sender: ['catalogue', 'submit', 'submissions'],
};

/** Everything, or exactly these; an empty list is nothing. */
export type Scope<T = string> = 'all' | readonly T[];

/**
 * `regions` are jurisdictions: what lies within one of them is covered too. `facilities: 'all'` means every facility
 * within the regions; a list means exactly those facilities, wherever they lie.
 */
export interface Scopes {
  readonly datasets: Scope;
  readonly regions: Scope<Region>;
  readonly facilities: Scope;
  readonly feeds: Scope;
  readonly operations: Scope<Action>;
}

/** Who asks. Comes from an API key (or, in sample mode, from the loopback address), never from the request itself. */
export interface Principal {
  readonly id: string;
  readonly roles: readonly Role[];
  readonly scopes: Scopes;
}

/** Who asks in sample mode: the person at this machine. */
export const SAMPLE_PRINCIPAL: Principal = {
  id: 'sample',
  roles: ['operator'],
  scopes: { datasets: 'all', regions: 'all', facilities: 'all', feeds: 'all', operations: 'all' },
};
