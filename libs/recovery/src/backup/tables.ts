import {
  type Engine,
  type EngineAddress,
  type PartSum,
  type Slice,
  checksums,
  openSliceCarrier,
  slicesOf,
} from '#warehouse';
import { hasBlob, keepBlob, spoolPath } from './blobs.js';
import type { KeptSlice } from './manifest.js';
import { sideBySide } from './side-by-side.js';

export interface KeepTablesOptions {
  readonly directory: string;
  readonly address: EngineAddress;
  readonly engine: Engine;
  /** As the backup before has them; slices that hold the same are not copied. */
  readonly before: readonly KeptSlice[];
  /** True: nobody else uses the database. */
  readonly isIdle: boolean;
  kept(progress: { readonly done: number; readonly total: number }): void;
}

export interface KeptTables {
  readonly slices: readonly KeptSlice[];
  /** Undefined where rows came in meanwhile. */
  readonly checksums: readonly PartSum[] | undefined;
  readonly newBytes: number;
}

const AT_ONCE = 2;
const nameOf = ({ table, by, key }: Slice): string => `${table} ${by} ${key}`;
/** Equal where two slices hold the same rows. */
const contentOf = (slice: Slice): string => `${nameOf(slice)} ${slice.columns.join()} ${slice.rows} ${slice.sum}`;

/**
 * Copies the tables. The ledger is listed and copied first, and only then is listed what there is of the others: so
 * everything that the copied ledger acknowledges is in them, also what began a new month meanwhile.
 */
export async function keepTables(options: KeepTablesOptions): Promise<KeptTables> {
  const { directory, address, engine, before, isIdle, kept } = options;
  const known = new Map(before.map((slice) => [contentOf(slice), slice.blob]));
  const blobs = new Map<string, KeptSlice>();
  let newBytes = 0;
  const carrier = openSliceCarrier(address);
  async function keepOne(slice: Slice): Promise<void> {
    const earlier = known.get(contentOf(slice));
    if (earlier && (await hasBlob(directory, earlier))) blobs.set(nameOf(slice), { ...slice, blob: earlier });
    else {
      const spool = await spoolPath(directory);
      await carrier.write(slice, spool);
      const { isNew, ...blob } = await keepBlob(directory, spool);
      if (isNew) newBytes += blob.bytes;
      blobs.set(nameOf(slice), { ...slice, blob });
    }
  }
  async function keep(slices: readonly Slice[], total: number): Promise<void> {
    const work = async (slice: Slice): Promise<void> => {
      await keepOne(slice);
      kept({ done: blobs.size, total });
    };
    await sideBySide(slices, { atOnce: AT_ONCE, work });
  }
  try {
    const ledger = await slicesOf(engine, (table) => table === 'ledger');
    await keep(ledger, ledger.length);
    const others = await slicesOf(engine, (table) => table !== 'ledger');
    const listed = [...ledger, ...others];
    const sums = await checksums(engine);
    await keep(others, listed.length);
    const isStill = isIdle || sameContent(listed, await slicesOf(engine));
    const slices = listed.map((slice) => blobs.get(nameOf(slice))!);
    return { slices, checksums: isStill ? sums : undefined, newBytes };
  } finally {
    await carrier.close();
  }
}

function sameContent(left: readonly Slice[], right: readonly Slice[]): boolean {
  const text = (slices: readonly Slice[]): string => slices.map(contentOf).sort().join('\n');
  return text(left) === text(right);
}
