import { type Day, LEVELS, type Region, regionKey } from '#vocabulary';
import { type Directory, readDirectory } from '#analytics';
import type { AlarmRule, Configuration, Dataset } from '#registry';
import { type Engine, type FacilityCount, facilityCounts } from '#warehouse';
import { breathing } from '../judge/breathing.js';
import { History } from '../judge/history.js';
import { type Cell, cellKey, judgeRegion, reachOf } from '../judge/judge-cell.js';

/** A region and day that would change. */
export interface TriedDay {
  readonly region: Region;
  readonly day: Day;
  /** What would be stated. */
  readonly after: Omit<FacilityCount, 'facility' | 'rev'>;
}

interface TriedAlarm {
  readonly value: number;
  readonly expected: number;
  readonly upperbound: number;
}

interface TriedChanges {
  readonly detector: string;
  readonly changes: readonly {
    readonly region: Region;
    readonly category: string;
    readonly day: Day;
    readonly before: TriedAlarm | undefined;
    readonly after: TriedAlarm | undefined;
  }[];
  readonly isCut: boolean;
}

/** Judgements that are made at most, before and after; cells beyond are not looked at. */
const MOST_CELLS = 10_000;
/** A region with more facilities than this is not looked at. */
const MOST_MEMBERS = 5000;
/** Days after a changed day that are looked at, too: it is in their baseline. */
const DAYS_AFTER = 7;

/** Where nobody has written a rule: every level, by the method that rules have unless they say otherwise. */
const UNWRITTEN: Pick<AlarmRule, 'levels' | 'method' | 'parameters' | 'matching' | 'history'> = {
  levels: LEVELS,
  method: 'switch',
  parameters: {},
  matching: { leastShare: 0.2, leastPresence: 0.75, leastPast: 0.75 },
  history: undefined,
};

/**
 * What would become of the alarms if facilities stated something else: of the regions and days that this touches and the
 * seven days after, by the rules of the dataset (each cell for itself: how many others stand out is left aside) and by the
 * code that judges what arrives. Of weekly datasets nothing is told: their alarms are told when the file has been counted.
 */
export async function tryAlarms(
  { engine, configuration }: { readonly engine: Engine; readonly configuration: Configuration },
  { dataset, changed }: { readonly dataset: Dataset; readonly changed: readonly TriedDay[] },
): Promise<TriedChanges> {
  if (dataset.cadence === 'week') return { detector: 'none', changes: [], isCut: false };
  const written = [...configuration.alarms.values()].filter((rule) => rule.enabled && rule.dataset === dataset.id);
  const every = dataset.categories.map(({ id }) => id);
  const rules = written.length > 0 ? written : [{ ...UNWRITTEN, categories: every }];
  const detector = [...new Set(rules.map(({ method }) => method))].join(', ');
  if (changed.length === 0) return { detector, changes: [], isCut: false };

  const directory = await readDirectory({ engine, dataset: dataset.id, configuration });
  const days = changed.map(({ day }) => day);
  const [first, last] = [Math.min(...days), Math.max(...days) + DAYS_AFTER];
  const categories = [...new Set(rules.flatMap((rule) => rule.categories))];
  const { wanted, isCut } = wantedCells({ changed, directory, levels: new Set(rules.flatMap(({ levels }) => levels)) });
  const members = new Set(
    [...wanted.values()].flatMap(({ region }) => directory.inRegion(region).map(({ facility }) => facility)),
  );
  const from = Math.max(0, first - Math.max(...rules.map((rule) => reachOf(rule, 1))));
  const is = new History({ dataset, categories, first: from, last });
  const facilities = members.size > directory.facilities.size / 2 ? undefined : [...members];
  const breathe = breathing();
  for await (const count of facilityCounts(engine, { dataset: dataset.id, from, to: last, facilities })) {
    is.put(count);
    await breathe();
  }
  const would = is.supposing(
    changed.flatMap(({ region, after }) => (region.level === 'facility' ? [{ ...after, facility: region.code }] : [])),
  );

  const changes = new Map<string, TriedChanges['changes'][number]>();
  let judged = 0;
  for (const rule of rules) {
    for (const { region, days: some } of wanted.values()) {
      if (!rule.levels.some((level) => level === region.level)) continue;
      for (const day of some) {
        if (day - reachOf(rule, 1) < from) continue;
        judged += 2 * rule.categories.length;
        if (judged > 2 * MOST_CELLS) return { detector, changes: [...changes.values()], isCut: true };
        const asked = { region, day, categories: rule.categories };
        const before = judgeRegion({ history: is, directory, judging: rule }, asked);
        const after = judgeRegion({ history: would, directory, judging: rule }, asked);
        for (const [i, cell] of before.entries()) {
          const [was, next] = [alarmOf(cell), alarmOf(after[i]!)];
          const key = `${day} ${cellKey(region, cell.category)}`;
          if (isSame(was, next) || changes.has(key)) continue;
          changes.set(key, { region, category: cell.category, day, before: was, after: next });
        }
        await breathe();
      }
    }
  }
  return { detector, changes: [...changes.values()], isCut };
}

/** Regions with the days to be judged, coarse regions first. */
function wantedCells(given: {
  readonly changed: readonly TriedDay[];
  readonly directory: Directory;
  readonly levels: ReadonlySet<string>;
}): { readonly wanted: ReadonlyMap<string, { region: Region; days: ReadonlySet<Day> }>; readonly isCut: boolean } {
  const { changed, directory, levels } = given;
  const wanted = new Map<string, { region: Region; days: Set<Day> }>();
  let isCut = false;
  const order = (level: string): number => LEVELS.findIndex((one) => one === level);
  const sorted = [...changed].sort((a, b) => order(a.region.level) - order(b.region.level) || a.day - b.day);
  for (const { region, day } of sorted) {
    if (!levels.has(region.level)) continue;
    if (directory.inRegion(region).length > MOST_MEMBERS) {
      isCut = true;
      continue;
    }
    const key = regionKey(region);
    let entry = wanted.get(key);
    if (!entry) wanted.set(key, (entry = { region, days: new Set() }));
    for (let after = 0; after <= DAYS_AFTER; after++) entry.days.add(day + after);
  }
  return { wanted, isCut };
}

const alarmOf = ({ judged, value, expected, upperbound }: Cell): TriedAlarm | undefined =>
  judged === 'alarm' ? { value, expected, upperbound } : undefined;

const isSame = (a: TriedAlarm | undefined, b: TriedAlarm | undefined): boolean =>
  a?.value === b?.value && a?.expected === b?.expected && a?.upperbound === b?.upperbound;
