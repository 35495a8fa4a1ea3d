import { baselines } from '../baseline.js';
import type { Detector, Detection } from '../detector.js';
import { upperNormalQuantile } from '../normal.js';
import { verdicts } from './bound.js';
import { checkMinSigma, type EarsOptions, GUARD } from './options.js';

export interface C3Options extends EarsOptions {
  /** `surveillance`: the bound as earsC computes it, see {@link earsC3}. */
  readonly formula: 'published' | 'surveillance';
}

/** What the C2 of a day adds to the C3 of this and the next two days. */
const contribution = (c2: number): number => Math.max(0, c2 - 1);

/**
 * EARS C3: a day together with the two before it, for outbreaks that grow slowly. The sum of max(0, C2 − 1) over the
 * three days is an alarm above z₁₋α: Hutwagner et al. 2003 (see C1); Fricker, Hegler, Dunfee, "Comparing syndromic
 * surveillance detection methods: EARS' versus a CUSUM-based methodology", Stat Med 27 (2008) 3407–3429.
 * The statistic is that sum. A day is unknown where one of the three has no value or no baseline.
 *
 * `surveillance::earsC(method = "C3")` has another bound: U = max(0, y + σ (z − S)), with S the sum over the two days
 * before, and the day's own count y where its help page has the mean of the baseline. So an alarm needs S > z, and the
 * day itself cannot raise one. `formula: 'surveillance'` computes that.
 *
 * Departures of the published formula: the bound is stated in counts, m + σ (1 + z − S), and 0 where S alone is above
 * z; so there is no alarm on a day of zero. Where nothing varied, an unchanged day adds nothing (0/0 in the reference).
 * Of both: `leastPresent` below 1 lets a baseline have gaps.
 */
export const earsC3: Detector<C3Options> = {
  id: 'ears-c3',
  defaults: { baseline: 7, minSigma: 0, alpha: 0.025, leastPresent: 1, formula: 'published' },
  reach: ({ baseline }) => baseline + 2 * GUARD,
  detect({ values }, { baseline, minSigma, alpha, leastPresent, formula }): Detection {
    checkMinSigma(minSigma);
    const z = upperNormalQuantile(alpha);
    const { mean, deviation: sigma } = baselines(values, { length: baseline, guard: GUARD, leastPresent });
    for (let day = 0; day < sigma.length; day++) sigma[day] = Math.max(sigma[day]!, minSigma);
    const isPublished = formula === 'published';
    const upperbound = new Float64Array(values.length).fill(NaN);
    const statistic = new Float64Array(values.length).fill(NaN);
    let [last, lastButOne] = [NaN, NaN];
    for (let day = 0; day < values.length; day++) {
      const excess = values[day]! - mean[day]!;
      const own = contribution(isPublished && excess === 0 ? 0 : excess / sigma[day]!);
      const before = last + lastButOne;
      [last, lastButOne] = [own, last];
      statistic[day] = own + before;
      if (!isPublished) upperbound[day] = Math.max(0, values[day]! + sigma[day]! * (z - before));
      else upperbound[day] = before > z ? 0 * mean[day]! : mean[day]! + sigma[day]! * (1 + z - before);
    }
    return { verdict: verdicts(values, upperbound), upperbound, expected: mean, statistic };
  },
};
