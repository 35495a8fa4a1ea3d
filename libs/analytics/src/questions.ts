import type { BoardQuestions } from './boards/questions.js';
import type { Page } from './page.js';
import type { RevisionQuestions } from './revisions/questions.js';
import type { Day, DeadLetterState, IngestStep, Level, Region, StatusName, SubmissionState } from '#vocabulary';

/**
 * The questions Bellwether answers: one port between the doors (REST, GraphQL, SOAP, charts, the command line) and
 * what lies behind. Doors translate and authorise; they never reach past this. Errors are BellwetherErrors with the
 * caller codes (UNKNOWN_DATASET, REQUEST_INVALID, …).
 */
export interface SeriesQuestion {
  readonly dataset: string;
  /** At least one. */
  readonly categories: readonly string[];
  /** At least one; a facility is a region of level `facility`. */
  readonly regions: readonly Region[];
  /** First and last day, both included. */
  readonly from: Day;
  readonly to: Day;
  /** Undefined: total and unflagged from the cache. Otherwise the counts of this one flag (as `total`), from the warehouse. */
  readonly flag?: string | undefined;
  /** Milliseconds since the epoch: what was known then, from what had arrived by then. Undefined: now. */
  readonly asOf?: number | undefined;
  /**
   * Whole days: every day as it was known when so many days after it had passed, in UTC; so that lag N of a day is what
   * was known at the end of day + N. Days of which that lies ahead are `missing`. Not together with `asOf`.
   */
  readonly lag?: number | undefined;
  /** One of many that pass by once, as of an export: what is not at hand is not packed and kept for the next. Default: it is. */
  readonly isPassing?: boolean | undefined;
}

/**
 * One region × category over the days asked. `null` wherever the status is not `reported`.
 * Arrays have a value a day from `from`.
 */
export interface Series {
  readonly region: Region;
  readonly category: string;
  readonly from: Day;
  readonly total: readonly (number | null)[];
  /** Undefined when the dataset has no unflagged part, or one flag was asked. */
  readonly unflagged: readonly (number | null)[] | undefined;
  /**
   * One status a day. `suppressed`: nobody of the region gives a number and someone withholds it. `deleted`: everyone who
   * had reported the day has withdrawn the report. `missing`: otherwise without a number.
   */
  readonly status: readonly StatusName[];
  /** Revision of the newest commit to the region in the years asked; it may have changed another category or day. */
  readonly rev: number;
}

export interface SeriesAnswer {
  readonly dataset: string;
  readonly series: readonly Series[];
  /** Highest revision in it; with the question, a strong validator. 0 for `asOf` questions. */
  readonly rev: number;
  /** Names the exact content; equal content has equal digests. Used for ETag. */
  readonly digest: string;
  /** False once a commit or a configuration may have changed the answer. Absent: it is not known. */
  readonly holds?: () => boolean;
}

export interface CompletenessQuestion {
  readonly dataset: string;
  readonly regions: readonly Region[];
  readonly from: Day;
  readonly to: Day;
  readonly asOf?: number | undefined;
}

/** Facilities that reported ÷ facilities participating, in numbers. A day without participants has none to report. */
export interface CompletenessDay {
  readonly day: Day;
  readonly reporting: number;
  readonly participating: number;
}

export interface CompletenessAnswer {
  readonly dataset: string;
  readonly regions: readonly { readonly region: Region; readonly days: readonly CompletenessDay[] }[];
}

/** How one reporting day filled up: cumulative facilities after each hour from the day's midnight in the dataset's zone. */
export interface CurveAnswer {
  readonly dataset: string;
  readonly region: Region;
  readonly day: Day;
  readonly participating: number;
  /** Sorted by time; one entry per facility arrival. `at`: ms since the epoch. */
  readonly arrivals: readonly { readonly at: number; readonly reporting: number }[];
  /** One value an hour, 0 to 96: facilities that had reported by then. Hours in the future are absent. */
  readonly byHour: readonly number[];
}

export interface RegionInfo {
  readonly region: Region;
  readonly name: string;
  /** The region one level above. */
  readonly parent: Region | null;
  readonly facilities: number;
}

export interface FacilityInfo {
  readonly dataset: string;
  readonly facility: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  /** First day with an accepted report. */
  readonly firstActive: Day;
  readonly lastActive: Day;
  /** First day it no longer takes part; null while open. */
  readonly closedOn: Day | null;
}

export interface DatasetInfo {
  readonly id: string;
  readonly title: string;
  readonly unit: string;
  readonly kind: 'sum' | 'gauge';
  readonly absence: 'zero' | 'missing';
  readonly categories: readonly { readonly id: string; readonly title: string }[];
  readonly flags: readonly { readonly id: string; readonly title: string }[];
  readonly unflagged: string | null;
  readonly cadence: 'day' | 'week';
  readonly timeZone: string;
  /** First and last day with data; null when there is none yet. */
  readonly firstDay: Day | null;
  readonly lastDay: Day | null;
}

export interface FeedInfo {
  readonly id: string;
  readonly title: string;
  readonly dataset: string;
  readonly enabled: boolean;
  readonly formats: readonly string[];
  readonly archives: readonly string[];
  readonly submissions: number;
  readonly lastReceivedAt: number | null;
}

export interface SubmissionInfo {
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  readonly facility: string | null;
  readonly sha256: string;
  readonly bytes: number;
  readonly receivedAt: number;
  readonly state: SubmissionState;
  /** When this state was reached. */
  readonly stateAt: number;
  /** Error code when the file was refused; null otherwise. */
  readonly code: string | null;
  readonly detail: string | null;
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRefused: number;
  /** Commit that counted it; 0 before. */
  readonly rev: number;
  /** Where it was stopped; null when it was not. */
  readonly step: IngestStep | null;
  /** How often that was tried; 0 when it was not stopped. */
  readonly tries: number;
  /** Who discarded it, and why; null otherwise. */
  readonly note: string | null;
}

export interface RowError {
  readonly member: string;
  readonly record: number;
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly detail: string;
}

export interface SubmissionQuestion {
  readonly feed?: string | undefined;
  readonly facility?: string | undefined;
  readonly state?: SubmissionState | undefined;
  /** At most 1,000. */
  readonly limit: number;
  /** From the previous page; undefined for the first. */
  readonly cursor?: string | undefined;
}

/** A submission that does not count, until somebody does something about it. */
export interface DeadLetter extends SubmissionInfo {
  readonly state: DeadLetterState;
}

export interface DeadLetterQuestion {
  readonly feed?: string | undefined;
  readonly facility?: string | undefined;
  /** Undefined: in any of the three. */
  readonly state?: DeadLetterState | undefined;
  /** With this error. */
  readonly code?: string | undefined;
  readonly step?: IngestStep | undefined;
  /** Stopped then or later, milliseconds since the epoch. */
  readonly since?: number | undefined;
  /** At most 1,000. */
  readonly limit: number;
  /** From the previous page; undefined for the first. */
  readonly cursor?: string | undefined;
}

export interface ProvenanceQuestion {
  readonly dataset: string;
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  readonly flag?: string | undefined;
  readonly asOf?: number | undefined;
}

/** The statements that add up to a point; `value` null unless reported. */
export interface ProvenanceAnswer {
  readonly total: number | null;
  readonly contributions: readonly {
    readonly facility: string;
    readonly flag: string;
    readonly status: StatusName;
    readonly value: number | null;
    readonly submission: string;
    readonly feed: string;
    readonly name: string;
    readonly arrivedAt: number;
    /** Records of the file that make up the value. */
    readonly records: number;
  }[];
}

/** What a picture says of days besides their counts. */
export interface ChartMarks {
  readonly alarms: readonly {
    readonly region: Region;
    readonly category: string;
    /** Days in alarm, both included. */
    readonly first: Day;
    readonly last: Day;
  }[];
  /** Between what days will lie once everybody has reported. */
  readonly nowcasts: readonly {
    readonly region: Region;
    readonly category: string;
    readonly day: Day;
    readonly expected: number;
    readonly low: number;
    readonly high: number;
  }[];
}

export interface ChartQuestion extends SeriesQuestion {
  readonly width: number;
  readonly height: number;
  readonly format: 'png' | 'svg' | 'webp';
  /** Width in pixels of a small copy; not of an SVG. */
  readonly thumbnail?: number | undefined;
  /** Which lines to draw. */
  readonly show: 'total' | 'unflagged' | 'both';
  readonly theme: 'light' | 'dark';
  readonly marks?: ChartMarks | undefined;
}

export interface ChartAnswer {
  readonly contentType: 'image/png' | 'image/svg+xml' | 'image/webp';
  readonly bytes: Uint8Array;
  readonly digest: string;
  /** False once a commit or a configuration may have changed the picture. Absent: it is not known. */
  readonly holds?: () => boolean;
}

/** What changed in a commit, for subscriptions. */
export interface RegionChange {
  readonly dataset: string;
  readonly region: Region;
  readonly days: readonly Day[];
  readonly rev: number;
}

/** See the individual shapes. */
export interface Questions extends BoardQuestions, RevisionQuestions {
  datasets(): Promise<readonly DatasetInfo[]>;
  feeds(): Promise<readonly FeedInfo[]>;
  regions(question: {
    dataset: string;
    level: Level;
    parent?: Region | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<Page<RegionInfo>>;
  facilities(question: {
    dataset: string;
    region?: Region | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<Page<FacilityInfo>>;
  series(question: SeriesQuestion): Promise<SeriesAnswer>;
  completeness(question: CompletenessQuestion): Promise<CompletenessAnswer>;
  curve(question: { dataset: string; region: Region; day: Day; asOf?: number | undefined }): Promise<CurveAnswer>;
  provenance(question: ProvenanceQuestion): Promise<ProvenanceAnswer>;
  chart(question: ChartQuestion): Promise<ChartAnswer>;
  submissions(question: SubmissionQuestion): Promise<Page<SubmissionInfo>>;
  deadLetters(question: DeadLetterQuestion): Promise<Page<DeadLetter>>;
  submission(id: string): Promise<{ readonly info: SubmissionInfo; readonly errors: readonly RowError[] }>;
  /** Calls back for every commit that changes the region (all regions when undefined); returns the way to stop. */
  watch(filter: { dataset: string; region?: Region | undefined }, changed: (change: RegionChange) => void): () => void;
}
