import type { Credentials, Policy, Principal } from '#access';
import type { Questions, Records } from '#analytics';
import type { ResumableUploads } from '#transport';
import type { Receipt } from '#vocabulary';

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

/** All that the doors need; `apps/` hands it in. */
export interface ApiServices {
  /** The only way to data. Doors get it wrapped by the policy, see authorise/. */
  readonly questions: Questions;
  /** The same counts as they are stored; where given, REST answers series from them. */
  readonly records?: Records;
  readonly policy: Policy;
  /** Counts one file of a sender before it is taken. Fails with TOO_MANY_REQUESTS, and says when to come again. */
  enter(principal: Principal): Promise<void>;
  /** Served at /v1/uploads; undefined: not served. */
  readonly uploads?: ResumableUploads | undefined;
  /** The bytes are safe on disk when this resolves. Fails with UNKNOWN_FEED, STORAGE_FULL, or the error of the body. */
  receive(upload: Upload): Promise<Receipt>;
  /** Undefined when the credentials name nobody. What is answered without a promise can be answered from memory. */
  authenticate(credentials: Credentials): Principal | undefined | Promise<Principal | undefined>;
  health(): Promise<Health>;
  /** Prometheus text exposition format 0.0.4. */
  metrics(): Promise<string>;
  /** Version of the configuration in force. */
  configurationVersion(): string;
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
  /** Bytes of memory for finished answers, and for texts of series; 0: none. */
  readonly memory?: { readonly finished: number; readonly fragments: number };
  /** Called once for every answer. */
  readonly answered?: (request: AnsweredRequest) => void;
}

/** Injection tokens of the two above. */
export const SERVICES = Symbol('ApiServices');
export const OPTIONS = Symbol('ApiOptions');
/** What the REST door keeps between requests. */
export const REMEMBERED = Symbol('Remembered');
export type { Remembered } from './rest/remembered.js';
