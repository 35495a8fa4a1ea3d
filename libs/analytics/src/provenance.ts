import { STATUS, statusName } from '#vocabulary';
import { contributions } from '#warehouse';
import type { ProvenanceAnswer, ProvenanceQuestion } from './questions.js';
import { answerSeries } from './series.js';
import { type Sources, datasetOf, directoryFor } from './sources.js';

/** The statements behind a point. Their reported values add up to it. */
export async function answerProvenance(sources: Sources, question: ProvenanceQuestion): Promise<ProvenanceAnswer> {
  const dataset = datasetOf(sources, question.dataset);
  const { region, category, day, flag, asOf } = question;
  const { series } = await answerSeries(sources, {
    ...question,
    categories: [category],
    regions: [region],
    from: day,
    to: day,
  });
  const directory = await directoryFor(sources, { dataset: dataset.id, asOf });
  const isEvent = region.level === 'event_zip';
  const facilities =
    isEvent || region.level === 'nation' ? undefined : directory.inRegion(region).map(({ facility }) => facility);
  const found = await contributions(sources.engine, {
    dataset: dataset.id,
    category,
    day,
    facilities,
    asOf,
    place: isEvent ? region.code : undefined,
  });
  const wanted = flag ?? (dataset.total === 'sum' ? undefined : dataset.total.flag);
  const members = found.filter((one) => wanted === undefined || one.flag === wanted);
  const names = new Map<string, string>();
  for (const submission of new Set(members.map((one) => one.submission))) {
    names.set(submission, (await sources.rawStore.facts(submission))?.name ?? '');
  }
  return {
    total: series[0]!.total[0] ?? null,
    contributions: members.map(({ status, value, submission, ...rest }) => ({
      ...rest,
      submission,
      status: statusName(status),
      value: status === STATUS.reported ? value : null,
      name: names.get(submission) ?? '',
    })),
  };
}
