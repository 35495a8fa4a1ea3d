import { BellwetherError, type Day, type Region } from '#vocabulary';
import { arrivalsByHour, midnightOf } from '#completeness';
import { arrivals } from '#warehouse';
import type { CompletenessAnswer, CompletenessDay, CompletenessQuestion, CurveAnswer } from './questions.js';
import { cutSeries, currentYears, yearsThen } from './series-source.js';
import { type Sources, checkRegions, datasetOf, directoryFor } from './sources.js';

const CURVE_HOURS = { day: 96, week: 21 * 24 };

function checkPlaces(regions: readonly Region[]): void {
  if (regions.some(({ level }) => level === 'event_zip')) {
    throw new BellwetherError('REQUEST_INVALID', 'region: completeness is about facilities; event_zip has none');
  }
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
  const ask = { dataset, regions, from, to, categories: [] };
  const [directory, years] = await Promise.all([
    directoryFor(sources, { dataset: dataset.id, asOf }),
    asOf === undefined ? currentYears(sources, ask) : yearsThen(sources, { asOf }, ask),
  ]);
  return {
    dataset: dataset.id,
    regions: regions.map((region, at) => {
      const { reporting } = cutSeries(years[at]!, { dataset, category: '', from, to });
      const participating = directory.participating(region);
      const days = Array.from(reporting, (count, i): CompletenessDay => {
        return { day: from + i, reporting: count, participating: participating(from + i) };
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
