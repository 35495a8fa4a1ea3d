import { BellwetherError } from '#vocabulary';
import { type EngineAddress, openDatabases } from '#warehouse';

export interface Swap {
  /** The database that was made. */
  readonly made: string;
  /** The one in use. */
  readonly live: string;
  /** Under which name that one is kept, until the operator drops it; one kept before is dropped. */
  readonly kept: string;
}

/**
 * Puts a made database in the place of the one in use. Nobody may use either meanwhile. Two renames: after a kill between
 * them `finishSwap` does the second.
 */
export async function swapDatabases(address: EngineAddress, { made, live, kept }: Swap): Promise<void> {
  const databases = openDatabases(address);
  try {
    if (!(await databases.has(made))) throw new BellwetherError('REQUEST_INVALID', `there is no database ${made}`);
    await databases.drop(kept);
    await databases.rename(live, kept);
    await databases.rename(made, live);
    await databases.drop(`${made}_views`);
  } finally {
    await databases.close();
  }
}

/**
 * Does the second rename of a swap that was killed after the first; true where that was so. To be asked before the
 * database in use is opened, which would make an empty one.
 */
export async function finishSwap(address: EngineAddress, { made, live, kept }: Swap): Promise<boolean> {
  const databases = openDatabases(address);
  try {
    const [isMade, isLive, isKept] = [await databases.has(made), await databases.has(live), await databases.has(kept)];
    if (isLive || !isMade || !isKept) return false;
    await databases.rename(made, live);
    return true;
  } finally {
    await databases.close();
  }
}
