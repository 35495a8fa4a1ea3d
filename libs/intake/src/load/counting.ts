import type { Configuration } from '#registry';
import { type Engine, nextRev, recomputeRollups } from '#warehouse';
import { PlaceBook } from './places.js';
import { type ChangedSlot, type TouchedRegions, regionsTouched, statedPlaces } from './touched.js';

/** What a commit changed: the regions of one dataset with the days of each. */
export interface Change {
  readonly dataset: string;
  readonly rev: number;
  readonly touched: TouchedRegions;
}

export interface CountingOptions {
  readonly engine: Engine;
  /** Told before the ledger acknowledges, so that no reader who sees `loaded` can be served what was before. */
  changed(change: Change): Promise<void>;
  /** Waits after so many attempts to tell; rejects when it is not to be tried again, and nothing is acknowledged then. */
  pause(attempt: number): Promise<void>;
  log(level: 'info' | 'warn', message: string, facts: Record<string, unknown>): void;
}

export interface Counting {
  /**
   * Counts anew what these slots touch, which are on disk: places, revision, rollups, `changed`. May be repeated.
   * Resolves when everybody who must know has been told.
   */
  count(dataset: string, slots: readonly ChangedSlot[], configuration: Configuration): Promise<Change>;
}

export function openCounting({ engine, changed, pause, log }: CountingOptions): Counting {
  const books = new Map<string, PlaceBook>();

  function bookOf(dataset: string): PlaceBook {
    let book = books.get(dataset);
    if (!book) books.set(dataset, (book = new PlaceBook(engine, dataset)));
    return book;
  }

  /**
   * Whoever must know is told, however long that takes: acknowledged before, a commit would leave caches with older
   * numbers; given up, a file would be dead for the fault of a cache.
   */
  async function tell(change: Change): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await changed(change);
      } catch (error) {
        if (attempt % 10 === 1)
          log('warn', 'nobody can be told of a commit; trying again', { attempt, cause: String(error) });
        await pause(attempt);
      }
    }
  }

  return {
    async count(dataset, slots, configuration) {
      const book = bookOf(dataset);
      const stated = statedPlaces(slots, configuration.feeds);
      await book.locate(stated, configuration.crosswalk);
      let { rev, placesRev } = await nextRev(engine, dataset);
      while (!book.isCurrent(placesRev)) {
        // Another worker has registered or moved facilities meanwhile: who has the higher rev must know them.
        await book.refresh();
        await book.locate(stated, configuration.crosswalk);
        ({ rev, placesRev } = await nextRev(engine, dataset));
      }
      const touched = await regionsTouched(engine, { dataset, slots, configuration, book });
      await recomputeRollups(engine, { dataset, touched, rev, placeOf: (facility) => book.placeOf(facility) });
      book.settle(new Set(slots.map(({ facility }) => facility)));
      const change = { dataset, rev, touched };
      await tell(change);
      return change;
    },
  };
}
