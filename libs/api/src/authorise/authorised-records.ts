import type { Policy, Principal } from '#access';
import type { Records, SeriesQuestion } from '#analytics';
import { BellwetherError } from '#vocabulary';

/** Stored records as one principal may have them; the same rule as the series of authorisedQuestions. */
export function authorisedRecords({
  records,
  policy,
  principal,
}: {
  records: Records;
  policy: Policy;
  principal: Principal;
}): Records {
  function demand({ dataset, regions }: SeriesQuestion): void {
    const objects = [
      { kind: 'dataset', dataset } as const,
      ...regions.map((region) => ({ kind: 'region', dataset, region }) as const),
    ];
    for (const object of objects) {
      const decision = policy.decide(principal, 'series', object);
      if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
    }
  }
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
