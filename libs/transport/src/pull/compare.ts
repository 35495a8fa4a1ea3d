import { sameVersion, type Version } from './journal.js';
import type { RemoteEntry } from './source.js';

/** A file that has not changed for so long, by the clock of its source, is finished: clocks are seldom that wrong. */
export const FINISHED_AFTER_MS = 3_600_000;

/** How a file looked in the listings before, and since when (by our clock) it has looked so. */
export interface Sighting extends Version {
  readonly since: number;
}

export type Verdict = 'known' | 'take' | 'wait';

/**
 * What a listing says of a file. `known`: this version has been taken. `take`: it is new or has changed, and is finished:
 * it looked the same for `settleMs`, or has not been touched for an hour. `wait`: it may still be growing.
 *
 * A file that is replaced while it is read, or after, has another size or a later stamp than this one, since the stamp
 * was there `settleMs` before: the next listing takes it again.
 */
export function verdictOf(
  entry: RemoteEntry,
  {
    taken,
    seen,
    now,
    settleMs,
  }: {
    readonly taken: Version | undefined;
    readonly seen: Sighting | undefined;
    readonly now: number;
    readonly settleMs: number;
  },
): Verdict {
  if (taken && sameVersion(taken, entry)) return 'known';
  if (entry.changedAt !== undefined && now - entry.changedAt >= FINISHED_AFTER_MS) return 'take';
  return seen && sameVersion(seen, entry) && now - seen.since >= settleMs ? 'take' : 'wait';
}

/** The sighting to remember: the one before, where nothing has changed. */
export const sightingOf = (entry: RemoteEntry, seen: Sighting | undefined, now: number): Sighting =>
  seen && sameVersion(seen, entry) ? seen : { size: entry.size, stamp: entry.stamp, since: now };
