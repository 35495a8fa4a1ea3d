import { baselines } from '../baseline.js';
import { VERDICT } from '../detector.js';
import { detector } from '../method.js';
import { upperNormalQuantile } from '../normal.js';
import { choice, real } from '../parameters.js';
import { judge } from './bound.js';
import { checkMinSigma, EARS_PARAMETERS, GUARD } from './options.js';

const PARAMETERS = {
  ...EARS_PARAMETERS,
  alpha: real({
    default: 0.025,
    least: 1e-12,
    most: 0.5,
    says: 'of the normal quantile that the sum is compared with',
  }),
  formula: choice({
    choices: ['published', 'surveillance'],
    default: 'published',
    reference: 'surveillance',
    says: 'the definition as published, or the bound as surveillance::earsC computes it, which the day itself cannot exceed',
  }),
} as const;

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
export const earsC3 = detector({
  id: 'ears-c3',
  title: 'EARS C3: the day and the two before it together',
  parameters: PARAMETERS,
  reach: ({ baseline }) => baseline + 2 * GUARD,
  detect(
    { values, history = values },
    { baseline, minSigma, alpha, leastPresent, formula },
    range = { first: 0, end: values.length },
  ) {
    checkMinSigma(minSigma);
    const z = upperNormalQuantile(alpha);
    const { mean, deviation } = baselines(history, { length: baseline, guard: GUARD, leastPresent });
    const isPublished = formula === 'published';
    const upperbound = new Float64Array(values.length).fill(NaN);
    const statistic = new Float64Array(values.length).fill(NaN);
    let [last, lastButOne] = [NaN, NaN];
    for (let day = 0; day < values.length; day++) {
      const sigma = Math.max(deviation[day]!, minSigma);
      const excess = values[day]! - mean[day]!;
      const own = contribution(excess === 0 ? 0 : excess / sigma);
      const before = last + lastButOne;
      [last, lastButOne] = [own, last];
      statistic[day] = own + before;
      if (isPublished) upperbound[day] = before > z ? 0 * mean[day]! : mean[day]! + sigma * (1 + z - before);
      else upperbound[day] = Math.max(0, values[day]! + sigma * (z - before));
    }
    const verdict = new Uint8Array(values.length).fill(VERDICT.unknown);
    judge(values, upperbound, { ...range, verdict });
    return {
      verdict,
      reason: new Uint8Array(values.length),
      upperbound,
      expected: mean,
      statistic,
      score: statistic,
      // The sum of three positive parts has no distribution that the authors state.
      pValueAt: () => NaN,
      details: { baselineMean: mean, baselineSd: deviation, classicC3: statistic },
    };
  },
});
