import { type Day, type Region, parseDay } from '#vocabulary';
import {
  type Engine,
  type FacilityPlace,
  type SlotRow,
  insertFacilityPlaces,
  insertLedger,
  insertSlots,
  nextRev,
  recomputeRollups,
} from '#warehouse';
import { seeded } from '../crash/random.js';

const DATASET = 'bulk';
const FACILITIES = 2000;
const CATEGORIES = Array.from({ length: 10 }, (_, i) => `category-${i}`);
const FLAGS = ['N', 'Y'];
/** Rows of a source file: one a facility, day, category and flag. */
const CELLS = CATEGORIES.length * FLAGS.length;
const FIRST = parseDay('2025-01-01')!;
const DAYS_AT_ONCE = 10;
const RECEIVED = Date.parse('2025-01-02T00:00:00Z');
const DAY_MS = 86_400_000;

const two = (n: number): string => String(n).padStart(2, '0');

function placeOf(at: number): FacilityPlace {
  const state = `S${two(at % 50)}`;
  const county = `${two(at % 50)}${String(at % 300).padStart(3, '0')}`;
  const zip = String(10_000 + (at % 900));
  return { dataset: DATASET, facility: `B${at}`, zip, county, state, hhs: String(1 + (at % 10)), rev: 1 };
}

/** Every region in which one of the places lies. */
function regionsOf(places: readonly FacilityPlace[]): Region[] {
  const found = new Map<string, Region>([['nation', { level: 'nation', code: 'us' }]]);
  for (const { facility, zip, county, state, hhs } of places) {
    const regions = { facility, zip, county, state, hhs };
    for (const level of ['facility', 'zip', 'county', 'state', 'hhs'] as const)
      found.set(`${level} ${regions[level]}`, { level, code: regions[level] });
  }
  return [...found.values()];
}

/**
 * Fills a database with as many source rows as asked for, through the warehouse's own inserts: slots, places, rollups of
 * every region, and the ledger. Small counts with many zeros, as stores and hospitals report them.
 */
export async function fillBulk(
  engine: Engine,
  { rows, progress }: { rows: number; progress: (done: number) => void },
): Promise<{ rows: number; slots: number }> {
  const random = seeded(20);
  const facilities = Math.min(FACILITIES, Math.max(10, Math.round(Math.sqrt(rows / CELLS))));
  const days = Math.ceil(rows / CELLS / facilities);
  const places = Array.from({ length: facilities }, (_, at) => placeOf(at));
  await insertFacilityPlaces(engine, places);
  const regions = regionsOf(places);
  const cells = CATEGORIES.flatMap((category) => FLAGS.map((flag) => ({ category, flag })));
  const [categories, flags] = [cells.map(({ category }) => category), cells.map(({ flag }) => flag)];
  const [blank, zeros] = [cells.map(() => ''), cells.map(() => 0)];
  let slots = 0;
  for (let from = 0; from < days; from += DAYS_AT_ONCE) {
    const chunk: Day[] = Array.from({ length: Math.min(DAYS_AT_ONCE, days - from) }, (_, i) => FIRST + from + i);
    const submission = from.toString(16).padStart(64, '0');
    const arrived = RECEIVED + from * DAY_MS;
    const origin = { dataset: DATASET, tie: BigInt(from), gen: 0, arrived, submission, feed: DATASET };
    const made = chunk.flatMap((day) =>
      places.map(({ facility, zip }): SlotRow => {
        const values = cells.map(() => (random.chance(0.6) ? 0 : random.below(12)));
        return {
          origin,
          content: {
            day, facility, unit: 0n, version: 1n, reported: true, zip, categories, flags, places: blank, statuses: zeros,
            values, records: values,
          },
        }; // prettier-ignore
      }),
    );
    await insertSlots(engine, made);
    slots += made.length;
    const { rev } = await nextRev(engine, DATASET);
    await recomputeRollups(engine, {
      dataset: DATASET,
      touched: regions.map((region) => ({ region, days: chunk })),
      rev,
    });
    const counted = made.length * CELLS;
    await insertLedger(engine, [
      {
        submission, feed: DATASET, name: `${from}.csv`, facility: '', sha256: submission, bytes: counted, receivedAt: arrived,
        at: arrived, state: 'loaded', code: '', detail: '', rowsRead: counted, rowsAccepted: counted, rowsRefused: 0, rev, step: '', tries: 0, note: '',
      },
    ]); // prettier-ignore
    progress(slots * CELLS);
  }
  return { rows: slots * CELLS, slots };
}
