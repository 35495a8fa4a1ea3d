import type { Policy, Principal } from '#access';
import type { Receipt } from '#vocabulary';
import type { Staging } from '../staging/index.js';
import type { Turnstile } from '../turnstile/turnstile.js';
import { type Home, openHome } from './home.js';
import { openRecent, type SubmissionFate } from './receipt-files.js';
import type { Writing } from './writing.js';

/** What the homes of senders stand on; SFTP and FTPS show the same ones. */
export interface HomeOptions {
  readonly policy: Policy;
  readonly staging: Staging;
  readonly turnstile: Turnstile;
  /** Feeds that take files. */
  feeds(): readonly string[];
  /** The bytes are safe on disk when this resolves. */
  receive(file: {
    readonly feed: string;
    readonly name: string;
    readonly body: AsyncIterable<Uint8Array>;
    readonly principal: Principal;
  }): Promise<Receipt>;
  /** What became of the latest submissions within the principal's reach, in any order. */
  history(principal: Principal): Promise<readonly SubmissionFate[]>;
  now(): number;
}

export interface Homes {
  of(principal: Principal): Home;
}

export function openHomes(options: HomeOptions): Homes {
  const recent = openRecent();
  const writings = new Map<string, Writing>();
  return { of: (principal) => openHome({ ...options, principal, recent, writings }) };
}
