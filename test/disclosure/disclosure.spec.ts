import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Auditor, openAuditor } from '#disclosure';
import { play } from './campaign.js';
import { careful, forgetful, primaryOnly } from './publishers.js';

const REVISIONS = 30;
const rule = { threshold: 10, protection: 5 };
let auditor: Auditor;
beforeAll(async () => {
  auditor = await openAuditor();
});

describe('numbers released to those who may not see small ones', () => {
  it.each([10, 5, 2])('give no small number away, over all their revisions (threshold %d)', (threshold) => {
    const rules = { threshold, protection: Math.ceil(threshold / 2) };
    const totals = play(auditor, { seed: 1, releases: 60, revisions: REVISIONS, rule: rules, publisher: careful });
    expect(totals.first).toEqual([]);
    expect(totals).toMatchObject({ days: 60, derivable: 0, wrong: 0 });
    expect(totals.sought).toBeGreaterThan(60);
    expect(totals.narrowest).toBeGreaterThanOrEqual(rules.protection);
  });

  it('would give them away if small numbers alone were hidden', () => {
    const totals = play(auditor, { seed: 1, releases: 20, revisions: REVISIONS, rule, publisher: primaryOnly });
    expect(totals.derivableDays).toBeGreaterThan(15);
  });

  it('would give them away if each revision were hidden by itself', () => {
    const totals = play(auditor, { seed: 1, releases: 20, revisions: REVISIONS, rule, publisher: forgetful });
    expect(totals.derivableDays).toBeGreaterThan(15);
    // A single release is safe: what gives them away is the difference between two.
    const single = play(auditor, { seed: 1, releases: 100, revisions: 1, rule, publisher: forgetful });
    expect(single.derivable).toBe(0);
  });
});
