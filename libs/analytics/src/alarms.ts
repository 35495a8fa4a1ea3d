import type { AlarmActionName, AlarmState, Day, Judgement, Region } from '#vocabulary';
import type { Page } from './page.js';

/** Numbers of a judged cell; null where there is none. */
export interface AlarmNumbers {
  /** What those who had reported counted, and what their own past lets expect of them. */
  readonly value: number | null;
  readonly expected: number | null;
  /** Above this is an alarm by the method. */
  readonly upperbound: number | null;
  /** How often chance alone gives such a day or a higher one, in one series. */
  readonly p: number | null;
  /** 1/p: days between two such days in one series, by chance. */
  readonly recurrence: number | null;
  /** Share of the participating facilities that had reported. */
  readonly completeness: number | null;
  /** Facilities that were compared with their own past. */
  readonly matched: number;
}

/** One event: somewhere, more was counted than the past lets expect. Instants in milliseconds since the epoch. */
export interface Alarm extends AlarmNumbers {
  readonly id: string;
  readonly rule: string;
  readonly dataset: string;
  /** Where it was first seen: the name of the event. */
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  readonly first: Day;
  readonly last: Day;
  readonly regions: readonly Region[];
  readonly categories: readonly string[];
  /** The cell that the numbers are of: where it stands out most. */
  readonly strongest: { readonly region: Region; readonly category: string; readonly day: Day };
  readonly openedAt: number;
  readonly changedAt: number;
  /** Newest commit that the numbers had seen. */
  readonly rev: number;
  /** False: by later data, no cell of it is in alarm any more. */
  readonly standing: boolean;
  /** Among those of its day that somebody was told of. */
  readonly withinBudget: boolean;
  readonly state: AlarmState;
  readonly snoozedUntil: number | null;
  readonly assignee: string | null;
}

export interface AlarmDeed {
  readonly at: number;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  readonly until: number | null;
  readonly assignee: string | null;
}

/** How a cell of an alarm was judged at some time. */
export interface AlarmFindingInfo extends AlarmNumbers {
  readonly at: number;
  readonly rev: number;
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  readonly judged: Judgement;
}

export interface AlarmDetails {
  readonly alarm: Alarm;
  readonly actions: readonly AlarmDeed[];
  /** Newest first, at most 500. */
  readonly findings: readonly AlarmFindingInfo[];
}

export interface AlarmQuestion {
  readonly dataset?: string | undefined;
  readonly rule?: string | undefined;
  readonly state?: AlarmState | undefined;
  /** With a day in alarm between these. */
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

export interface AlarmOrder {
  readonly action: AlarmActionName;
  readonly actor: string;
  readonly reason: string;
  readonly until?: number | undefined;
  readonly assignee?: string | undefined;
}

/** A run repeated from what was known then. */
export interface Replay {
  readonly alarm: string;
  readonly run: string;
  readonly at: number;
  readonly rev: number;
  readonly method: string;
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  /** Both found the same, to the last bit. */
  readonly isEqual: boolean;
  /** Names of the numbers that differ. */
  readonly differing: readonly string[];
  readonly recorded: AlarmNumbers & { readonly judged: Judgement };
  readonly repeated: (AlarmNumbers & { readonly judged: Judgement }) | null;
}

/** Whether a cell would have been an alarm at an instant. */
export interface AlarmAt extends AlarmNumbers {
  readonly rule: string;
  readonly dataset: string;
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  readonly asOf: number;
  readonly judged: Judgement;
  /** Smallest p-value that would have been no alarm among all cells of that day; null where these were not judged. */
  readonly threshold: number | null;
}

export interface NowcastQuestion {
  readonly dataset: string;
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  /** From what had arrived by then; undefined: now. */
  readonly asOf?: number | undefined;
}

/** What a day will come to once everybody has reported; null where too little is known to say. */
export interface NowcastAnswer {
  readonly dataset: string;
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  readonly participating: number;
  /** Share of these that had reported. */
  readonly completeness: number | null;
  /** What these have counted. */
  readonly known: number | null;
  readonly expected: number | null;
  /** The whole day lies between these with probability `level`. */
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number;
}

/**
 * Questions and orders about alarms: the port between the doors and what detects. It knows nothing of who asks: doors
 * authorise.
 */
export interface AlarmDesk {
  /** The newest first. */
  list(question: AlarmQuestion): Promise<Page<Alarm>>;
  /** UNKNOWN_ALARM. */
  one(id: string): Promise<AlarmDetails>;
  /** UNKNOWN_ALARM, ALARM_STATE, REQUEST_INVALID. */
  act(id: string, order: AlarmOrder): Promise<Alarm>;
  /** Repeats the run of an alarm's newest numbers from what was known then. UNKNOWN_ALARM. */
  replay(id: string): Promise<Replay>;
  /** REQUEST_INVALID for what no rule watches. */
  alarmAt(question: AlarmAtQuestion): Promise<AlarmAt>;
  /** The same of an alarm's strongest cell. UNKNOWN_ALARM. */
  alarmAtOf(id: string, asOf: number): Promise<AlarmAt>;
  /** UNKNOWN_DATASET, UNKNOWN_CATEGORY, REQUEST_INVALID for a region of too many facilities. */
  nowcast(question: NowcastQuestion): Promise<NowcastAnswer>;
  /** Calls back for every alarm that is new, changes, or has something done about it; returns the way to stop. */
  watch(changed: (alarm: Alarm) => void): () => void;
}

export interface AlarmAtQuestion {
  readonly rule: string;
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  readonly asOf: number;
}
