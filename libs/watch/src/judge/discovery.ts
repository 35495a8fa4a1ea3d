import type { AlarmRule } from '#registry';

/**
 * The p-value up to which tests are discoveries, so that of these the share `rate` at most is expected to be false.
 * Benjamini & Hochberg 1995 (independent tests, or positively dependent ones, as sums of one another are: Benjamini &
 * Yekutieli 2001, theorem 1.2); Benjamini–Yekutieli holds under any dependence, and asks for more. 0: none is. NaN are
 * no tests.
 */
export function discoveryThreshold(pValues: Iterable<number>, { control, rate }: AlarmRule['falseDiscovery']): number {
  if (control === 'none') return 1;
  const sorted = Float64Array.from([...pValues].filter((p) => !Number.isNaN(p))).sort();
  const tests = sorted.length;
  let factor = 1;
  if (control === 'benjamini-yekutieli') {
    factor = 0;
    for (let i = 1; i <= tests; i++) factor += 1 / i;
  }
  for (let i = tests; i >= 1; i--) if (sorted[i - 1]! <= (i / tests) * (rate / factor)) return sorted[i - 1]!;
  return 0;
}
