import type { DatasetInfo, Questions } from '#analytics';
import { type Level, NATION, type Region } from '#vocabulary';
import type { Names } from './parameters.js';

/**
 * A signal of Epidata: one category of a dataset, `respiratory`; or the counts of one flag of it,
 * `respiratory.discharged`. Its data source is the dataset.
 */
export interface Signal {
  readonly dataset: DatasetInfo;
  readonly name: string;
  readonly category: string;
  readonly flag: string | undefined;
}

export function signalsOf(dataset: DatasetInfo): readonly Signal[] {
  return dataset.categories.flatMap(({ id: category }) => [
    { dataset, name: category, category, flag: undefined },
    ...dataset.flags.map(({ id: flag }) => ({ dataset, name: `${category}.${flag}`, category, flag })),
  ]);
}

/** The geographic types of Epidata that are levels here, and two of ours. Others (msa, hrr, dma) have no results. */
const LEVEL_OF: Readonly<Record<string, Level>> = {
  nation: 'nation',
  hhs: 'hhs',
  state: 'state',
  county: 'county',
  zip: 'zip',
  facility: 'facility',
};
export const GEO_TYPES = Object.keys(LEVEL_OF);

/** Epidata writes the letters of states small. */
export const geoValueOf = ({ level, code }: Region): string => (level === 'state' ? code.toLowerCase() : code);
function codeOf(level: Level, value: string): string {
  if (level === 'state' && value.toLowerCase() !== 'unknown') return value.toUpperCase();
  return level === 'facility' ? value : value.toLowerCase();
}

const PAGE = 1000;

/** The regions meant: all that have data, or those named, of which the ones without data are left out later. */
export async function regionsOf(
  questions: Questions,
  { dataset, type, values }: { dataset: string; type: string; values: Names },
): Promise<readonly Region[]> {
  const level = LEVEL_OF[type];
  if (level === undefined) return [];
  if (values !== true) return values.map((value) => ({ level, code: codeOf(level, value) }));
  if (level === 'nation') return [{ level, code: NATION }];
  const found: Region[] = [];
  for (let cursor: string | undefined, hasMore = true; hasMore;) {
    const page = await questions.regions({ dataset, level, limit: PAGE, cursor });
    found.push(...page.items.map(({ region }) => region));
    cursor = page.next ?? undefined;
    hasMore = cursor !== undefined;
  }
  return found;
}
