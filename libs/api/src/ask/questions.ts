import type {
  ChartQuestion,
  CompletenessQuestion,
  MapQuestion,
  ProvenanceQuestion,
  Questions,
  SeriesQuestion,
  TimelinessQuestion,
} from '#analytics';
import { BellwetherError, type Day } from '#vocabulary';
import { LIMITS } from './limits.js';
import { type Asked, invalid } from './parameter.js';
import type { CHART, COMPLETENESS, MAP, PROVENANCE, SERIES, TIMELINESS } from './tables.js';
import { checked, type Period } from './time.js';

/** What a period that is not given is looked up in. */
type Catalogue = Pick<Questions, 'datasets'>;

const YEAR = 365;

interface AskedPeriod {
  readonly from: Day | undefined;
  readonly to: Day | undefined;
  readonly epiweeks: Period | undefined;
}

/** The days asked, where the question alone says so. */
function explicitPeriod({ from, to, epiweeks }: AskedPeriod): Period | undefined {
  if (epiweeks && (from !== undefined || to !== undefined))
    throw invalid('epiweeks', 'give either epiweeks or from and to');
  if (epiweeks) return checked(epiweeks);
  return to === undefined ? undefined : checked({ from: from ?? to - YEAR + 1, to });
}

/** The days asked. Without `to` they end with the last day that has data; without `from` they are the year until then. */
async function period(asked: AskedPeriod & { dataset: string }, catalogue: Catalogue): Promise<Period> {
  const explicit = explicitPeriod(asked);
  if (explicit) return explicit;
  const last = await lastDayOf(asked.dataset, catalogue);
  return checked({ from: asked.from ?? last - YEAR + 1, to: last });
}

async function lastDayOf(dataset: string, catalogue: Catalogue): Promise<Day> {
  const found = (await catalogue.datasets()).find(({ id }) => id === dataset);
  if (!found) throw new BellwetherError('UNKNOWN_DATASET', `no dataset "${dataset}" within your reach`);
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
  const { dataset, category: categories, region: regions, flag, as_of: asOf } = asked;
  if (categories.length * regions.length * (to - from + 1) > LIMITS.values) {
    throw invalid('to', `at most ${LIMITS.values} values at once (categories × regions × days)`);
  }
  return { dataset, categories, regions, from, to, flag, asOf };
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
