import type { PullSource, SecretReference } from '#registry';
import { BellwetherError } from '#vocabulary';
import type { Egress } from '../egress/index.js';

/** A file as a listing of the sender's server shows it. */
export interface RemoteEntry {
  /** What identifies the file at its source: compared, journalled, and told in logs. Never holds a secret. */
  readonly path: string;
  /** The last part of it: what a feed reads facility and version from. */
  readonly name: string;
  /** Bytes; undefined: the source does not say. */
  readonly size: number | undefined;
  /** Changes when the file changes: the time of the last change, or an ETag. Empty: the source does not say. */
  readonly stamp: string;
  /** Milliseconds since 1970, by the clock of the source; undefined: it does not say, or not to the second. */
  readonly changedAt: number | undefined;
  /** Where it is, if the path does not say so; may hold a pass, and is told to nobody. */
  readonly address?: URL;
}

/**
 * A sender's server, for the length of one listing and its reads. Not promised: that a listing is of one moment, nor that
 * a file is still there, or is still the same, when it is read.
 */
export interface Source {
  /** Every file, in any order, page by page; of some 100,000 the caller ends the listing. Folders are left out. */
  list(): AsyncIterable<RemoteEntry>;
  /** The bytes from the first to the last; throws when the connection ends before the file does. */
  read(entry: RemoteEntry): AsyncIterable<Uint8Array>;
  /** Ends every connection, also those in use: what is being listed or read then throws. */
  close(): Promise<void>;
}

/** What every kind of source is opened with. */
export interface Surroundings {
  readonly egress: Egress;
  /** The secret at this moment; undefined: there is none. Throws when it may not be read. */
  secret(reference: SecretReference): string | undefined;
}

export type Of<Kind extends PullSource['kind']> = Extract<PullSource, { kind: Kind }>;

/** A secret that has to be there. */
export function demand({ secret }: Surroundings, reference: SecretReference, what: string): string {
  const found = secret(reference);
  if (found !== undefined) return found;
  throw new BellwetherError('CONFIG_INVALID', `pull: the ${what} is not there (${placeOf(reference)})`);
}

const placeOf = (reference: SecretReference): string =>
  reference.kind === 'env' ? `variable ${reference.name}` : `file ${reference.path}`;

/** What a server did that it should not have, without the text it sent. */
export const failed = (detail: string, cause?: unknown): BellwetherError =>
  cause instanceof BellwetherError
    ? cause
    : new BellwetherError(
        'ENDPOINT_FAILED',
        cause === undefined ? detail : `${detail} (${reasonOf(cause)})`,
        {},
        { cause },
      );

/** `ECONNREFUSED` and kin; the message of an error may quote what a server says, and is left to `cause`. */
function reasonOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'no reason is known';
  if ('code' in cause && (typeof cause.code === 'string' || typeof cause.code === 'number')) return String(cause.code);
  if ('level' in cause && typeof cause.level === 'string') return cause.level;
  return 'name' in cause && typeof cause.name === 'string' ? cause.name : 'no reason is known';
}
