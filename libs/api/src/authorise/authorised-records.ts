import type { AccessObject, Action, Policy, Principal } from '#access';
import type { Records, SeriesQuestion } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { type Released, withholdingRecords } from './withholding.js';

/** Every category of every region that a question names has to be within reach; FORBIDDEN otherwise. */
export function demandSeries(
  action: Action,
  { dataset, categories, regions }: Pick<SeriesQuestion, 'dataset' | 'categories' | 'regions'>,
  { policy, principal }: { policy: Policy; principal: Principal },
): void {
  function demand(object: AccessObject): void {
    const decision = policy.decide(principal, action, object);
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
  }
  demand({ kind: 'dataset', dataset });
  for (const region of regions)
    for (const category of categories) demand({ kind: 'series', dataset, region, category });
}

/** Stored records as one principal may have them; the same rule as the series of authorisedQuestions. */
export function authorisedRecords({
  records: all,
  released,
  policy,
  principal,
}: {
  records: Records;
  /** Undefined: nothing is withheld from anybody. */
  released?: Released | undefined;
  policy: Policy;
  principal: Principal;
}): Records {
  const records = withholdingRecords({ records: all, released, policy, principal });
  const demand = (question: SeriesQuestion): void => demandSeries('series', question, { policy, principal });
  return {
    now(question) {
      demand(question);
      return records.now(question);
    },
    async series(question) {
      demand(question);
      return records.series(question);
    },
    untilCommit: records.untilCommit,
  };
}
