import type { Configuration, Feed } from '#registry';
import type { StoredSubmission } from '#raw-store';
import { type LedgerEntry, type SlotRow, insertLedger, insertRowFaults, nextRev, statesReached } from '#warehouse';
import type { Reading } from '../statement.js';
import { type Closing, carryOutClosing } from './closings.js';
import { type CountingOptions, openCounting } from './counting.js';
import { ledgerEntry } from './ledger-entry.js';
import { COUNTED, type Order, carryOut } from './orders.js';
import type { ChangedSlot } from './touched.js';
import { writeSlots } from './write-slots.js';

/** A submission that was read and is to be counted. */
export interface ReadSubmission {
  readonly stored: StoredSubmission;
  readonly feed: Feed;
  readonly reading: Reading;
}

export interface Loader {
  /**
   * Counts a batch. In order: row faults, slots, revision, rollups, `changed`, ledger. A crash anywhere leaves the
   * submissions pending, and committing them again writes equal rows. Resolves when the ledger has acknowledged.
   */
  commit(batch: readonly ReadSubmission[], configuration: Configuration): Promise<void>;
  /**
   * Carries out an order about a submission or a facility: the same steps, with the same promise. Resolves with false, and has done
   * nothing, while the submission has not been counted.
   */
  carryOut(order: Order | Closing, configuration: Configuration): Promise<boolean>;
}

export interface LoaderOptions extends CountingOptions {
  now(): number;
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

/** The slots that a submission states. */
export function slotRows({ stored, feed, reading }: ReadSubmission): SlotRow[] {
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

const changedSlot = ({ origin: { feed }, content: { facility, day, zip } }: SlotRow): ChangedSlot => ({
  facility, day, zip, feed,
}); // prettier-ignore

export function openLoader(options: LoaderOptions): Loader {
  const { engine, now, log } = options;
  const counting = openCounting(options);

  async function commitDataset(
    dataset: string,
    batch: readonly ReadSubmission[],
    configuration: Configuration,
  ): Promise<number> {
    const rows = batch.flatMap(slotRows);
    if (rows.length === 0) return (await nextRev(engine, dataset)).rev;
    const lap = stopwatch();
    const written = await writeSlots(engine, dataset, rows);
    const slotsMs = lap();
    const { rev, touched } = await counting.count(dataset, written.map(changedSlot), configuration);
    const facts = { dataset, rev, submissions: batch.length, slots: written.length, regions: touched.length };
    log('info', 'committed', { ...facts, slotsMs, countMs: lap() });
    return rev;
  }

  return {
    async commit(batch, configuration) {
      await insertRowFaults(
        engine,
        batch.map(({ stored, reading }) => ({ submission: stored.submission, list: reading.faults })),
      );
      const datasets = [...new Set(batch.map(({ feed }) => feed.dataset))];
      const revs = new Map(
        await Promise.all(
          datasets.map(async (dataset): Promise<[string, number]> => {
            const members = batch.filter(({ feed }) => feed.dataset === dataset);
            return [dataset, await commitDataset(dataset, members, configuration)];
          }),
        ),
      );
      // The instant before the question: what was ordered about one that another worker has counted meanwhile is later.
      const at = now();
      const states = await statesReached(
        engine,
        batch.map(({ stored }) => stored.submission),
      );
      const entries = batch.flatMap(({ stored, feed, reading }): LedgerEntry[] =>
        COUNTED.has(states.get(stored.submission)?.state ?? 'received')
          ? []
          : [ledgerEntry(stored, { state: 'loaded', at, rev: revs.get(feed.dataset)!, reading })],
      );
      await insertLedger(engine, entries);
    },
    async carryOut(order, configuration) {
      const means = { engine, counting, configuration, now };
      if ('about' in order) return carryOut(order, means);
      await carryOutClosing(order, means);
      return true;
    },
  };
}
