import { type Day, type Region, parseDay } from '#vocabulary';
import {
  type Engine,
  type FacilityPlace,
  insertFacilityPlaces,
  insertLedger,
  nextRev,
  recomputeRollups,
} from '#warehouse';

const DATASET = 'bulk';
const FACILITIES = 2000;
/** Rows of a source file: one a facility, day, and of ten categories with two flags each. */
const CELLS = 20;
const FIRST = parseDay('2025-01-01')!;
const DAYS_AT_ONCE = 50;
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
 * The slots of some days, made by the engine: three in five cells are zero, as stores and hospitals report them, the others
 * below twelve. `arrived` is a second, `submission` 64 hex digits.
 */
function slotsOf(
  days: readonly Day[],
  { facilities, arrived, submission }: { facilities: number; arrived: number; submission: string },
): string {
  return `
    INSERT INTO slots (dataset, day, facility, unit, ver, tie, gen, arrived, submission, feed, reported, zip, category, flag, place, status, value, records)
    WITH number % ${facilities} AS facility_number,
         arrayMap(cell -> cityHash64(${days[0]!}, number, cell), range(${CELLS})) AS random,
         arrayMap(draw -> draw % 5 < 3 ? 0 : intDiv(draw, 5) % 12, random) AS drawn
    SELECT '${DATASET}', toDate(${days[0]!} + intDiv(number, ${facilities})), concat('B', toString(facility_number)), 0, 1, 0, 0,
           toDateTime64(${arrived}, 3, 'UTC'), unhex('${submission}'), '${DATASET}', 1, toString(10000 + facility_number % 900),
           arrayMap(cell -> concat('category-', toString(intDiv(cell, 2))), range(${CELLS})),
           arrayMap(cell -> cell % 2 = 0 ? 'N' : 'Y', range(${CELLS})),
           arrayMap(cell -> '', range(${CELLS})), arrayMap(cell -> 0, range(${CELLS})), drawn, drawn
    FROM numbers(${days.length * facilities})`;
}

/**
 * Fills a database with as many source rows as asked for: slots made by the engine, then what ingest does with them: places,
 * rollups of every region by the real count, the ledger.
 */
export async function fillBulk(
  engine: Engine,
  { rows, progress }: { rows: number; progress: (done: number) => void },
): Promise<{ rows: number; slots: number }> {
  const facilities = Math.min(FACILITIES, Math.max(10, Math.round(Math.sqrt(rows / CELLS))));
  const days = Math.ceil(rows / CELLS / facilities);
  const places = Array.from({ length: facilities }, (_, at) => placeOf(at));
  await insertFacilityPlaces(engine, places);
  const regions = regionsOf(places);
  let slots = 0;
  for (let from = 0; from < days; from += DAYS_AT_ONCE) {
    const chunk: Day[] = Array.from({ length: Math.min(DAYS_AT_ONCE, days - from) }, (_, i) => FIRST + from + i);
    const submission = from.toString(16).padStart(64, '0');
    const arrived = RECEIVED + from * DAY_MS;
    await engine.run(slotsOf(chunk, { facilities, arrived: arrived / 1000, submission }));
    slots += chunk.length * facilities;
    const { rev } = await nextRev(engine, DATASET);
    const touched = regions.map((region) => ({ region, days: chunk }));
    await recomputeRollups(engine, { dataset: DATASET, touched, rev });
    const counted = chunk.length * facilities * CELLS;
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
