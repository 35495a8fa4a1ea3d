import type { Questions } from '#analytics';
import {
  COMPARED_WEEKS,
  DAILY_LINE_DAYS,
  type ReportCategory,
  type ReportFacts,
  type ReportKind,
  WEEKLY_LINE_DAYS,
} from '#report';
import { BellwetherError, type Day, type Level, type Region, UNKNOWN } from '#vocabulary';

/** Levels of regions, and of the parts a report shows of them. */
const PARTS: Readonly<Partial<Record<Level, Level>>> = {
  nation: 'state',
  hhs: 'state',
  state: 'county',
  county: 'zip',
  zip: 'facility',
};

export interface ReportQuestion {
  readonly kind: ReportKind;
  readonly dataset: string;
  readonly region: Region;
  /** The day, or the last day of the week. */
  readonly day: Day;
  readonly asOf: number;
  readonly address: string;
}

/** All that a report says, asked like everything else: within the reach of whoever asks. */
export async function gatherReport(questions: Questions, question: ReportQuestion): Promise<ReportFacts> {
  const { kind, region, day, asOf, address } = question;
  const dataset = (await questions.datasets()).find(({ id }) => id === question.dataset);
  if (!dataset) throw new BellwetherError('UNKNOWN_DATASET', `no dataset "${question.dataset}" within your reach`);
  if (region.level === 'event_zip')
    throw new BellwetherError('REQUEST_INVALID', 'region: a report is about facilities; event_zip has none');
  const partLevel = region.code === UNKNOWN ? undefined : PARTS[region.level];
  const wholeFrom = day - (kind === 'daily' ? DAILY_LINE_DAYS : WEEKLY_LINE_DAYS) + 1;
  const partsFrom = kind === 'daily' ? day : day - 7 * (COMPARED_WEEKS + 1) + 1;
  const categories: ReportCategory[] = [];
  // One after the other: a report can wait, the questions of others cannot.
  for (const { id, title } of dataset.categories) {
    const about = { dataset: dataset.id, category: id, within: region, to: day, asOf };
    const whole = await questions.map({ ...about, level: region.level, from: wholeFrom });
    const parts = partLevel && (await questions.map({ ...about, level: partLevel, from: partsFrom }));
    categories.push({ id, title, whole: whole.regions[0], parts: parts?.regions ?? [] });
  }
  const { id, title, unit } = dataset;
  const name = categories.find(({ whole }) => whole)?.whole?.name ?? region.code;
  return {
    kind,
    dataset: { id, title, unit, kind: dataset.kind },
    region,
    name: region.level === 'zip' || region.level === 'facility' ? `${region.level} ${name}` : name,
    partLevel,
    day,
    wholeFrom,
    partsFrom,
    asOf,
    categories,
    address,
  };
}
