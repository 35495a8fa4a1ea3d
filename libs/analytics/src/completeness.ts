import { BellwetherError, type Day, type Region, regionKey } from '#vocabulary';
import { arrivalsByHour, midnightOf } from '#completeness';
import { arrivals, reportingThen } from '#warehouse';
import type { CompletenessAnswer, CompletenessDay, CompletenessQuestion, CurveAnswer } from './questions.js';
import { cutSeries, currentYears } from './series-source.js';
import { type Sources, checkRegions, datasetOf, directoryFor } from './sources.js';

const CURVE_HOURS = { day: 96, week: 21 * 24 };

function checkPlaces(regions: readonly Region[]): void {
  if (regions.some(({ level }) => level === 'event_zip')) {
    throw new BellwetherError('REQUEST_INVALID', 'region: completeness is about facilities; event_zip has none');
  }
}

/** Facilities that reported, a region and day. */
async function reportingNow(sources: Sources, question: CompletenessQuestion): Promise<ArrayLike<number>[]> {
  const dataset = datasetOf(sources, question.dataset);
  const { regions, from, to } = question;
  const years = await currentYears(sources, { dataset, regions, from, to, categories: [] });
  return years.map((own) => cutSeries(own, { dataset, category: '', from, to }).reporting);
}

/** The same as was known then. Counts are not looked at. */
async function reportingAt(
  { engine }: Sources,
  { dataset, regions, from, to, asOf }: CompletenessQuestion & { readonly asOf: number },
): Promise<ArrayLike<number>[]> {
  const found = new Map<string, ReadonlyMap<Day, number>>();
  for (const level of new Set(regions.map((region) => region.level))) {
    const codes = [...new Set(regions.filter((region) => region.level === level).map(({ code }) => code))];
    const rows = await reportingThen(engine, { dataset, level, regions: codes, from, to, asOf });
    for (const [code, days] of rows) found.set(`${level}:${code}`, days);
  }
  return regions.map((region) =>
    Array.from({ length: to - from + 1 }, (_, i) => found.get(regionKey(region))?.get(from + i) ?? 0),
  );
}

/** Facilities that reported, of those that take part, a region and day. */
export async function answerCompleteness(
  sources: Sources,
  question: CompletenessQuestion,
): Promise<CompletenessAnswer> {
  const dataset = datasetOf(sources, question.dataset);
  const { regions, from, to, asOf } = question;
  checkPlaces(regions);
  if (to < from) throw new BellwetherError('REQUEST_INVALID', 'to: expected a day not before from');
  await checkRegions(sources, question);
  const [directory, reported] = await Promise.all([
    directoryFor(sources, { dataset: dataset.id, asOf }),
    asOf === undefined ? reportingNow(sources, question) : reportingAt(sources, { ...question, asOf }),
  ]);
  return {
    dataset: dataset.id,
    regions: regions.map((region, at) => {
      const participating = directory.participating(region);
      const days = Array.from(reported[at]!, (reporting, i): CompletenessDay => {
        return { day: from + i, reporting, participating: participating(from + i) };
      });
      return { region, days };
    }),
  };
}

/** How one reporting day filled up. */
export async function answerCurve(
  sources: Sources,
  question: { dataset: string; region: Region; day: Day; asOf?: number | undefined },
): Promise<CurveAnswer> {
  const dataset = datasetOf(sources, question.dataset);
  const { region, day, asOf } = question;
  checkPlaces([region]);
  await checkRegions(sources, { dataset: dataset.id, regions: [region] });
  const [directory, all] = await Promise.all([
    directoryFor(sources, { dataset: dataset.id, asOf }),
    arrivals(sources.engine, { dataset: dataset.id, day, asOf }),
  ]);
  const members = new Set(directory.inRegion(region).map(({ facility }) => facility));
  const times = all.filter(({ facility }) => members.has(facility)).map(({ at }) => at);
  return {
    dataset: dataset.id,
    region,
    day,
    participating: directory.participating(region)(day),
    arrivals: times.map((at, i) => ({ at, reporting: i + 1 })),
    byHour: arrivalsByHour(times, {
      midnight: midnightOf(day, dataset.timeZone),
      hours: CURVE_HOURS[dataset.cadence],
      now: asOf ?? sources.now(),
    }),
  };
}
