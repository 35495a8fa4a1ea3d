import { createHash } from 'node:crypto';
import { BellwetherError, type Day, type Region } from '#vocabulary';
import type { Configuration, Dataset, Feed } from '#registry';
import type { RawStore } from '#raw-store';
import {
  type Engine,
  type RegionCount,
  type SlotRow,
  type UnitVersion,
  countRegions,
  slotsOfSubmission,
  unitVersions,
} from '#warehouse';
import { closingRows } from '../load/close-units.js';
import { PlaceBook } from '../load/places.js';
import { type OrderKind, withdrawingRows } from '../load/orders.js';
import { type ChangedSlot, regionsTouched, statedPlaces } from '../load/touched.js';
import { slotRows } from '../load/index.js';
import { readSubmission, statedBy } from '../read-submission.js';
import type { Reading } from '../statement.js';

/** A cell of a region: the sum of the reported numbers, and how many facilities report, suppress, miss it. */
export interface Cell {
  readonly value: number;
  readonly reported: number;
  readonly suppressed: number;
  readonly missing: number;
}

export interface CellChange {
  readonly region: Region;
  readonly day: Day;
  readonly category: string;
  readonly flag: string;
  /** Undefined: nobody said anything about it. */
  readonly before: Cell | undefined;
  readonly after: Cell | undefined;
}

/** A region and day of which something would change, as it would be counted. */
interface RegionChange {
  readonly region: Region;
  readonly day: Day;
  readonly after: RegionCount;
}

/** Facilities that report a day. */
export interface ReportingChange {
  readonly region: Region;
  readonly day: Day;
  readonly before: number;
  readonly after: number;
}

/** A count above its upper bound, of those who have reported. */
interface Alarm {
  readonly value: number;
  readonly expected: number;
  readonly upperbound: number;
}

/** Alarms that would appear, disappear or change: on the changed days, and on days that have one of them in their baseline. */
export interface AlarmChanges {
  /** Ids of the methods. */
  readonly detector: string;
  readonly changes: readonly {
    readonly region: Region;
    readonly category: string;
    readonly day: Day;
    /** Undefined: no alarm, or not enough to tell. */
    readonly before: Alarm | undefined;
    readonly after: Alarm | undefined;
  }[];
  /** There may be more: not everything was looked at. */
  readonly isCut: boolean;
}

/** What would change. Nothing has been written. */
export interface DryRun {
  readonly dataset: string;
  /** What became of the rows; undefined for an order. */
  readonly reading: Reading | undefined;
  readonly cells: readonly CellChange[];
  readonly reporting: readonly ReportingChange[];
  readonly alarms: AlarmChanges;
  /** There are more changes than are listed. */
  readonly isCut: boolean;
}

export interface DryRunMeans {
  readonly engine: Engine;
  readonly store: RawStore;
  configuration(): Configuration;
  passwordOf(feed: Feed, sender: string): string | undefined;
  readonly recordKey: Uint8Array;
  /** What would become of the alarms, were these regions counted so. */
  alarms(question: { readonly dataset: Dataset; readonly changed: readonly RegionChange[] }): Promise<AlarmChanges>;
  now(): number;
}

/** Changes that are listed at most. */
const MOST_CHANGES = 20_000;
/** Facility-days that are tried at most. */
const MOST_SLOTS = 20_000;
const NOBODY = '00'.repeat(32);

interface Supposition {
  readonly dataset: string;
  readonly slots: readonly SlotRow[];
  /** Facility-days that may change. */
  readonly changed: readonly ChangedSlot[];
  readonly without?: string;
}

/** What a file would do, were it received now. Throws the error for which it would be refused. */
export async function dryRunFile(
  means: DryRunMeans,
  file: { readonly feed: string; readonly name: string; readonly content: Uint8Array },
): Promise<DryRun> {
  const configuration = means.configuration();
  const feed = configuration.feeds.get(file.feed);
  if (!feed?.enabled) throw new BellwetherError('UNKNOWN_FEED', `there is no feed "${file.feed.slice(0, 64)}"`);
  const receivedAt = means.now();
  const { content, name } = file;
  const stated = statedBy(feed, name);
  const password = feed.password && means.passwordOf(feed, stated['facility'] ?? stated['sender'] ?? '');
  const { recordKey } = means;
  const reading = readSubmission({ content, name, receivedAt, feed, configuration, password, recordKey });
  const sha256 = createHash('sha256').update(content).digest('hex');
  const stored = { submission: NOBODY, feed: feed.id, name, stated, sha256, bytes: content.length, receivedAt };
  const own = slotRows({ stored, feed, reading });
  const slots = [...own, ...(await closing(means.engine, feed.dataset, own))];
  const changed = slots.map(({ content: { facility, day, zip } }) => ({ facility, day, zip, feed: feed.id }));
  return { ...(await suppose(means, { dataset: feed.dataset, slots, changed })), reading };
}

/** What an order would do. One that takes an order back cannot be tried. */
export async function dryRunOrder(
  means: DryRunMeans,
  { order, submission }: { readonly order: OrderKind; readonly submission: string },
): Promise<DryRun> {
  const target = await means.store.facts(submission);
  if (!target) throw new BellwetherError('UNKNOWN_SUBMISSION', 'there is no such submission');
  if (target.kind === 'order') throw new BellwetherError('REQUEST_INVALID', 'taking an order back cannot be tried');
  const feed = means.configuration().feeds.get(target.feed);
  if (!feed) throw new BellwetherError('UNKNOWN_FEED', `feed "${target.feed}" is not configured`);
  const { dataset } = feed;
  const spoken = await slotsOfSubmission(means.engine, { dataset, submission });
  const changed = spoken.map(({ facility, day, zip }) => ({ facility, day, zip, feed: feed.id }));
  const stored = { submission: NOBODY, feed: feed.id, receivedAt: means.now() };
  const supposition: Supposition =
    order === 'undo'
      ? { dataset, slots: [], changed, without: submission }
      : { dataset, slots: withdrawingRows(spoken, { dataset, stored }), changed };
  return { ...(await suppose(means, supposition)), reading: undefined };
}

/** The rows that would close the units of these slots together with the versions that are there. */
async function closing(engine: Engine, dataset: string, slots: readonly SlotRow[]): Promise<SlotRow[]> {
  const parts = slots.filter(({ content }) => content.unit !== 0n);
  const versions = new Map<string, UnitVersion & { touches: { facility: string; day: Day }[] }>();
  for (const { origin, content } of parts) {
    const { tie, gen, arrived, submission, feed } = origin;
    const { unit, version: ver, facility, day } = content;
    const key = `${unit}/${ver}`;
    const known = versions.get(key);
    if (known) known.touches.push({ facility, day });
    else versions.set(key, { unit, ver, tie, gen, arrived, submission, feed, touches: [{ facility, day }] });
  }
  const units = [...new Set(parts.map(({ content }) => content.unit))];
  const known = await unitVersions(engine, { dataset, units });
  return closingRows(dataset, { versions: [...known, ...versions.values()], written: versions.values() });
}

async function suppose(
  { engine, configuration, alarms }: DryRunMeans,
  { dataset, slots, changed, without }: Supposition,
): Promise<Omit<DryRun, 'reading'>> {
  if (changed.length > MOST_SLOTS)
    throw new BellwetherError('PAYLOAD_TOO_LARGE', `a dry run covers ${MOST_SLOTS} facility-days, this is more`);
  const book = new PlaceBook(engine, dataset);
  await book.refresh();
  book.suppose(statedPlaces(changed, configuration().feeds), configuration().crosswalk);
  const touched = await regionsTouched(engine, { dataset, slots: changed, configuration: configuration(), book });
  const placeOf = book.placeOf.bind(book);
  const before = countRegions(engine, { dataset, touched, placeOf });
  const supposing = { slots, ...(without === undefined ? {} : { without }) };
  const after = countRegions(engine, { dataset, touched, placeOf, supposing });
  const cells: CellChange[] = [];
  const reporting: ReportingChange[] = [];
  const changedRegions: RegionChange[] = [];
  const known = configuration().datasets.get(dataset);
  if (!known) throw new BellwetherError('UNKNOWN_DATASET', `dataset "${dataset}" is not configured`);
  let isCut = false;
  // Both count the same regions and days in the same order.
  for await (const was of before) {
    const next = await after.next();
    if (next.done) break;
    const is = next.value;
    const { region, day } = was;
    if (was.reporting !== is.reporting) reporting.push({ region, day, before: was.reporting, after: is.reporting });
    const changes = changesOf(was, is);
    cells.push(...changes);
    if (changes.length > 0 || was.reporting !== is.reporting) changedRegions.push({ region, day, after: is });
    isCut = cells.length > MOST_CHANGES || reporting.length > MOST_CHANGES;
    if (isCut) break;
  }
  const found = await alarms({ dataset: known, changed: changedRegions });
  return {
    dataset,
    cells: cells.slice(0, MOST_CHANGES),
    reporting: reporting.slice(0, MOST_CHANGES),
    alarms: { ...found, isCut: found.isCut || isCut },
    isCut,
  };
}

function cellsOf(count: RegionCount): Map<string, Cell & { category: string; flag: string }> {
  return new Map(
    count.categories.map((category, i) => {
      const flag = count.flags[i]!;
      const cell = {
        category, flag, value: count.values[i]!, reported: count.reported[i]!, suppressed: count.suppressed[i]!,
        missing: count.missing[i]!,
      }; // prettier-ignore
      return [JSON.stringify([category, flag]), cell];
    }),
  );
}

function changesOf(was: RegionCount, is: RegionCount): CellChange[] {
  const [before, after] = [cellsOf(was), cellsOf(is)];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [a, b] = [before.get(key), after.get(key)];
    const isSame =
      a?.value === b?.value && a?.reported === b?.reported && a?.suppressed === b?.suppressed && a?.missing === b?.missing; // prettier-ignore
    if (isSame) return [];
    const { category, flag } = (a ?? b)!;
    const bare = (cell: typeof a): Cell | undefined =>
      cell && { value: cell.value, reported: cell.reported, suppressed: cell.suppressed, missing: cell.missing };
    return [{ region: was.region, day: was.day, category, flag, before: bare(a), after: bare(b) }];
  });
}
