import type { Secret } from './secret.js';

/** The environment and command line, read and validated once. Paths are absolute. */
export interface Settings {
  readonly mode: 'embedded' | 'distributed';
  readonly dataFolder: string;
  readonly configFolder: string;
  /** Load the synthetic sample when there is no data. */
  readonly sample: boolean;
  readonly api: Address;
  readonly engine: Address;
  readonly sql: Address;
  /** Whether GraphQL shows its schema. */
  readonly graphqlIntrospection: boolean;
  readonly clickhouse: {
    /** Undefined: embedded, and the engine has not been started yet. */
    readonly url: string | undefined;
    readonly user: string;
    readonly password: Secret | undefined;
  };
  readonly redis: { readonly url: Secret } | undefined;
  /** Key of the hashes of record identifiers; undefined: kept in the data folder. */
  readonly recordKey: Secret | undefined;
  /** Key from which secrets of SOAP digests are derived; undefined: kept in the data folder. */
  readonly soapKey: Secret | undefined;
  readonly raw: {
    /** Keys that wrap the keys of submissions; undefined: kept in the data folder. */
    readonly keys: Secret | undefined;
    /** Nothing is received while less than this is free, bytes. */
    readonly reserveBytes: number;
    /** Folder of the tier; undefined: in the raw store. */
    readonly cool: string | undefined;
    readonly archive: string | undefined;
    /** 0: never. */
    readonly coolAfterMonths: number;
    readonly archiveAfterMonths: number;
  };
  readonly ingest: {
    readonly processes: number;
    /** Submissions read at a time in one process. */
    readonly concurrency: number;
    /** Which of the processes this is, from 1. */
    readonly instance: number;
    /** Where this process shows its metrics; undefined: nowhere. */
    readonly metrics: Address | undefined;
  };
  /** Of one principal, to one api process. */
  readonly requestsPerMinute: number;
  /** Paths; undefined: the api and SQL are plain HTTP. */
  readonly tls:
    { readonly certificate: string; readonly key: string; readonly clientCa: string | undefined } | undefined;
  readonly oidc: { readonly clientSecret: Secret | undefined; readonly sessionKey: Secret | undefined };
  readonly arrivals: {
    /** Largest file that is taken. */
    readonly maxBytes: number;
    readonly perMinute: number;
    readonly pendingLimit: number;
  };
  /** Undefined: not served. */
  readonly sftp: Address | undefined;
  /** Undefined: not served. */
  readonly ftps:
    | (Address & {
        /** Paths; undefined: there is no certificate, and so nothing to serve with. */
        readonly files: { readonly certificate: string; readonly key: string } | undefined;
        readonly isImplicit: boolean;
        /** Undefined: any. */
        readonly passivePorts: { readonly first: number; readonly last: number } | undefined;
        readonly publicAddress: string | undefined;
      })
    | undefined;
  /** Where connections may go that fetch files; see `openEgress` of the transport. */
  readonly egress: { readonly allow: readonly string[] };
  readonly log: { readonly level: LogLevel; readonly style: 'json' | 'lines' | 'auto' };
  /** Milliseconds a stop waits for work at hand. */
  readonly drainWithin: number;
}

interface Address {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
}

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
