import type { Day, Level, Region, StatusName } from '#vocabulary';

/** One region over days; arrays have a value a day from the first day of {@link ReportFacts}. */
export interface ReportRegion {
  readonly region: Region;
  readonly name: string;
  /** `null` unless the status is `reported`. */
  readonly total: readonly (number | null)[];
  readonly status: readonly StatusName[];
  readonly reporting: readonly number[];
  readonly participating: readonly number[];
  /** What the same weekday of the weeks before lets expect; null when too little is known. */
  readonly expected: readonly (number | null)[];
  /** Standard deviations above it. */
  readonly z: readonly (number | null)[];
}

export interface ReportCategory {
  readonly id: string;
  readonly title: string;
  /** The region of the report, from `wholeFrom`; undefined when nobody there reports. */
  readonly whole: ReportRegion | undefined;
  /** The regions within it, from `partsFrom`. */
  readonly parts: readonly ReportRegion[];
}

/** All that a report says, as it was known at `asOf`: the same facts make the same bytes. */
export interface ReportFacts {
  readonly kind: ReportKind;
  readonly dataset: {
    readonly id: string;
    readonly title: string;
    readonly unit: string;
    /** A week of counts is their sum, a week of a gauge its mean. */
    readonly kind: 'sum' | 'gauge';
  };
  readonly region: Region;
  readonly name: string;
  /** Level of the parts; undefined: there are none. */
  readonly partLevel: Level | undefined;
  /** The day, or the last day of the week. */
  readonly day: Day;
  readonly wholeFrom: Day;
  readonly partsFrom: Day;
  /** Milliseconds since the epoch. */
  readonly asOf: number;
  readonly categories: readonly ReportCategory[];
  /** Path and query that ask for the same report again; never a key. */
  readonly address: string;
}

export type ReportKind = 'daily' | 'weekly';

/** Days a report looks back: for its lines, and for what is compared with. */
export const DAILY_LINE_DAYS = 60;
export const WEEKLY_LINE_DAYS = 366 + 13;
export const COMPARED_WEEKS = 8;
/** A region of which a smaller share has reported is called incomplete, as on every page and picture. */
export const COMPLETE_FROM = 0.9;
