import type { Directory } from '#analytics';
import type { Day, Region } from '#vocabulary';
import type { AlarmRule } from '#registry';
import { breathing } from './breathing.js';
import { discoveryThreshold } from './discovery.js';
import type { History } from './history.js';
import { type Cell, cellKey, judgeRegion } from './judge-cell.js';

/** Every cell of a rule on one day: the tests among which false discoveries are counted. */
export type Family = Map<string, Cell>;

/** The regions that a rule watches: those that have facilities. */
export const watchedRegions = ({ levels }: Pick<AlarmRule, 'levels'>, directory: Directory): Region[] =>
  levels.flatMap((level) => directory.regions(level).map((code) => ({ level, code })));

/** Judges some regions of a rule on a day (all when undefined), and puts the cells in the family. Returns how many. */
export async function judgeInto(
  family: Family,
  means: { readonly rule: AlarmRule; readonly history: History; readonly directory: Directory },
  { day, regions }: { day: Day; regions: Iterable<Region> },
): Promise<number> {
  const { rule, history, directory } = means;
  const breathe = breathing();
  let judged = 0;
  for (const region of regions) {
    const cells = judgeRegion({ history, directory, judging: rule }, { region, day, categories: rule.categories });
    for (const cell of cells) family.set(cellKey(region, cell.category), cell);
    judged += cells.length;
    await breathe();
  }
  return judged;
}

/** An alarm of the method that is not among the discoveries is a warning. One without a p-value stands for itself. */
export function afterDiscovery(cell: Cell, threshold: number): Cell['judged'] {
  return cell.judged === 'alarm' && cell.p > threshold ? 'warning' : cell.judged;
}

export const thresholdOf = (family: Family, { falseDiscovery }: Pick<AlarmRule, 'falseDiscovery'>): number =>
  discoveryThreshold(
    Array.from(family.values(), ({ p }) => p),
    falseDiscovery,
  );
