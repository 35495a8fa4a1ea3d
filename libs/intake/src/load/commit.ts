import { setTimeout as pause } from 'node:timers/promises';
import { type Day, type Region, regionKey } from '#vocabulary';
import type { Configuration, Feed } from '#registry';
import type { StoredSubmission } from '#raw-store';
import {
  type Engine,
  type LedgerEntry,
  type SlotRow,
  eventPlaces,
  facilityDays,
  insertLedger,
  insertRowFaults,
  insertSlots,
  insertUnitDays,
  nextRev,
  recomputeRollups,
  unitVersions,
} from '#warehouse';
import type { Reading } from '../statement.js';
import { closingRows } from './close-units.js';
import { PlaceBook, type StatedPlace } from './places.js';

/** A submission that was read and is to be counted. */
export interface ReadSubmission {
  readonly stored: StoredSubmission;
  readonly feed: Feed;
  readonly reading: Reading;
}

/** What a commit changed: the regions of one dataset with the days of each. */
export interface Change {
  readonly dataset: string;
  readonly rev: number;
  readonly touched: readonly { readonly region: Region; readonly days: readonly Day[] }[];
}

export interface Loader {
  /**
   * Counts a batch. In order: row faults, slots, revision, rollups, `changed`, ledger. A crash anywhere leaves the
   * submissions pending, and committing them again writes equal rows. Resolves when the ledger has acknowledged.
   */
  commit(batch: readonly ReadSubmission[], configuration: Configuration): Promise<void>;
}

export interface LoaderOptions {
  readonly engine: Engine;
  /** Told before the ledger acknowledges, so that no reader who sees `loaded` can be served what was before. */
  changed(change: Change): Promise<void>;
  now(): number;
  log(level: 'info' | 'warn', message: string, facts: Record<string, unknown>): void;
}

/** Milliseconds since the last call; for the log. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const elapsed = Math.round(now - last);
    last = now;
    return elapsed;
  };
}

function slotRows({ stored, feed, reading }: ReadSubmission): SlotRow[] {
  const origin = {
    dataset: feed.dataset,
    tie: BigInt(`0x${stored.sha256.slice(0, 16)}`),
    gen: 0,
    arrived: stored.receivedAt,
    submission: stored.submission,
    feed: feed.id,
  };
  return reading.statements.map((content) => ({ origin, content }));
}

/** Days of regions, gathered. */
class Touched {
  readonly #regions = new Map<string, { region: Region; days: Set<Day> }>();

  add(region: Region, days: Iterable<Day>): void {
    const key = regionKey(region);
    let entry = this.#regions.get(key);
    if (!entry) this.#regions.set(key, (entry = { region, days: new Set() }));
    for (const day of days) entry.days.add(day);
  }

  list(): Change['touched'] {
    return Array.from(this.#regions.values(), ({ region, days }) => ({
      region,
      days: [...days].sort((a, b) => a - b),
    }));
  }
}

/** Where the facilities of these rows are said to be: by the feed's table, else by their records. */
function statedPlaces(rows: readonly SlotRow[], feeds: Configuration['feeds']): StatedPlace[] {
  const places = new Map<string, { facility: string; listed: string | undefined; zips: Set<string>; day: Day }>();
  for (const { origin, content } of rows) {
    const { facility, day, zip } = content;
    let place = places.get(facility);
    if (!place) {
      const table = feeds.get(origin.feed)?.places;
      const listed = table && (table.map.rows.get(facility)?.[table.column] ?? '');
      places.set(facility, (place = { facility, listed, zips: new Set(), day }));
    }
    place.day = Math.max(place.day, day);
    if (zip !== '') place.zips.add(zip);
  }
  return [...places.values()];
}

export function openLoader({ engine, changed, now, log }: LoaderOptions): Loader {
  const books = new Map<string, PlaceBook>();
  const bookOf = (dataset: string): PlaceBook => {
    let book = books.get(dataset);
    if (!book) books.set(dataset, (book = new PlaceBook(engine, dataset)));
    return book;
  };

  /** Slots of one dataset on disk, complete over all versions of their units. Returns every row that may have changed. */
  async function writeSlots(dataset: string, rows: readonly SlotRow[]): Promise<SlotRow[]> {
    const parts = rows.filter(({ content }) => content.unit !== 0n);
    await insertUnitDays(engine, parts);
    await insertSlots(engine, rows);
    const units = [...new Set(parts.map(({ content }) => content.unit))];
    const closing = closingRows(dataset, await unitVersions(engine, { dataset, units }));
    if (closing.length > 0) await insertSlots(engine, closing);
    return [...rows, ...closing];
  }

  async function touchedBy(
    dataset: string,
    rows: readonly SlotRow[],
    configuration: Configuration,
  ): Promise<Change['touched']> {
    const located = await bookOf(dataset).locate(statedPlaces(rows, configuration.feeds), configuration.crosswalk);
    const touched = new Touched();
    const daysOf = new Map<string, Set<Day>>();
    for (const { content } of rows) {
      const { facility, day } = content;
      const days = daysOf.get(facility);
      if (days) days.add(day);
      else daysOf.set(facility, new Set([day]));
    }
    for (const [facility, { regions, moved }] of located) {
      const days = moved ? await facilityDays(engine, { dataset, facility }) : daysOf.get(facility)!;
      for (const region of regions) touched.add(region, days);
    }
    if ([...configuration.feeds.values()].some((feed) => feed.dataset === dataset && feed.record.eventZip)) {
      const days = [...new Set(rows.map(({ content }) => content.day))];
      const places = await eventPlaces(engine, { dataset, days, facilities: [...daysOf.keys()] });
      for (const [day, codes] of places) for (const code of codes) touched.add({ level: 'event_zip', code }, [day]);
    }
    return touched.list();
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
        await pause(Math.min(5000, 100 * attempt));
      }
    }
  }

  async function commitDataset(
    dataset: string,
    batch: readonly ReadSubmission[],
    configuration: Configuration,
  ): Promise<number> {
    const rows = batch.flatMap(slotRows);
    if (rows.length === 0) return nextRev(engine);
    const lap = stopwatch();
    const written = await writeSlots(dataset, rows);
    const slotsMs = lap();
    const touched = await touchedBy(dataset, written, configuration);
    const touchedMs = lap();
    const rev = await nextRev(engine);
    const book = bookOf(dataset);
    await book.refresh();
    await recomputeRollups(engine, { dataset, touched, rev, placeOf: (facility) => book.placeOf(facility) });
    bookOf(dataset).settle(new Set(written.map(({ content }) => content.facility)));
    const rollupsMs = lap();
    await tell({ dataset, rev, touched });
    const facts = { dataset, rev, submissions: batch.length, slots: written.length, regions: touched.length };
    log('info', 'committed', { ...facts, slotsMs, touchedMs, rollupsMs, changedMs: lap() });
    return rev;
  }

  return {
    async commit(batch, configuration) {
      await insertRowFaults(
        engine,
        batch.map(({ stored, reading }) => ({ submission: stored.submission, list: reading.faults })),
      );
      const entries: LedgerEntry[] = [];
      for (const dataset of new Set(batch.map(({ feed }) => feed.dataset))) {
        const members = batch.filter(({ feed }) => feed.dataset === dataset);
        const rev = await commitDataset(dataset, members, configuration);
        for (const { stored, reading } of members) {
          entries.push(ledgerEntry(stored, { state: 'loaded', at: now(), rev, reading }));
        }
      }
      await insertLedger(engine, entries);
    },
  };
}

interface Reached {
  readonly state: LedgerEntry['state'];
  readonly at: number;
  readonly rev?: number;
  readonly reading?: Reading;
  readonly code?: string;
  readonly detail?: string;
}

/** The ledger's line for a state that a submission has reached. */
export function ledgerEntry(stored: StoredSubmission, reached: Reached): LedgerEntry {
  const { submission, feed, name, sha256, bytes, receivedAt, stated } = stored;
  const { state, at, rev = 0, reading, code = '', detail = '' } = reached;
  const facilities = new Set(reading?.statements.map(({ facility }) => facility));
  const facility = stated['facility'] ?? (facilities.size === 1 ? [...facilities][0]! : '');
  return {
    submission, feed, name, facility, sha256, bytes, receivedAt, at, state, code, detail, rev,
    rowsRead: reading?.rowsRead ?? 0, rowsAccepted: reading?.rowsAccepted ?? 0, rowsRefused: reading?.rowsRefused ?? 0,
  }; // prettier-ignore
}
