import type { Day, Level, Region, StatusName } from '#vocabulary';
import type { RuleLag } from '#warehouse';

/** Questions about many regions or facilities at once: what a map, a league table or a control room shows. */
export interface BoardQuestions {
  map(question: MapQuestion): Promise<MapAnswer>;
  usual(question: UsualQuestion): Promise<UsualAnswer>;
  timeliness(question: TimelinessQuestion): Promise<TimelinessAnswer>;
  late(question: LateQuestion): Promise<LateAnswer>;
  silent(question: SilentQuestion): Promise<SilentAnswer>;
  flow(question: FlowQuestion): Promise<FlowAnswer>;
}

/** Every region of a level inside another one, over some days. */
export interface MapQuestion {
  readonly dataset: string;
  readonly category: string;
  readonly level: Level;
  /** The region whose parts are asked for; the nation when undefined. */
  readonly within?: Region | undefined;
  readonly from: Day;
  readonly to: Day;
  readonly flag?: string | undefined;
  readonly asOf?: number | undefined;
}

/** Arrays have a value a day from the first day asked. */
export interface MappedRegion {
  readonly region: Region;
  readonly name: string;
  /** Degrees; of zips only, and null where the geography has none. */
  readonly place: { readonly lat: number; readonly lon: number } | null;
  readonly total: readonly (number | null)[];
  readonly status: readonly StatusName[];
  readonly reporting: readonly number[];
  readonly participating: readonly number[];
  /** What the same weekday of the eight weeks before lets expect of those who reported; null when too little is known. */
  readonly expected: readonly (number | null)[];
  /** Standard deviations above what was expected; null where `expected` is. */
  readonly z: readonly (number | null)[];
}

export interface MapAnswer {
  readonly dataset: string;
  readonly category: string;
  readonly level: Level;
  readonly within: Region;
  readonly from: Day;
  readonly to: Day;
  /** Highest revision in it; 0 when asked `asOf`. */
  readonly rev: number;
  readonly regions: readonly MappedRegion[];
}

export interface UsualQuestion {
  readonly dataset: string;
  readonly region: Region;
  readonly day: Day;
}

/** How such a day usually fills up: shares of the facilities taking part, an entry an hour from midnight, 0 to 96. */
export interface UsualAnswer {
  readonly dataset: string;
  readonly region: Region;
  readonly day: Day;
  /** `weekday`: the same weekday of the weeks before; `any`: every day of four weeks, as too few of those are known. */
  readonly basis: 'weekday' | 'any';
  /** Days it was learnt from; days that came late in bulk say nothing about the usual course and are left out. */
  readonly days: readonly Day[];
  /** Lower decile, median and upper decile of these days; empty when there are no such days. */
  readonly low: readonly number[];
  readonly middle: readonly number[];
  readonly high: readonly number[];
}

export interface TimelinessQuestion {
  readonly dataset: string;
  readonly region: Region;
  readonly from: Day;
  readonly to: Day;
}

export interface TimelinessAnswer {
  readonly dataset: string;
  readonly region: Region;
  readonly days: readonly {
    readonly day: Day;
    readonly participating: number;
    readonly reporting: number;
    /** Hours after midnight until half, 80 % and 90 % of those taking part had reported; null: not yet, or never. */
    readonly half: number | null;
    readonly most: number | null;
    readonly nearlyAll: number | null;
  }[];
}

export interface LateQuestion {
  readonly dataset: string;
  readonly region: Region;
  readonly day: Day;
  /** Hours after midnight of the day by which `reportsBy` is told; undefined: 24 hours from now. */
  readonly byHour?: number | undefined;
  readonly limit: number;
}

/** Facilities that take part and have not reported a day, those that are usually earliest first. */
export interface LateAnswer {
  readonly dataset: string;
  readonly region: Region;
  readonly day: Day;
  readonly participating: number;
  /** All that are late; `items` may hold fewer. */
  readonly late: number;
  readonly items: readonly LateFacility[];
}

export interface LateFacility {
  readonly facility: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly lastActive: Day;
  /** Median of the hours after midnight at which its last reports came (of four weeks); null when none came in time. */
  readonly usualHour: number | null;
  /** Probability, 0 to 1, that it reports by the hour asked for, when it has not by now; 0 for an hour that is past. */
  readonly reportsBy: number;
  /** Hours after midnight at which its report is expected, if it comes within three days at all; null: out of the question. */
  readonly expectedHour: number | null;
}

export interface SilentQuestion {
  readonly dataset: string;
  readonly region: Region;
  /** Days without a report, 1 or more. */
  readonly silentDays: number;
  /** Looked at from this day; undefined: today. */
  readonly on?: Day | undefined;
  readonly limit: number;
}

/** Facilities that take part and have said nothing for long, those silent longest first. */
export interface SilentAnswer {
  readonly dataset: string;
  readonly region: Region;
  readonly on: Day;
  readonly silentDays: number;
  /** All that are silent; `items` may hold fewer. */
  readonly silent: number;
  readonly items: readonly SilentFacility[];
}

export interface SilentFacility {
  readonly facility: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly firstActive: Day;
  readonly lastActive: Day;
  /** Days since its last reporting day. */
  readonly silentFor: number;
}

export interface FlowQuestion {
  /** 1 to 1,440. */
  readonly minutes: number;
}

/** What came and what became of it, a row a minute that has any; instants in milliseconds since the epoch. */
export interface FlowAnswer {
  readonly now: number;
  readonly minutes: readonly {
    readonly at: number;
    readonly received: number;
    readonly loaded: number;
    /** Quarantined, dead, or waiting for a password. */
    readonly refused: number;
    readonly rows: number;
  }[];
  /** Received, and what becomes of them is not known yet. */
  readonly pending: number;
  /** Receipt of the oldest of these; null when there are none. */
  readonly oldestPendingAt: number | null;
  /** How far detection is, a row a rule that is enabled. */
  readonly detection: readonly (RuleLag & { readonly dataset: string })[];
}
