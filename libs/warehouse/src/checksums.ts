import type { Engine } from './engine.js';
import { statement } from './statements.js';

/** Tables that have a checksum. */
export const CHECKED_TABLES = [
  'slots',
  'rollups',
  'unit_days',
  'facility_places',
  'undone',
  'closures',
  'ledger',
] as const;

export type CheckedTable = (typeof CHECKED_TABLES)[number];

/** The checksum of one part of a table: so small that a difference can be located. */
export interface PartSum {
  readonly table: CheckedTable;
  /** The dataset; of the ledger, the feed. */
  readonly part: string;
  /** Of the reporting day; of the ledger, of the receipt. '' where a table is not dated. */
  readonly year: string;
  /** Rows that it covers. */
  readonly rows: number;
  /**
   * 32 hex digits: two 64-bit sums of row hashes (CityHash, SipHash), so that the order of rows does not matter. The cells
   * of a row are two sums as well (CityHash, MurmurHash3); sorting them took six times as long.
   */
  readonly sum: string;
}

/** Checksums of what the tables mean: two databases made from the same submissions in any order have the same. */
export async function checksums(engine: Engine, tables: readonly CheckedTable[] = CHECKED_TABLES): Promise<PartSum[]> {
  const sums: PartSum[] = [];
  for (const table of tables) {
    const rows = await engine.rows<[string, string, string, string]>(statement(`checksums/${table}`));
    for (const [part, year, counted, sum] of rows)
      sums.push({ table, part, year, rows: Number(counted), sum: sum.toLowerCase() });
  }
  return sums;
}

/** A part of which two databases have different checksums; undefined where one has no such part. */
export interface SumDifference {
  readonly table: CheckedTable;
  readonly part: string;
  readonly year: string;
  readonly left: PartSum | undefined;
  readonly right: PartSum | undefined;
}

const nameOf = ({ table, part, year }: PartSum): string => JSON.stringify([table, part, year]);

/** Where two lists of checksums differ. */
export function differences(left: readonly PartSum[], right: readonly PartSum[]): SumDifference[] {
  const others = new Map(right.map((one) => [nameOf(one), one]));
  const found: SumDifference[] = [];
  for (const one of left) {
    const other = others.get(nameOf(one));
    others.delete(nameOf(one));
    const { table, part, year } = one;
    if (other?.sum !== one.sum || other.rows !== one.rows) found.push({ table, part, year, left: one, right: other });
  }
  for (const { table, part, year, ...rest } of others.values())
    found.push({ table, part, year, left: undefined, right: { table, part, year, ...rest } });
  return found;
}
