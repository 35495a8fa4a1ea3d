import type { Region } from '#vocabulary';

/**
 * What can be done, independent of the door it is done through.
 * `catalogue`: names of datasets, categories, regions, facilities. `series`: counts and charts. `exact`: counts as they
 * are, where others see small ones suppressed. `completeness`: who reported when. `provenance`: the statements and files
 * behind a count. `submit`: send files. `submissions`: list and read receipts, states and row errors. `triage`: say what becomes of alarms. `operate`: health
 * in detail and metrics, corrections, dead letters.
 */
export const ACTIONS = [
  'catalogue',
  'series',
  'exact',
  'completeness',
  'provenance',
  'submit',
  'submissions',
  'triage',
  'operate',
] as const;
export type Action = (typeof ACTIONS)[number];

export const ROLES = ['operator', 'epidemiologist', 'analyst', 'partner', 'facility', 'sender'] as const;
export type Role = (typeof ROLES)[number];

/**
 * What each role may do; the scopes of a principal narrow it further, never widen it. `facility`: people at a facility,
 * who see what became of their own files and their own counts. `sender`: a program that sends, and sees its receipts.
 */
// One role a line reads as a table.
// prettier-ignore
export const ROLE_ACTIONS: Readonly<Record<Role, readonly Action[]>> = {
  operator: ACTIONS,
  epidemiologist: ['catalogue', 'series', 'exact', 'completeness', 'provenance', 'submissions', 'triage'],
  analyst: ['catalogue', 'series', 'completeness', 'provenance', 'submissions'],
  partner: ['catalogue', 'series', 'completeness'],
  facility: ['catalogue', 'series', 'exact', 'completeness', 'provenance', 'submit', 'submissions'],
  sender: ['catalogue', 'submit', 'submissions'],
};

/** Names that key files written before may use. */
export const FORMER_ROLES: Readonly<Record<string, Role>> = { viewer: 'partner' };

/** Everything, or exactly these; an empty list is nothing. */
export type Scope<T = string> = 'all' | readonly T[];

/**
 * `regions` are jurisdictions: what lies within one of them is covered too. `facilities: 'all'` means every facility
 * within the regions; a list means exactly those facilities, wherever they lie.
 */
export interface Scopes {
  readonly datasets: Scope;
  /** Narrows the datasets: of all of them, these categories only. */
  readonly categories: Scope;
  readonly regions: Scope<Region>;
  readonly facilities: Scope;
  readonly feeds: Scope;
  readonly operations: Scope<Action>;
}

/**
 * Who asks. Comes from an API key, a token or session of an identity provider, or a client certificate (in sample mode,
 * from the loopback address); never from what a request says about itself.
 */
export interface Principal {
  readonly id: string;
  readonly roles: readonly Role[];
  readonly scopes: Scopes;
  /** How far, and for how many minutes at most, it may widen its reach in an emergency. */
  readonly breakGlass?: { readonly minutes: number; readonly widened: Principal } | undefined;
  /** It has: for this reason, until this instant (milliseconds since the epoch). */
  readonly broken?: { readonly reason: string; readonly until: number } | undefined;
  /** Of GraphQL, only operations that were agreed on; see docs/for-partners.md. */
  readonly persistedOnly?: boolean;
}

/** Who asks in sample mode: the person at this machine. */
export const SAMPLE_PRINCIPAL: Principal = {
  id: 'sample',
  roles: ['operator'],
  scopes: { datasets: 'all', categories: 'all', regions: 'all', facilities: 'all', feeds: 'all', operations: 'all' },
};
