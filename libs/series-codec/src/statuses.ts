import { type Adaptive, adaptive, pullAdaptive, pushAdaptive } from './adaptive.js';
import type { Stream, Symbols } from './rans.js';

/**
 * Statuses are coded one a day, in the context of those of yesterday and of a week ago: weekly reports and long gaps
 * then cost next to nothing. At first the two neighbours are likely.
 */
export function startStatuses(): Adaptive {
  const statuses = adaptive(16, 4);
  for (let context = 0; context < 16; context++) {
    statuses.counts[context * 4 + (context & 3)]! += 12;
    statuses.counts[context * 4 + (context >> 2)]! += 12;
  }
  return statuses;
}

/** Yesterday's status + 4 × that of a week ago; before the record all is reported. */
const contextOf = (status: Uint8Array, day: number): number =>
  (day >= 1 ? status[day - 1]! : 0) + 4 * (day >= 7 ? status[day - 7]! : 0);

export function pushStatus(symbols: Symbols, statuses: Adaptive, status: Uint8Array, day: number): void {
  pushAdaptive(symbols, statuses, contextOf(status, day), status[day]!);
}

export function pullStatus(stream: Stream, statuses: Adaptive, status: Uint8Array, day: number): number {
  return pullAdaptive(stream, statuses, contextOf(status, day));
}
