import type { Day, Region } from '#vocabulary';
import { readDirectory } from '#analytics';
import type { AlarmRule, Configuration, Dataset } from '#registry';
import { type Engine, facilityCountsAsOf } from '#warehouse';
import { breathing } from './breathing.js';
import { type Family, judgeInto, thresholdOf, watchedRegions } from './family.js';
import { History, stepDaysOf } from './history.js';
import { type Cell, cellKey, judgeRegion, reachOf } from './judge-cell.js';

interface Means {
  readonly engine: Engine;
  readonly configuration: Configuration;
}

interface CellQuestion {
  readonly dataset: Dataset;
  /** As it was, or as it is. */
  readonly rule: AlarmRule;
  readonly region: Region;
  readonly category: string;
  readonly day: Day;
  /** What had arrived by then, milliseconds since the epoch; and, where `rev` is not 0, was counted by that revision. */
  readonly asOf: number;
  readonly rev: number;
}

/** A cell as it would have been judged; undefined when nobody took part. */
export interface PastCell {
  readonly cell: Cell | undefined;
  /** p-value up to which a cell was an alarm; undefined where there were too many facilities to judge all others, too. */
  readonly threshold: number | undefined;
}

/** Facilities of whose counts a whole family is judged again; beyond, the one cell. */
const MOST_FACILITIES = 5000;

/** Judges a cell, and all others of its day, from what was known at an instant, by the code that judges today. */
export async function judgeAsOf({ engine, configuration }: Means, question: CellQuestion): Promise<PastCell> {
  const { dataset, rule, region, category, day, asOf, rev } = question;
  const directory = await readDirectory({ engine, dataset: dataset.id, configuration, asOf });
  const isWhole = directory.facilities.size <= MOST_FACILITIES;
  const categories = isWhole ? rule.categories : [category];
  const from = day - reachOf(rule, stepDaysOf(dataset));
  const history = new History({ dataset, categories, first: from, last: day });
  const facilities = isWhole ? undefined : directory.inRegion(region).map(({ facility }) => facility);
  const breathe = breathing();
  for await (const count of facilityCountsAsOf(engine, { dataset: dataset.id, from, to: day, facilities, asOf, rev })) {
    history.put(count);
    await breathe();
  }
  if (!isWhole) {
    const [cell] = judgeRegion({ history, directory, judging: rule }, { region, day, categories });
    return { cell, threshold: undefined };
  }
  const family: Family = new Map();
  await judgeInto(family, { rule, history, directory }, { day, regions: watchedRegions(rule, directory) });
  return { cell: family.get(cellKey(region, category)), threshold: thresholdOf(family, rule) };
}
