import type { Action, AccessObject, Policy, Principal } from '#access';
import type { DeadLetterQuestion, Questions, SubmissionQuestion } from '#analytics';
import { BellwetherError, NATION, type Region } from '#vocabulary';
import { demandSeries } from './authorised-records.js';
import { type Released, withholdingQuestions } from './withholding.js';

interface Asker {
  readonly questions: Questions;
  /** Undefined: nothing is withheld from anybody. */
  readonly released?: Released | undefined;
  readonly policy: Policy;
  readonly principal: Principal;
}

/**
 * The questions as one principal may ask them. Every door gets this and nothing else, so none can reach past the
 * policy: what names something out of reach is refused (FORBIDDEN), lists show what is within reach, and a submission
 * of somebody else does not exist (UNKNOWN_SUBMISSION).
 */
export function authorisedQuestions({ questions: all, released, policy, principal }: Asker): Questions {
  const questions = withholdingQuestions({ questions: all, released, policy, principal });
  const may = (action: Action, object: AccessObject): boolean => policy.decide(principal, action, object).allowed;

  function demand(action: Action, object: AccessObject): void {
    const decision = policy.decide(principal, action, object);
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
  }
  function demandRegions(action: Action, dataset: string, regions: readonly Region[]): void {
    demand(action, { kind: 'dataset', dataset });
    for (const region of regions) demand(action, { kind: 'region', dataset, region });
  }
  function demandAction(action: Action): void {
    if (!policy.reach(principal, action))
      throw new BellwetherError('FORBIDDEN', `${principal.id} has no permission for "${action}"`);
  }
  const seesRegion = (dataset: string, region: Region) => may('catalogue', { kind: 'region', dataset, region });

  /** A principal of exactly one feed or facility asks for that one, so that its pages are full. */
  function narrowed<Q extends SubmissionQuestion | DeadLetterQuestion>(question: Q): Q {
    const reach = policy.reach(principal, 'submissions');
    const only = (scope: 'all' | readonly string[] | undefined) =>
      scope !== 'all' && scope?.length === 1 ? scope[0] : undefined;
    return {
      ...question,
      feed: question.feed ?? only(reach?.feeds),
      facility: question.facility ?? only(reach?.facilities),
    };
  }

  return {
    async datasets() {
      demandAction('catalogue');
      const categories = policy.reach(principal, 'catalogue')?.categories ?? [];
      const found = (await questions.datasets()).filter(({ id }) => may('catalogue', { kind: 'dataset', dataset: id }));
      if (categories === 'all') return found;
      return found.map((one) => ({ ...one, categories: one.categories.filter(({ id }) => categories.includes(id)) }));
    },
    async feeds() {
      demandAction('catalogue');
      return (await questions.feeds()).filter(({ id }) => may('catalogue', { kind: 'feed', feed: id }));
    },
    async regions(question) {
      demand('catalogue', { kind: 'dataset', dataset: question.dataset });
      const { items, next } = await questions.regions(question);
      return { items: items.filter(({ region }) => seesRegion(question.dataset, region)), next };
    },
    async facilities(question) {
      demandRegions('catalogue', question.dataset, question.region ? [question.region] : []);
      const { items, next } = await questions.facilities(question);
      return {
        items: items.filter(({ dataset, facility }) => seesRegion(dataset, { level: 'facility', code: facility })),
        next,
      };
    },
    async series(question) {
      demandSeries('series', question, { policy, principal });
      return questions.series(question);
    },
    async chart(question) {
      demandSeries('series', question, { policy, principal });
      return questions.chart(question);
    },
    async completeness(question) {
      demandRegions('completeness', question.dataset, question.regions);
      return questions.completeness(question);
    },
    async curve(question) {
      demandRegions('completeness', question.dataset, [question.region]);
      return questions.curve(question);
    },
    async provenance(question) {
      const { dataset, category } = question;
      const asked = { dataset, categories: [category], regions: [question.region] };
      demandSeries('provenance', asked, { policy, principal });
      const answer = await questions.provenance(question);
      const sees = (facility: string): boolean =>
        may('provenance', { kind: 'series', dataset, category, region: { level: 'facility', code: facility } });
      return { ...answer, contributions: answer.contributions.filter(({ facility }) => sees(facility)) };
    },
    async map(question) {
      const within = question.within ?? { level: 'nation', code: NATION };
      const { dataset, category } = question;
      demandSeries('series', { dataset, categories: [category], regions: [within] }, { policy, principal });
      const answer = await questions.map(question);
      const sees = (region: Region): boolean => may('series', { kind: 'series', dataset, region, category });
      return { ...answer, regions: answer.regions.filter(({ region }) => sees(region)) };
    },
    async revisions(question) {
      demandSeries('series', question, { policy, principal });
      return questions.revisions(question);
    },
    async changes(question) {
      const { dataset, within = { level: 'nation', code: NATION } } = question;
      demandRegions('series', dataset, [within]);
      // Without categories: those of the principal, so that its pages are full.
      const own = policy.reach(principal, 'series')?.categories;
      const categories = question.categories ?? (own === 'all' ? undefined : own);
      demandSeries('series', { dataset, categories: categories ?? [], regions: [within] }, { policy, principal });
      const { items, next } = await questions.changes({ ...question, categories });
      const sees = ({ region, category }: (typeof items)[number]): boolean =>
        may('series', { kind: 'series', dataset, region, category });
      return { items: items.filter(sees), next };
    },
    async usual(question) {
      demandRegions('completeness', question.dataset, [question.region]);
      return questions.usual(question);
    },
    async timeliness(question) {
      demandRegions('completeness', question.dataset, [question.region]);
      return questions.timeliness(question);
    },
    async late(question) {
      demandRegions('completeness', question.dataset, [question.region]);
      const answer = await questions.late(question);
      const items = answer.items.filter(({ facility }) =>
        seesRegion(answer.dataset, { level: 'facility', code: facility }),
      );
      return { ...answer, items };
    },
    async silent(question) {
      demandRegions('completeness', question.dataset, [question.region]);
      const answer = await questions.silent(question);
      const items = answer.items.filter(({ facility }) =>
        seesRegion(answer.dataset, { level: 'facility', code: facility }),
      );
      return { ...answer, items };
    },
    async flow(question) {
      demand('operate', { kind: 'system' });
      return questions.flow(question);
    },
    async submissions(question) {
      demandAction('submissions');
      if (question.feed !== undefined) demand('submissions', { kind: 'feed', feed: question.feed });
      const { items, next } = await questions.submissions(narrowed(question));
      return {
        items: items.filter(({ feed, facility }) => may('submissions', { kind: 'submission', feed, facility })),
        next,
      };
    },
    async deadLetters(question) {
      demandAction('submissions');
      if (question.feed !== undefined) demand('submissions', { kind: 'feed', feed: question.feed });
      const { items, next } = await questions.deadLetters(narrowed(question));
      return {
        items: items.filter(({ feed, facility }) => may('submissions', { kind: 'submission', feed, facility })),
        next,
      };
    },
    async submission(id) {
      demandAction('submissions');
      const found = await questions.submission(id);
      const { feed, facility } = found.info;
      if (may('submissions', { kind: 'submission', feed, facility })) return found;
      throw new BellwetherError('UNKNOWN_SUBMISSION', 'no submission of yours has this id');
    },
    watch(filter, changed) {
      demandRegions('series', filter.dataset, filter.region ? [filter.region] : []);
      return questions.watch(filter, (change) => {
        if (may('series', { kind: 'region', dataset: change.dataset, region: change.region })) changed(change);
      });
    },
  };
}
