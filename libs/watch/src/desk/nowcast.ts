import { BellwetherError, type Day } from '#vocabulary';
import { intervalOf, nowcastOfReporters } from '#detection';
import { type NowcastAnswer, type NowcastQuestion, readDirectory, takesPart } from '#analytics';
import type { Configuration } from '#registry';
import { type Engine, facilityCounts, facilityCountsAsOf } from '#warehouse';
import { breathing } from '../judge/breathing.js';
import { History } from '../judge/history.js';

/** Days before the day that those who are missing are judged by. */
const PAST: Day = 56;
const MOST_MEMBERS = 5000;
const SHARE = 0.9;

/**
 * What a day of a region will come to once everybody has reported, with an interval, from who has reported and how those
 * who have not followed them on the days before (libs/detection, nowcast).
 */
export async function answerNowcast(
  { engine, configuration }: { readonly engine: Engine; readonly configuration: Configuration },
  { dataset: id, region, category, day, asOf }: NowcastQuestion,
): Promise<NowcastAnswer> {
  const dataset = configuration.datasets.get(id);
  if (!dataset) throw new BellwetherError('UNKNOWN_DATASET', `no dataset "${id.slice(0, 64)}"`);
  if (dataset.cadence === 'week') throw new BellwetherError('REQUEST_INVALID', 'dataset: nowcasts are of daily datasets');
  if (!dataset.openCategories && !dataset.categories.some((one) => one.id === category))
    throw new BellwetherError('UNKNOWN_CATEGORY', `no category "${category.slice(0, 64)}" in ${id}`);
  const directory = await readDirectory({ engine, dataset: id, configuration, asOf });
  const members = directory.inRegion(region).filter((one) => takesPart(one, day));
  if (members.length > MOST_MEMBERS)
    throw new BellwetherError('REQUEST_INVALID', `region: nowcasts are of at most ${MOST_MEMBERS} facilities`);
  const facilities = members.map(({ facility }) => facility).sort();
  const from = Math.max(0, day - PAST);
  const history = new History({ dataset, categories: [category], first: from, last: day });
  const asked = { dataset: id, from, to: day, facilities };
  const counts = asOf === undefined ? facilityCounts(engine, asked) : facilityCountsAsOf(engine, { ...asked, asOf, rev: 0 });
  const breathe = breathing();
  if (facilities.length > 0)
    for await (const count of counts) {
      history.put(count);
      await breathe();
    }
  const about = { dataset: id, region, category, day, participating: facilities.length };
  const none = { ...about, completeness: null, known: null, expected: null, low: null, high: null, level: SHARE };
  if (facilities.length === 0) return none;
  const found = nowcastOfReporters({ start: from, counts: history.counts(facilities, { category, from, to: day }) });
  if (!found) return none;
  const { completeness, known } = found;
  if (completeness === 0 || Number.isNaN(found.missing)) return { ...none, completeness, known };
  const { lower, upper } = intervalOf(found, SHARE);
  return { ...about, completeness, known, expected: known + found.missing, low: lower, high: upper, level: SHARE };
} // prettier-ignore
