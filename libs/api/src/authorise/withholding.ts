import type { AccessObject, Policy, Principal } from '#access';
import type { Questions, Records, SeriesQuestion } from '#analytics';
import { BellwetherError, NATION } from '#vocabulary';

/** The same counts for those who may not see small ones: see docs/privacy.md. */
export interface Released {
  readonly questions: Pick<Questions, 'series' | 'chart' | 'map'>;
  /** The same as records. */
  readonly records: Records;
  /** Whether small counts of a dataset are kept from those without the action `exact`. */
  isSuppressed(dataset: string): boolean;
  /** The same of the dataset into which a feed reports. */
  isFeedSuppressed(feed: string): boolean;
}

interface Withholding {
  readonly released: Released | undefined;
  readonly policy: Policy;
  readonly principal: Principal;
}

/** Whether a principal may see the counts of all these as they are. */
export function seesExact(
  { released, policy, principal }: Withholding,
  { dataset, regions, categories }: Pick<SeriesQuestion, 'dataset' | 'regions' | 'categories'>,
): boolean {
  if (!released?.isSuppressed(dataset)) return true;
  const may = (object: AccessObject): boolean => policy.decide(principal, 'exact', object).allowed;
  return regions.every((region) => categories.every((category) => may({ kind: 'series', dataset, region, category })));
}

/**
 * The questions with small counts withheld from those who may not see them. What answers with counts is asked of the
 * releases; what tells how counts came about is refused. Everything else passes: who has reported when is no secret.
 * A question that is added has to be added here too.
 */
export function withholdingQuestions({
  questions,
  ...rest
}: Withholding & { readonly questions: Questions }): Questions {
  const { released, policy, principal } = rest;
  if (!released) return questions;
  const counts = (asked: Pick<SeriesQuestion, 'dataset' | 'regions' | 'categories'>): Released['questions'] =>
    seesExact(rest, asked) ? questions : released.questions;

  /** How single counts came about cannot be told without telling them. */
  function demandExact(asked: Pick<SeriesQuestion, 'dataset' | 'regions' | 'categories'>): void {
    if (seesExact(rest, asked)) return;
    throw new BellwetherError(
      'FORBIDDEN',
      `${principal.id} has no permission for "exact": small counts of ${asked.dataset} are suppressed`,
    );
  }

  /** Sizes of files tell of counts; who sends them, or may see counts, sees them. */
  const seesFiles = ({ feed, facility }: { feed: string; facility: string | null }): boolean => {
    if (!released.isFeedSuppressed(feed)) return true;
    const object: AccessObject = { kind: 'submission', feed, facility };
    return (['exact', 'submit'] as const).some((action) => policy.decide(principal, action, object).allowed);
  };

  return {
    datasets: () => questions.datasets(),
    feeds: () => questions.feeds(),
    regions: (question) => questions.regions(question),
    facilities: (question) => questions.facilities(question),
    completeness: (question) => questions.completeness(question),
    curve: (question) => questions.curve(question),
    usual: (question) => questions.usual(question),
    timeliness: (question) => questions.timeliness(question),
    late: (question) => questions.late(question),
    silent: (question) => questions.silent(question),
    flow: (question) => questions.flow(question),
    watch: (filter, changed) => questions.watch(filter, changed),
    series: (question) => counts(question).series(question),
    chart: (question) => counts(question).chart(question),
    map(question) {
      const { dataset, category, within = { level: 'nation', code: NATION } } = question;
      return counts({ dataset, categories: [category], regions: [within] }).map(question);
    },
    async provenance(question) {
      const { dataset, category, region } = question;
      demandExact({ dataset, categories: [category], regions: [region] });
      return questions.provenance(question);
    },
    async revisions(question) {
      demandExact(question);
      return questions.revisions(question);
    },
    async changes(question) {
      const { dataset, within = { level: 'nation', code: NATION } } = question;
      const categories = question.categories ?? (await categoriesOf(questions, dataset));
      demandExact({ dataset, categories, regions: [within] });
      return questions.changes(question);
    },
    async submissions(question) {
      const { items, next } = await questions.submissions(question);
      return { items: items.filter(seesFiles), next };
    },
    async deadLetters(question) {
      const { items, next } = await questions.deadLetters(question);
      return { items: items.filter(seesFiles), next };
    },
    async submission(id) {
      const found = await questions.submission(id);
      if (seesFiles(found.info)) return found;
      throw new BellwetherError('UNKNOWN_SUBMISSION', 'no submission of yours has this id');
    },
  };
}

async function categoriesOf(questions: Questions, dataset: string): Promise<string[]> {
  const found = (await questions.datasets()).find(({ id }) => id === dataset);
  return found?.categories.map(({ id }) => id) ?? [];
}

/** Stored records with small counts withheld; the same rule as {@link withholdingQuestions}. */
export function withholdingRecords({ records, ...rest }: Withholding & { readonly records: Records }): Records {
  const { released } = rest;
  if (!released) return records;
  const counts = (question: SeriesQuestion): Records => (seesExact(rest, question) ? records : released.records);
  return {
    now: (question) => counts(question).now(question),
    series: (question) => counts(question).series(question),
    // A release is told as a change of the released counts, and a commit of both: neither outlives the other's notice.
    untilCommit(dataset) {
      const [exact, shown] = [records.untilCommit(dataset), released.records.untilCommit(dataset)];
      return () => exact() && shown();
    },
  };
}
