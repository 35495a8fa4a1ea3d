import type { Server as TlsServer, TlsOptions } from 'node:tls';
import type { BreakGlass, Credentials, Policy, Principal, Rates, UsernameToken, BrowserSessions, Login } from '#access';
import type { AlarmDesk, Questions, Records, RowError } from '#analytics';
import type { Released } from './authorise/withholding.js';
import type { ResumableUploads } from '#transport';
import type { Trail } from './guard/trail.js';
import { BellwetherError, type Day, type Receipt, type Region, type StatusName } from '#vocabulary';

/** A file on its way in. `body` may be read once; an error thrown by it must leave nothing behind. */
export interface Upload {
  readonly feed: string;
  /** File name as sent: 1 to 255 characters, no path. */
  readonly name: string;
  readonly body: AsyncIterable<Uint8Array>;
  readonly principal: Principal;
}

export interface Health {
  readonly ready: boolean;
  readonly parts: readonly { readonly name: string; readonly ok: boolean; readonly detail: string }[];
}

/** One count of one row of a file; record and line count from 1. */
export interface FileRow {
  readonly member: string;
  readonly record: number;
  readonly line: number;
  readonly facility: string;
  readonly day: Day;
  readonly category: string;
  readonly flag: string;
  readonly status: StatusName;
  readonly value: number | null;
}

/** What a file would count under a feed: nothing of it is kept. */
export interface FilePreview {
  /** Mistakes in the feed; with any, the file is not read. */
  readonly problems: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly path: string;
    readonly found: string;
    readonly expected: string;
    readonly suggestion: string | undefined;
  }[];
  /** Why the whole file would be refused; null when it would be counted. */
  readonly refused: { readonly code: string; readonly detail: string } | null;
  readonly rowsRead: number;
  readonly rowsAccepted: number;
  readonly rowsRefused: number;
  readonly errors: readonly RowError[];
  /** The first counts, as they stand in the file. */
  readonly rows: readonly FileRow[];
  /** Sums over the file; `value` null where nothing has a number. */
  readonly totals: readonly {
    category: string;
    flag: string;
    facilities: number;
    days: number;
    value: number | null;
  }[];
}

/** Reads files with the configuration in force or a draft of it. Fails with UNKNOWN_FEED, UNKNOWN_SUBMISSION. */
export interface FileReading {
  /** The rows of a submission that make up one statement's cell, at most 1,000. */
  rows(wanted: {
    submission: string;
    facility: string;
    day: Day;
    category: string;
    flag: string;
  }): Promise<readonly FileRow[]>;
  /** `yaml` stands for the file of the feed; undefined: the feed as it is. */
  preview(draft: { feed: string; yaml: string | undefined; name: string; content: Uint8Array }): Promise<FilePreview>;
  /** The YAML of a feed as it is in force. */
  feedText(feed: string): Promise<string>;
}

/** `undo`: as if it had never come. `withdraw`: its sender takes it back. */
export type OrderKind = 'undo' | 'withdraw';

interface TriedCell {
  readonly value: number;
  readonly reported: number;
  readonly suppressed: number;
  readonly missing: number;
}

/** A count above its upper bound. */
interface TriedAlarm {
  readonly value: number;
  readonly expected: number;
  readonly upperbound: number;
}

/** What a file or an order would change. */
export interface Tried {
  readonly dataset: string;
  /** Undefined for orders. */
  readonly reading:
    | {
        readonly rowsRead: number;
        readonly rowsAccepted: number;
        readonly rowsRefused: number;
        readonly faults: readonly RowError[];
      }
    | undefined;
  readonly cells: readonly {
    readonly region: Region;
    readonly day: Day;
    readonly category: string;
    readonly flag: string;
    readonly before: TriedCell | undefined;
    readonly after: TriedCell | undefined;
  }[];
  readonly reporting: readonly {
    readonly region: Region;
    readonly day: Day;
    readonly before: number;
    readonly after: number;
  }[];
  readonly alarms: {
    /** Id of the detector. */
    readonly detector: string;
    readonly changes: readonly {
      readonly region: Region;
      readonly category: string;
      readonly day: Day;
      readonly before: TriedAlarm | undefined;
      readonly after: TriedAlarm | undefined;
    }[];
    readonly isCut: boolean;
  };
  /** There is more than is listed. */
  readonly isCut: boolean;
}

/** Taking back what was sent, and trying what has not been. */
export interface Corrections {
  /** The order is safe on disk when this resolves. Fails with UNKNOWN_SUBMISSION, REQUEST_INVALID. */
  give(order: { order: OrderKind; submission: string; reason: string; by: string }): Promise<Receipt>;
  tryOrder(order: { order: OrderKind; submission: string }): Promise<Tried>;
  /**
   * Closes a facility from a day on, or opens it again without one; durable when this resolves. Fails with
   * UNKNOWN_DATASET, UNKNOWN_REGION, REQUEST_INVALID.
   */
  close(order: {
    dataset: string;
    facility: string;
    closedOn: Day | undefined;
    reason: string;
    by: string;
  }): Promise<Receipt>;
  /** Fails with the error for which the file would be refused. */
  tryFile(file: { feed: string; name: string; content: Uint8Array }): Promise<Tried>;
}

/** How browsers log in; see openLogin of #access. */
export interface BrowserLogin {
  readonly login: Login;
  readonly sessions: BrowserSessions;
}

/** All that the doors need; `apps/` hands it in. */
export interface ApiServices {
  /** The only way to data. Doors get it wrapped by the policy, see authorise/. */
  readonly questions: Questions;
  /** The same counts as they are stored; where given, REST answers series from them. */
  readonly records?: Records;
  /** For those who may not see small counts; undefined: everybody sees all. */
  readonly released?: Released | undefined;
  readonly policy: Policy;
  /** Counts one file of a sender before it is taken. Fails with TOO_MANY_REQUESTS, and says when to come again. */
  enter(principal: Principal): Promise<void>;
  /** Served at /v1/uploads; undefined: not served. */
  readonly uploads?: ResumableUploads | undefined;
  /** The bytes are safe on disk when this resolves. Fails with UNKNOWN_FEED, STORAGE_FULL, or the error of the body. */
  receive(upload: Upload): Promise<Receipt>;
  /** Has refused submissions read again. Resolves once the wish is safe on disk; reading follows within seconds. */
  replay(submissions: readonly string[]): Promise<void>;
  /** Marks dead letters as looked at and not wanted any more. What is no dead letter any more is left alone. */
  discard(submissions: readonly string[], note: string): Promise<void>;
  /** Reading files again, to show what is in them; undefined: not served. */
  readonly reading?: FileReading | undefined;
  /** Alarms; undefined: not served. Doors get them wrapped by the policy, see authorise/. */
  readonly alarms?: AlarmDesk | undefined;
  /** Undefined: not served. */
  readonly corrections?: Corrections | undefined;
  /** Undefined when the credentials name nobody. What is answered without a promise can be answered from memory. */
  authenticate(credentials: Credentials): Principal | undefined | Promise<Principal | undefined>;
  /** The principal of a SOAP message's UsernameToken; undefined: such tokens are not taken. */
  authenticateToken?(token: UsernameToken): Promise<Principal | undefined>;
  /** Widening one's reach in an emergency; undefined: not served. */
  readonly breakGlass?: BreakGlass | undefined;
  /** Logging in with a browser; undefined: not served. */
  readonly browsers?: BrowserLogin | undefined;
  /** How often each principal may ask; as often as it likes unless given. */
  readonly rates?: Rates | undefined;
  /** Where it is recorded who asked what; nowhere unless given. */
  readonly audit?: Trail | undefined;
  /** The GraphQL operations that were agreed on with partners, now: name → text. None unless given. */
  operations?(): ReadonlyMap<string, string>;
  health(): Promise<Health>;
  /** Prometheus text exposition format 0.0.4. */
  metrics(): Promise<string>;
  /** Version of the configuration in force. */
  configurationVersion(): string;
}

/** Taking back, where it is served; NOT_FOUND elsewhere. */
export function correctionsOf({ corrections }: ApiServices): Corrections {
  if (!corrections) throw new BellwetherError('NOT_FOUND', 'submissions are not taken back here');
  return corrections;
}

/** Fails with NOT_FOUND where files are not read again. */
export function readingOf({ reading }: ApiServices): FileReading {
  if (!reading) throw new BellwetherError('NOT_FOUND', 'files are not read again here');
  return reading;
}

/** Where the doors report; a pino logger fits. */
export interface ApiLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** One answer, for the metrics. `route` is the pattern, `none` where there is no such address. */
export interface AnsweredRequest {
  readonly door: 'rest' | 'graphql' | 'soap' | 'other';
  readonly route: string;
  readonly status: number;
  /** Until the last byte was handed to the system. */
  readonly seconds: number;
}

export interface ApiOptions {
  /** Address to listen on. */
  readonly host: string;
  readonly port: number;
  /** Open without keys to this machine; createApi refuses it unless `host` is loopback. */
  readonly sampleMode: boolean;
  /** Largest upload in bytes. Bodies of questions (GraphQL, SOAP) have a limit of their own. */
  readonly bodyLimit: number;
  /** Of the program. */
  readonly version: string;
  /** Folder of the built application for browsers; without it, `/` leads to the page of addresses. */
  readonly web?: string;
  readonly log: ApiLog;
  /** Serve HTTPS with it, and with what becomes of it; plain HTTP unless given. */
  readonly tls?: { readonly options: TlsOptions; serve(server: TlsServer): void } | undefined;
  /** Whether GraphQL shows its schema to who has a key; it does unless told. */
  readonly introspection?: boolean;
  /** Folder in which exports are made as files, emptied at the start; undefined: they are only sent as they are made. */
  readonly exportFolder?: string;
  /** Bytes of memory for finished answers, and for texts of series; 0: none. */
  readonly memory?: { readonly finished: number; readonly fragments: number };
  /** Called once for every answer. */
  readonly answered?: (request: AnsweredRequest) => void;
}

/** Injection tokens of the two above. */
export const SERVICES = Symbol('ApiServices');
export const OPTIONS = Symbol('ApiOptions');
