import { type Day, type Region, STATUS, statusName } from '#vocabulary';
import type { Dataset } from '#registry';
import { facilityPlaces, type SlotVersion, slotVersions, undoneOrders } from '#warehouse';
import { buildRegionDays } from '../region-year.js';
import type { Sources } from '../sources.js';
import type { Value } from './questions.js';
import { grouped } from './grouped.js';
import { type Orders, playDay } from './replay.js';

/** What is played, and by which clock. */
export interface HistoryQuestion {
  readonly dataset: Dataset;
  readonly regions: readonly Region[];
  readonly categories: readonly string[];
  readonly from: Day;
  readonly to: Day;
  readonly flag?: string | undefined;
  /** When submissions take effect: as they arrive, or as they were counted. Gets the submissions of some days. */
  clock?(arrived: ReadonlyMap<string, number>): Promise<(submission: string) => number>;
}

/** A value that became another one. */
export interface Version {
  /** Its number in `regions`. */
  readonly region: number;
  readonly category: string;
  readonly day: Day;
  readonly at: number;
  readonly value: Value;
}

export const NOTHING: Value = { total: null, unflagged: null, status: 'missing' };

const isSame = (one: Value, other: Value): boolean =>
  one.total === other.total && one.unflagged === other.unflagged && one.status === other.status;

/** Slots are held for as many days at a time as have about this many versions. */
const VERSIONS_AT_ONCE = 100_000;
const FIRST_DAYS = 4;
const MOST_DAYS = 366;

const PLACE = { hhs: 'hhs', state: 'state', county: 'county', zip: 'zip' } as const;

/** Which of the regions a facility lies in, by where it lies now; and the facilities of all of them, undefined: all. */
async function membership(
  { engine }: Pick<Sources, 'engine'>,
  { dataset, regions }: Pick<HistoryQuestion, 'dataset' | 'regions'>,
): Promise<{ regionsOf(facility: string): readonly number[]; facilities: readonly string[] | undefined }> {
  const everywhere = regions.flatMap(({ level }, number) =>
    level === 'nation' || level === 'event_zip' ? [number] : [],
  );
  const numbers = new Map<string, number[]>();
  for (const place of new Map((await facilityPlaces(engine, dataset.id)).map((one) => [one.facility, one])).values()) {
    const own = regions.flatMap(({ level, code }, number) => {
      if (level === 'nation' || level === 'event_zip') return [];
      return (level === 'facility' ? place.facility : place[PLACE[level]]) === code ? [number] : [];
    });
    if (own.length + everywhere.length > 0) numbers.set(place.facility, [...own, ...everywhere]);
  }
  return {
    regionsOf: (facility) => numbers.get(facility) ?? [],
    facilities: everywhere.length > 0 ? undefined : [...numbers.keys()],
  };
}

async function clockFor(
  question: HistoryQuestion,
  arrived: ReadonlyMap<string, number>,
): Promise<(submission: string) => number> {
  return question.clock ? question.clock(arrived) : (submission) => arrived.get(submission) ?? 0;
}

/**
 * Plays the days asked again, day after day: every version of every value, in the order of time within a day. Days on
 * which nothing was ever said have none.
 */
export async function* historyOf(sources: Sources, question: HistoryQuestion): AsyncGenerator<Version> {
  const { engine } = sources;
  const { dataset, regions, categories, from, to, flag } = question;
  const { regionsOf, facilities } = await membership(sources, question);
  const undone = await undoneOrders(engine, dataset.id);
  const wanted = new Set(categories);
  const counted: Dataset = {
    ...dataset,
    categories: categories.map((id) => ({ id, title: id })),
    ...(flag === undefined ? {} : { total: { flag }, unflagged: undefined }),
  };
  const hasUnflagged = counted.unflagged !== undefined;
  let step = FIRST_DAYS;
  for (let first = from; first <= to;) {
    const last = Math.min(to, first + step - 1);
    const slots = await slotVersions(engine, { dataset: dataset.id, from: first, to: last, facilities });
    const byDay = grouped(slots, ({ day }) => day);
    const arrived = new Map(slots.map((slot) => [slot.submission, slot.arrived]));
    const spoken = undone.filter(({ submission }) => arrived.has(submission));
    for (const { order, at } of spoken) arrived.set(order, at);
    const instantOf = await clockFor(question, arrived);
    const orders: Orders = grouped(
      spoken.map((order) => ({ ...order, at: instantOf(order.order) })).sort((a, b) => a.at - b.at),
      ({ submission }) => submission,
    );
    for (let day = first; day <= last; day++) {
      const versions: readonly SlotVersion[] = byDay.get(day) ?? [];
      const known = new Map<string, Value>();
      const playing = {
        day,
        slots: versions,
        orders,
        regions,
        regionsOf,
        instantOf: (slot: SlotVersion) => instantOf(slot.submission),
      };
      for (const { at, region, row } of playDay(playing)) {
        const { level } = regions[region]!;
        const built = buildRegionDays(counted, { level, start: day, days: 1, rows: [row] });
        for (const category of wanted) {
          const { total, unflagged, status } = built.categories.get(category)!;
          const isReported = status[0] === STATUS.reported;
          const value = {
            total: isReported ? total[0]! : null,
            unflagged: isReported && hasUnflagged ? unflagged[0]! : null,
            status: statusName(status[0]!),
          };
          const key = `${region} ${category}`;
          if (isSame(known.get(key) ?? NOTHING, value)) continue;
          known.set(key, value);
          yield { region, category, day, at, value };
        }
      }
    }
    const density = Math.max(1, slots.length) / (last - first + 1);
    step = Math.min(MOST_DAYS, Math.max(1, Math.floor(VERSIONS_AT_ONCE / density)));
    first = last + 1;
  }
}
