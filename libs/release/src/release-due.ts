import { type Day, dayAt, NATION } from '#vocabulary';
import { type DayRelease, nextRelease, readDayRelease, releasedCounts, writeDayRelease } from '#privacy';
import type { Configuration, Dataset, Suppression } from '#registry';
import {
  type Engine,
  type Release,
  type ReleaseDay,
  facilityCells,
  facilityPlaces,
  insertReleased,
  insertReleases,
  releaseDays,
  releaseStates,
} from '#warehouse';
import { byRegion, numbersOf, placesOf } from './numbers.js';

/** Days that are looked at together. */
const TOGETHER = 8;
const HOUR = 3_600_000;
/** While more submissions than this wait to be read, no day is released for the first time: much of it may be among them. */
const BACKLOG = 100;

/** What has been looked at since the process began; a value that {@link releaseDue} fills. */
export interface Looked {
  /** Dataset → the period of `every` hours in which changes were last released. */
  readonly periods: Map<string, number>;
}

export interface DueOptions {
  readonly engine: Engine;
  readonly configuration: Configuration;
  readonly looked: Looked;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Submissions that have been received and not read. */
  readonly backlog: number;
}

interface Out {
  readonly dataset: string;
  readonly days: number;
}

/**
 * Releases what is due of every dataset with suppression: days for the first time, once they are old enough, and once in
 * each period what has changed of released days. Gives the datasets of which something new is out. Only one process may
 * do it at a time; a kill at any moment loses nothing, the next time does the rest.
 */
export async function releaseDue(options: DueOptions): Promise<Out[]> {
  const out: Out[] = [];
  for (const dataset of options.configuration.datasets.values()) {
    if (!dataset.suppression) continue;
    const days = await releaseDataset(options, { ...dataset, suppression: dataset.suppression });
    if (days > 0) out.push({ dataset: dataset.id, days });
  }
  return out;
}

type Suppressed = Dataset & { readonly suppression: Suppression };

async function releaseDataset(options: DueOptions, dataset: Suppressed): Promise<number> {
  const { engine, now, backlog, looked } = options;
  const { wait, every } = dataset.suppression;
  const period = Math.floor(now / (every * HOUR));
  const isPeriod = looked.periods.get(dataset.id) !== period;
  const firstUnripe = dayAt(now - wait * HOUR, dataset.timeZone);
  const all = await releaseDays(engine, dataset.id);
  const torn = all.filter(({ last, written }) => last > written);
  const due = all.filter(({ day, rev, last, madeFrom }) =>
    last === 0 ? day < firstUnripe && backlog <= BACKLOG : isPeriod && rev > madeFrom,
  );
  for (const days of chunks(torn)) await writeAgain(engine, dataset, days);
  let released = torn.length;
  const placed = due.length === 0 ? [] : placesOf(await facilityPlaces(engine, dataset.id), dataset.suppression);
  for (const days of chunks(due)) {
    const releases = await nextOf(options, { dataset, days, placed });
    if (releases.length === 0) continue;
    // First that it happened: what is written after can be written again from it.
    await insertReleases(
      engine,
      releases.map(({ release, ...rest }) => ({ ...rest, state: writeDayRelease(release) })),
    );
    await write(engine, releases);
    released += releases.length;
  }
  looked.periods.set(dataset.id, period);
  return released;
}

function* chunks<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += TOGETHER) yield list.slice(at, at + TOGETHER);
}

type Made = Omit<Release, 'state'> & { readonly release: DayRelease };

async function nextOf(
  { engine, now }: DueOptions,
  { dataset, days, placed }: { dataset: Suppressed; days: readonly ReleaseDay[]; placed: ReturnType<typeof placesOf> },
): Promise<Made[]> {
  const wanted = days.map(({ day }) => day);
  const again = days.filter(({ last }) => last > 0).map(({ day }) => day);
  const [cells, states] = [
    await facilityCells(engine, { dataset: dataset.id, days: wanted }),
    await releaseStates(engine, { dataset: dataset.id, days: again, only: 'last' }),
  ];
  const numbers = numbersOf(cells, dataset);
  const before = new Map(states.map(({ day, state }) => [day, readDayRelease(state)]));
  const { threshold, protection } = dataset.suppression;
  return days.flatMap(({ day, rev }) => {
    const release = nextRelease(before.get(day), {
      rule: { threshold, protection },
      places: placed,
      numbers: numbers.get(day) ?? new Map(),
    });
    return release ? [{ dataset: dataset.id, day, no: release.no, at: now, rev, release }] : [];
  });
}

async function writeAgain(engine: Engine, { id }: Dataset, days: readonly { readonly day: Day }[]): Promise<void> {
  const states = await releaseStates(engine, { dataset: id, days: days.map(({ day }) => day), only: 'last' });
  await write(
    engine,
    states.map(({ day, no, at, state }) => ({ dataset: id, day, no, at, release: readDayRelease(state) })),
  );
}

async function write(engine: Engine, releases: readonly Omit<Made, 'rev'>[]): Promise<void> {
  const rows = releases.map(({ release, dataset, day, no, at }) => {
    const regions = byRegion(
      new Map([...release.categories.keys()].map((category) => [category, releasedCounts(release, category)])),
    );
    // The nation has a row in any case: it says that the numbers of the release are written.
    const nation = { region: { level: 'nation', code: NATION } as const, counts: new Map<string, number>() };
    const hasNation = regions.some(({ region }) => region.level === 'nation');
    return { dataset, day, no, at, regions: hasNation ? regions : [nation, ...regions] };
  });
  await insertReleased(engine, rows);
}
