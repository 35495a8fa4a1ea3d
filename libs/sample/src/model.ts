import type { Day } from '#vocabulary';

/** A zip in which facilities may lie. Zips without coordinates or county are not used. */
export interface SamplePlace {
  readonly zip: string;
  /** County FIPS. */
  readonly county: string;
  /** Two letters. */
  readonly state: string;
  readonly lat: number | null;
  readonly lon: number | null;
}

/** What is wanted. Equal options make equal records; encrypted archives differ by their salts. */
export interface SampleOptions {
  /** The last day of the sample. Never read from the clock. */
  readonly today: Day;
  /** Milliseconds since the epoch: what would arrive later is not made. By default noon of `today` in New York. */
  readonly until?: number;
  readonly seed: number;
  /** About this many facilities (2,500 by default, 20 at least). */
  readonly facilities?: number;
  /** Days of history, `today` included (730 by default, 40 at least). */
  readonly days?: number;
  readonly geography: Iterable<SamplePlace>;
}

/** `store`: retail. `hospital`: emergency department and beds. `urgent`: urgent care. `records`: one XML per visit. */
export type FacilityKind = 'store' | 'hospital' | 'urgent' | 'records';

export interface SampleFacility {
  readonly id: string;
  readonly kind: FacilityKind;
  readonly sender: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly lat: number;
  readonly lon: number;
  /** Relative to the middle one of its kind. */
  readonly size: number;
  /** First and last day with a report. */
  readonly opens: Day;
  readonly closes: Day;
}

export type FeedId =
  | 'retail-csv'
  | 'retail-pipe'
  | 'retail-fixed'
  | 'ed-csv'
  | 'ed-pipe'
  | 'ed-fixed'
  | 'ed-visit-records'
  | 'beds-wide'
  | 'beds-long';

export type Packing = 'aes' | 'zipcrypto' | 'zip' | 'gzip' | 'plain';

/** Who sends: a chain, a network of hospitals, a group of urgent care centers, or one hospital. */
export interface Sender {
  readonly id: string;
  /** Two letters that begin the ids of its facilities. */
  readonly code: string;
  readonly kind: FacilityKind;
  readonly feeds: readonly FeedId[];
  readonly packing: Packing;
  readonly password: string;
  /** False: it does not know what was on promotion. */
  readonly knowsPromotion: boolean;
  readonly lineEnd: '\n' | '\r\n';
  /** Members that a month is split into. */
  readonly members: number;
  /** Sends today's counts so far every two hours. */
  readonly interim: boolean;
}

/** A local outbreak: the driver `gi` rises in these counties. */
export interface Outbreak {
  readonly state: string;
  readonly counties: readonly string[];
  readonly from: Day;
  readonly peak: Day;
  readonly to: Day;
}

/** An archive that arrives unusable. */
export interface Damage {
  readonly sender: string;
  readonly day: Day;
  readonly kind: 'truncated' | 'checksum' | 'password';
}

/** Everything that is decided before the first count is drawn. */
export interface SamplePlan {
  readonly seed: number;
  readonly start: Day;
  readonly today: Day;
  readonly until: number;
  readonly senders: readonly Sender[];
  readonly facilities: readonly SampleFacility[];
  readonly outbreak: Outbreak;
  readonly damages: readonly Damage[];
}

/** What one sender does in one feed: the unit of work, independent of all others. */
export interface Job {
  readonly sender: Sender;
  readonly feed: FeedId;
  readonly facilities: readonly SampleFacility[];
}

/** One archive, as it is listed in the manifest. */
export interface Arrival {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly feed: FeedId;
  /** File name as sent. */
  readonly name: string;
}

/** Whole days before `today` that come as one archive a two-hour window. */
export const WINDOW_DAYS = 3;
/** Days before those that come as one archive a sender and day; everything earlier comes by month. */
export const DAILY_DAYS = 11;
