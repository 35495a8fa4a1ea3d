import type { Day } from '#vocabulary';
import type { Engine } from './engine.js';
import { RowBinary } from './row-binary.js';
import { statement } from './statements.js';

/** That a submission does not count any more, or counts again. Of several the newest holds. */
export interface UndoneEntry {
  readonly dataset: string;
  readonly submission: string;
  /** Receipt of the order, milliseconds since the epoch. */
  readonly at: number;
  /** The order, a submission of its own. */
  readonly order: string;
  readonly isUndone: boolean;
}

/** A facility-day of which a submission speaks, and the version as which it does. */
export interface SpokenSlot {
  readonly facility: string;
  readonly day: Day;
  readonly unit: bigint;
  readonly ver: bigint;
  readonly tie: bigint;
  readonly gen: number;
  readonly zip: string;
}

export async function insertUndone(engine: Engine, entry: UndoneEntry): Promise<void> {
  const out = new RowBinary();
  out.string(entry.dataset);
  out.fixed(entry.submission, 32);
  out.instant(entry.at);
  out.fixed(entry.order, 32);
  out.uint8(entry.isUndone ? 1 : 0);
  await engine.insert('undone', ['dataset', 'submission', 'at', 'by_order', 'is_undone'], out.take());
}

/** Everywhere a submission speaks, whether it holds there or not. */
export async function slotsOfSubmission(
  engine: Engine,
  key: { dataset: string; submission: string },
): Promise<SpokenSlot[]> {
  const rows = await engine.rows<[string, Day, string, string, string, number, string]>(
    statement('slots-of-submission'),
    key,
  );
  return rows.map(([facility, day, unit, ver, tie, gen, zip]) => ({
    facility, day, unit: BigInt(unit), ver: BigInt(ver), tie: BigInt(tie), gen, zip,
  })); // prettier-ignore
}
