import type { Day } from '#vocabulary';
import type { Engine } from './engine.js';
import { RowBinary } from './row-binary.js';
import { statement } from './statements.js';

/** An operator's word about whether a facility takes part. */
export interface Closure {
  readonly dataset: string;
  readonly facility: string;
  /** Receipt of the order, ms since the epoch. */
  readonly at: number;
  /** The order: a submission of the raw store. */
  readonly order: string;
  /** First day it no longer takes part; undefined: it is open again. */
  readonly closedOn: Day | undefined;
}

export async function insertClosure(engine: Engine, closure: Closure): Promise<void> {
  const { dataset, facility, at, order, closedOn } = closure;
  const out = new RowBinary();
  out.string(dataset);
  out.string(facility);
  out.instant(at);
  out.fixed(order, 32);
  out.uint8(closedOn === undefined ? 0 : 1);
  out.uint16(closedOn ?? 0);
  await engine.insert('closures', ['dataset', 'facility', 'at', 'by_order', 'is_closed', 'day'], out.take());
}

/** Facilities of which an order speaks, with the newest one: closed on a day, or (undefined) open. */
export async function closuresOrdered(
  engine: Engine,
  { dataset, asOf = 0 }: { dataset: string; asOf?: number | undefined },
): Promise<Map<string, Day | undefined>> {
  const rows = await engine.rows<[string, number, Day]>(statement('closures'), { dataset, as_of: asOf });
  return new Map(rows.map(([facility, isClosed, day]) => [facility, isClosed === 1 ? day : undefined]));
}
