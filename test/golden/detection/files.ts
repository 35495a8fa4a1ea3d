import { calls, ownCalls } from './calls.js';
import { farringtonTrace } from './farrington-trace.js';
import type { GoldenFile } from './golden.js';
import { heritage } from './heritage.js';
import { ladders, nowcasts } from './nowcasts.js';
import { scans } from './scans.js';
import { smoothed } from './smoothed.js';

/** R takes p = 1 − F(T): what is left of a small one has an error of 1e-16, whatever its size. */
const TAIL = { tolerance: 1e-9, floor: 1e-6 };

/** Every golden file that is checked. A new one: a line here, and a file of its own where it is not of calls of R. */
export const GOLDEN_FILES: readonly GoldenFile[] = [
  calls({ file: 'ears.json', tolerance: 1e-9 }),
  calls({ file: 'rnssp_ewma.json', tolerance: 1e-9, columns: { p_value: TAIL } }),
  calls({
    file: 'rnssp_regression.json',
    tolerance: 1e-9,
    columns: { p_value: TAIL },
    exception: {
      column: 'adjusted_r_squared',
      reason: 'adjusted R² of a constant baseline is rounding noise in R, and 0 here (README, quirk 5)',
      applies: (own) => own === 0,
    },
  }),
  calls({ file: 'rnssp_switch.json', tolerance: 1e-9, columns: { p_value: TAIL } }),
  calls({
    file: 'farringtonFlexible.json',
    tolerance: 1e-6,
    columns: { pvalue: { tolerance: 1e-6, floor: 1e-300 } },
    remark: 'copied: the dispersion of standard errors, the score of nbPlugin and muan, mu0 of delta (README, quirks 2 and 3)',
  }),
  farringtonTrace,
  calls({ file: 'farrington1996.json', tolerance: 1e-6 }),
  calls({
    file: 'rnssp_farrington.json',
    tolerance: 1e-6,
    remark: 'copied: include_time_term is always true, the score of "modified" is on the log scale (README, quirk 6)',
  }),
  calls({ file: 'rnssp_nbinom_serfling.json', tolerance: 1e-5 }),
  calls({ file: 'cusum.json', tolerance: 1e-9 }),
  calls({ file: 'glr.json', tolerance: 1e-8 }),
  calls({ file: 'bayes_rki_cdc.json', tolerance: 1e-9 }),
  calls({ file: 'outbreakP.json', tolerance: 1e-8 }),
  calls({ file: 'rnssp_trend.json', tolerance: 1e-8, columns: { p_value: { tolerance: 1e-8, floor: 1e-12 } } }),
  heritage,
  scans,
  nowcasts,
  ladders,
  smoothed,
]; // prettier-ignore

/** Outputs of surveillance for series of our own, made by fixtures/surveillance.R: for where ../shared is not at hand. */
export const OWN_FILE = ownCalls({
  file: 'surveillance.json',
  tolerance: 1e-8,
  columns: { pvalue: { tolerance: 1e-6, floor: 1e-300 } },
});

/** Files that are not checked by this table, and why. */
export const NOT_CHECKED: Readonly<Record<string, string>> = {
  'series.json': 'the series that the others are about',
};
