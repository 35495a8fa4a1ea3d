import type { Day, Level, Region, StatusName } from '#vocabulary';
import type { Page } from '../page.js';

/** Questions about how values came to be what they are. */
export interface RevisionQuestions {
  /** Every version of the values that was issued in the times asked. REQUEST_INVALID when there are too many. */
  revisions(question: RevisionQuestion): Promise<RevisionAnswer>;
  /** What has changed since an instant, and from what to what. */
  changes(question: ChangesQuestion): Promise<Page<Change>>;
}

/** Instants in milliseconds since the epoch, both included. */
export interface Times {
  readonly from: number;
  readonly to: number;
}

export interface RevisionQuestion {
  readonly dataset: string;
  /** At least one each. */
  readonly categories: readonly string[];
  readonly regions: readonly Region[];
  readonly from: Day;
  readonly to: Day;
  readonly flag?: string | undefined;
  /** When the versions were issued; at least one. A version is issued by the arrival of the file that makes it. */
  readonly issues: readonly Times[];
  /** Only the last version of each value within these times; undefined: all. */
  readonly only?: 'newest' | undefined;
}

/** A value of one region, category and day. `null` unless the status is `reported`. */
export interface Value {
  readonly total: number | null;
  /** Null also where the dataset has no unflagged part, or one flag was asked. */
  readonly unflagged: number | null;
  readonly status: StatusName;
}

/** A value from an instant on. */
export interface Revision extends Value {
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  /** Milliseconds since the epoch. The value differs from the one before. */
  readonly issuedAt: number;
}

export interface RevisionAnswer {
  readonly dataset: string;
  /** In the order of regions and categories as asked, then of days, then of issues. */
  readonly revisions: readonly Revision[];
}

export interface ChangesQuestion {
  readonly dataset: string;
  readonly level: Level;
  /** Only regions within this one; undefined: the nation. */
  readonly within?: Region | undefined;
  /** Undefined: all. */
  readonly categories?: readonly string[] | undefined;
  /** Milliseconds since the epoch: what was counted after it. */
  readonly since: number;
  /** Only days from and to, both included; undefined: all. */
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** At most 1,000. */
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One value that is not what it was. */
export interface Change {
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  /** What was answered at the instant, and what is answered now. */
  readonly before: Value;
  readonly after: Value;
  /** Revision of the newest commit to the region and day. */
  readonly rev: number;
  /** How often the value has changed since. */
  readonly changes: number;
  /** When it last did, milliseconds since the epoch. */
  readonly changedAt: number;
}
