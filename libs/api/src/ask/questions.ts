import type {
  ChartQuestion,
  ChangesQuestion,
  CompletenessQuestion,
  DatasetInfo,
  MapQuestion,
  ProvenanceQuestion,
  Questions,
  RevisionQuestion,
  SeriesQuestion,
  TimelinessQuestion,
} from '#analytics';
import { BellwetherError, type Day, dayAt } from '#vocabulary';
import { LIMITS } from './limits.js';
import { type Asked, invalid } from './parameter.js';
import type { CHANGES, COMPLETENESS, EXPORT, MAP, PROVENANCE, REVISIONS, SERIES, TIMELINESS } from './count-tables.js';
import type { CHART } from './picture-tables.js';
import { checked, type Period } from './time.js';

/** What a period that is not given is looked up in. */
type Catalogue = Pick<Questions, 'datasets'>;

const YEAR = 365;

interface AskedPeriod {
  readonly period: ((today: Day) => Period) | undefined;
  readonly from: Day | undefined;
  readonly to: Day | undefined;
  readonly epiweeks: Period | undefined;
}

/** The days asked, where the question alone says so. */
export function explicitPeriod({ period, from, to, epiweeks }: AskedPeriod): Period | undefined {
  const given = [period, epiweeks, from ?? to].filter((one) => one !== undefined);
  if (given.length > 1)
    throw invalid(epiweeks ? 'epiweeks' : 'period', 'give only one of period, epiweeks, and from and to');
  if (period) return undefined;
  if (epiweeks) return checked(epiweeks);
  return to === undefined ? undefined : checked({ from: from ?? to - YEAR + 1, to });
}

/** The days asked. Without `to` they end with the last day that has data; without `from` they are the year until then. */
async function period(asked: AskedPeriod & { dataset: string }, catalogue: Catalogue): Promise<Period> {
  const explicit = explicitPeriod(asked);
  if (explicit) return explicit;
  const { timeZone } = await datasetNamed(asked.dataset, catalogue);
  if (asked.period) return checked(asked.period(dayAt(Date.now(), timeZone)));
  const last = await lastDayOf(asked.dataset, catalogue);
  return checked({ from: asked.from ?? last - YEAR + 1, to: last });
}

async function datasetNamed(dataset: string, catalogue: Catalogue): Promise<DatasetInfo> {
  const found = (await catalogue.datasets()).find(({ id }) => id === dataset);
  if (!found) throw new BellwetherError('UNKNOWN_DATASET', `no dataset "${dataset}" within your reach`);
  return found;
}

/** The last day of a dataset that has data; REQUEST_INVALID while there is none. */
export async function lastDayOf(dataset: string, catalogue: Catalogue): Promise<Day> {
  const found = await datasetNamed(dataset, catalogue);
  if (found.lastDay === null) throw invalid('to', 'is required while the dataset has no data');
  return found.lastDay;
}

/** From what was read to what is asked; the bounds on the whole question stand here. */
export async function seriesQuestion(asked: Asked<typeof SERIES>, catalogue: Catalogue): Promise<SeriesQuestion> {
  return within(asked, await period(asked, catalogue));
}

/** The same where the question says itself which days it means; else undefined. */
export function explicitSeriesQuestion(asked: Asked<typeof SERIES>): SeriesQuestion | undefined {
  const days = explicitPeriod(asked);
  return days && within(asked, days);
}

function within(asked: Asked<typeof SERIES>, { from, to }: Period): SeriesQuestion {
  const { dataset, category: categories, region: regions, flag, as_of: asOf, lag } = asked;
  if (categories.length * regions.length * (to - from + 1) > LIMITS.values) {
    throw invalid('to', `at most ${LIMITS.values} values at once (categories × regions × days)`);
  }
  if (asOf !== undefined && lag !== undefined) throw invalid('lag', 'give either as_of or lag');
  return { dataset, categories, regions, from, to, flag, asOf, lag };
}

/** All that was ever issued. */
export const EVER = [{ from: -8.64e15, to: 8.64e15 }];

export async function revisionQuestion(
  asked: Asked<typeof REVISIONS>,
  catalogue: Catalogue,
): Promise<RevisionQuestion> {
  const { dataset, category: categories, region: regions, flag, issues = EVER } = asked;
  return { dataset, categories, regions, flag, issues, ...(await period(asked, catalogue)) };
}

export function changesQuestion(asked: Asked<typeof CHANGES>): ChangesQuestion {
  const { dataset, since, level, region: within, category: categories, from, to, limit, cursor } = asked;
  if (from !== undefined && to !== undefined && to < from) throw invalid('to', 'the period ends before it begins');
  return { dataset, since, level, within, categories, from, to, limit, cursor };
}

export async function chartQuestion(
  asked: Asked<typeof CHART> & { readonly thumbnail?: number | undefined },
  { catalogue, format }: { catalogue: Catalogue; format: ChartQuestion['format'] },
): Promise<ChartQuestion> {
  const { width, height, show, theme, thumbnail } = asked;
  return { ...(await seriesQuestion(asked, catalogue)), width, height, show, theme, format, thumbnail };
}

export async function completenessQuestion(
  asked: Asked<typeof COMPLETENESS>,
  catalogue: Catalogue,
): Promise<CompletenessQuestion> {
  const { from, to } = await period(asked, catalogue);
  if (asked.region.length * (to - from + 1) > LIMITS.values)
    throw invalid('to', `at most ${LIMITS.values} values at once`);
  return { dataset: asked.dataset, regions: asked.region, from, to, asOf: asked.as_of };
}

export function provenanceQuestion(asked: Asked<typeof PROVENANCE>): ProvenanceQuestion {
  const { dataset, region, category, day, flag, as_of: asOf } = asked;
  return { dataset, region, category, day, flag, asOf };
}

/** What is exported, with its days settled. */
export async function exportPeriod(asked: Asked<typeof EXPORT>, catalogue: Catalogue): Promise<Period> {
  if (asked.as_of !== undefined && asked.lag !== undefined) throw invalid('lag', 'give either as_of or lag');
  return period(asked, catalogue);
}

const MAP_DAYS = 28;
const TIMELINESS_DAYS = 60;

export async function mapQuestion(asked: Asked<typeof MAP>, catalogue: Catalogue): Promise<MapQuestion> {
  const { as_of: asOf, to, ...question } = asked;
  const last = to ?? (await lastDayOf(asked.dataset, catalogue));
  return { ...question, ...checked({ from: asked.from ?? last - MAP_DAYS + 1, to: last }), asOf };
}

export async function timelinessQuestion(
  { dataset, region, from, to }: Asked<typeof TIMELINESS>,
  catalogue: Catalogue,
): Promise<TimelinessQuestion> {
  const last = to ?? (await lastDayOf(dataset, catalogue));
  return { dataset, region, ...checked({ from: from ?? last - TIMELINESS_DAYS + 1, to: last }) };
}

/** The id of a submission as given; what cannot be one does not exist. */
export function submissionId(text: string): string {
  if (!/^[0-9a-f]{64}$/.test(text)) throw new BellwetherError('UNKNOWN_SUBMISSION', 'an id has 64 hex digits');
  return text;
}
