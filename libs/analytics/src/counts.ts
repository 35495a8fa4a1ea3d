import type { Day, Level } from '#vocabulary';
import type { Configuration, Dataset } from '#registry';
import { type Engine, type RegionRow, type Then, regionRows, regionRowsThen, releasedRows } from '#warehouse';

interface RowsQuestion {
  readonly dataset: string;
  readonly level: Level;
  readonly regions: readonly string[];
  readonly from: Day;
  readonly to: Day;
}

/** Where counts come from: as they are, or as they are released to those who may not see small ones. */
export interface Counts {
  /** Stands in the names of answers, so that those of one are never taken for those of the other. */
  readonly mark: '' | 'released ';
  /** As known now; ordered by region and day. */
  now(dataset: Dataset, question: RowsQuestion): Promise<RegionRow[]>;
  then(dataset: Dataset, question: RowsQuestion & { readonly then: Then }): Promise<RegionRow[]>;
}

export function exactCounts(engine: Engine): Counts {
  return {
    mark: '',
    now: (_, question) => regionRows(engine, question),
    then: (_, question) => regionRowsThen(engine, question),
  };
}

/**
 * Numbers of the releases; who has reported, and what is missing or withheld by its sender, as it is. A number that is
 * not released is suppressed, and so are all parts of a total.
 */
export function releasedCounts(engine: Engine): Counts {
  async function released(dataset: Dataset, rows: RegionRow[], question: RowsQuestion & { then?: Then }) {
    const numbers = await releasedRows(engine, question);
    return rows.map((row) => withheld(row, { dataset, numbers: numbers.get(row.region)?.get(row.day) }));
  }
  return {
    mark: 'released ',
    now: async (dataset, question) => released(dataset, await regionRows(engine, question), question),
    then: async (dataset, question) => released(dataset, await regionRowsThen(engine, question), question),
  };
}

/** What is known of a category without its number. */
interface Known {
  stated: boolean;
  reported: number;
  suppressed: number;
  missing: number;
}

/** The row with released numbers in the place of its own; `numbers` undefined: none. */
export function withheld(
  row: RegionRow,
  { dataset, numbers }: { dataset: Dataset; numbers: ReadonlyMap<string, number> | undefined },
): RegionRow {
  const totalFlag = dataset.total === 'sum' ? undefined : dataset.total.flag;
  const none = (): Known => ({ stated: false, reported: 0, suppressed: 0, missing: 0 });
  const known = new Map<string, Known>(dataset.categories.map(({ id }) => [id, none()]));
  row.categories.forEach((category, i) => {
    if (totalFlag !== undefined && row.flags[i] !== totalFlag) return;
    const one = known.get(category) ?? none();
    known.set(category, one);
    one.stated = true;
    one.reported += row.reported[i]!;
    one.suppressed += row.suppressed[i]!;
    one.missing += row.missing[i]!;
  });
  const cells: {
    category: string;
    flag: string;
    value: number;
    reported: number;
    suppressed: number;
    missing: number;
  }[] = [];
  for (const [category, { stated, reported, suppressed, missing }] of known) {
    const hasNumber = stated ? reported > 0 : row.reporting > 0 && dataset.absence === 'zero';
    const number = hasNumber ? numbers?.get(category) : undefined;
    const flag = totalFlag ?? TOTAL;
    if (number !== undefined) cells.push({ category, flag, value: number, reported: 1, suppressed: 0, missing: 0 });
    else if (hasNumber) cells.push({ category, flag, value: 0, reported: 0, suppressed: 1, missing: 0 });
    else if (stated) cells.push({ category, flag, value: 0, reported: 0, suppressed, missing });
    if (!hasNumber && !stated) continue;
    const part = hasNumber ? { suppressed: 1, missing: 0 } : { suppressed, missing };
    for (const { id } of dataset.flags)
      if (id !== totalFlag) cells.push({ category, flag: id, value: 0, reported: 0, ...part });
  }
  return {
    ...row,
    categories: cells.map(({ category }) => category),
    flags: cells.map(({ flag }) => flag),
    values: cells.map(({ value }) => value),
    reported: cells.map(({ reported }) => reported),
    suppressed: cells.map(({ suppressed }) => suppressed),
    missing: cells.map(({ missing }) => missing),
  };
}

/** Flag of a released total of all flags; no flag of a dataset is empty. */
const TOTAL = '';

const seen = new WeakMap<Configuration, Configuration>();

/** The configuration for released counts: there is no unflagged part. The same one for the same configuration. */
export function withoutParts(configuration: Configuration): Configuration {
  let without = seen.get(configuration);
  if (!without) {
    const datasets = [...configuration.datasets].map(([id, dataset]) => {
      return [id, dataset.suppression ? { ...dataset, unflagged: undefined } : dataset] as const;
    });
    seen.set(configuration, (without = { ...configuration, datasets: new Map(datasets) }));
  }
  return without;
}
