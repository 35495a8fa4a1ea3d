import { BellwetherError } from '#vocabulary';
import { check } from '../series.js';
import { type Sources, checkRegions, datasetOf } from '../sources.js';
import { historyOf } from './history.js';
import type { Revision, RevisionAnswer, RevisionQuestion, Times } from './questions.js';

/** Versions of one answer. */
const MOST_REVISIONS = 100_000;
/** Days of one question about regions. */
const MOST_DAYS = 1000;

const isIn = (at: number, times: readonly Times[]): boolean => times.some(({ from, to }) => from <= at && at <= to);

/** Every version of the values that was issued in the times asked; those before and after are not in it. */
export async function answerRevisions(sources: Sources, question: RevisionQuestion): Promise<RevisionAnswer> {
  const dataset = datasetOf(sources, question.dataset);
  const { regions, categories, from, to, flag, issues } = question;
  check(dataset, question);
  if (issues.length === 0) throw new BellwetherError('REQUEST_INVALID', 'issues: expected at least one');
  if (to - from >= MOST_DAYS) throw new BellwetherError('REQUEST_INVALID', `issues: at most ${MOST_DAYS} days at once`);
  await checkRegions(sources, question);
  const isNewest = question.only === 'newest';
  const found: { readonly order: number; revision: Revision }[] = [];
  const newest = new Map<string, { revision: Revision }>();
  for await (const { region, category, day, at, value } of historyOf(sources, {
    dataset,
    regions,
    categories,
    from,
    to,
    flag,
  })) {
    if (!isIn(at, issues)) continue;
    const order = region * categories.length + categories.indexOf(category);
    const revision = { region: regions[region]!, category, day, issuedAt: at, ...value };
    // Within a day the versions come in the order of time, whatever they are of.
    const before = isNewest ? newest.get(`${order} ${day}`) : undefined;
    if (before) {
      before.revision = revision;
      continue;
    }
    if (found.length === MOST_REVISIONS)
      throw new BellwetherError(
        'REQUEST_INVALID',
        `issues: more than ${MOST_REVISIONS} versions; ask for fewer days or regions`,
      );
    const one = { order, revision };
    found.push(one);
    if (isNewest) newest.set(`${order} ${day}`, one);
  }
  // Days and issues are in order already, and the sort is stable.
  const revisions = found.sort((a, b) => a.order - b.order).map(({ revision }) => revision);
  return { dataset: dataset.id, revisions };
}
