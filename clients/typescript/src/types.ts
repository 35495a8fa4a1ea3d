/** `2026-03-01`. */
export type Day = string;
/** `2026-03-01T12:00:00Z`. */
export type Instant = string;
/** `county:42091`: nation, hhs, state, county, zip, facility. */
export type Region = string;

/** `null` in place of a count has one of the last three. */
export type Status = 'reported' | 'missing' | 'suppressed' | 'deleted';

export interface Dataset {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly kind: string;
  readonly absence: 'zero' | 'missing';
  readonly categories: readonly { readonly id: string; readonly title: string }[];
  readonly flags: readonly { readonly id: string; readonly title: string }[];
  readonly unflagged: string | null;
  readonly cadence: string;
  readonly time_zone: string;
  readonly first_day: Day | null;
  readonly last_day: Day | null;
}

/** Without a period: the year until the last day with data. */
export interface PeriodQuestion {
  readonly from?: Day;
  readonly to?: Day;
  /** MMWR weeks in place of days: `202601-202613`. */
  readonly epiweeks?: string;
  /** What had arrived by then. */
  readonly as_of?: Instant | Day;
}

export interface SeriesQuestion extends PeriodQuestion {
  readonly dataset: string;
  readonly categories: readonly string[];
  readonly regions: readonly Region[];
  /** One flag only; the answer is then about that part. */
  readonly flag?: string;
}

export interface Series {
  readonly region: Region;
  readonly category: string;
  /** One element a day, from `from` on. */
  readonly total: readonly (number | null)[];
  /** The part that the data set names; null where it names none. */
  readonly unflagged: readonly (number | null)[] | null;
  /** Null when every day was reported. */
  readonly status: readonly Status[] | null;
}

export interface SeriesAnswer {
  readonly dataset: string;
  readonly from: Day;
  readonly to: Day;
  /** Highest revision in it. */
  readonly rev: number;
  readonly series: readonly Series[];
}

export interface CompletenessQuestion extends PeriodQuestion {
  readonly dataset: string;
  readonly regions: readonly Region[];
}

export interface Completeness {
  readonly dataset: string;
  readonly regions: readonly {
    readonly region: Region;
    readonly days: readonly {
      readonly day: Day;
      readonly reporting: number;
      readonly participating: number;
      /** Reporting ÷ participating; null on a day without participants. */
      readonly completeness: number | null;
    }[];
  }[];
}

export interface RegionInfo {
  readonly region: Region;
  readonly name: string;
  readonly parent: Region | null;
  readonly facilities: number;
}

export interface Facility {
  readonly dataset: string;
  readonly facility: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly first_active: Day;
  readonly last_active: Day;
  readonly closed_on: Day | null;
}

/** Of a file that is safe on disk. */
export interface Receipt {
  /** Id of the submission. */
  readonly submission: string;
  readonly sha256: string;
  /** The same file came before; it counts once. */
  readonly duplicate: boolean;
}

export interface Submission {
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  readonly facility: string | null;
  readonly sha256: string;
  readonly bytes: number;
  readonly received_at: Instant;
  readonly state: string;
  readonly state_at: Instant;
  readonly code: string | null;
  readonly detail: string | null;
  readonly rows_read: number;
  readonly rows_accepted: number;
  readonly rows_refused: number;
  readonly rev: number;
  readonly step: string | null;
  readonly tries: number;
  readonly note: string | null;
}

export interface SubmissionWithErrors extends Submission {
  readonly errors: readonly {
    readonly member: string;
    readonly record: number;
    readonly line: number;
    readonly field: string;
    readonly code: string;
    readonly detail: string;
  }[];
}

/** What stands out, and what has become of it; docs/api.md has the other fields. */
export interface Alarm {
  readonly id: string;
  readonly rule: string;
  readonly dataset: string;
  readonly region: Region;
  readonly category: string;
  readonly first: Day;
  readonly last: Day;
  readonly state: string;
  readonly standing: boolean;
  readonly opened_at: Instant;
  readonly changed_at: Instant;
}

export interface RegionChange {
  readonly region: Region;
  readonly days: readonly Day[];
  readonly rev: number;
}
