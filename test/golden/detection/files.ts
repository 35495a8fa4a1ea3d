import { ears } from './ears.js';
import { farrington } from './farrington.js';
import type { GoldenFile } from './golden.js';
import { heritage } from './heritage.js';
import { rnsspDaily } from './rnssp-daily.js';
import { rnsspTrend } from './rnssp-trend.js';
import { rnsspWeekly } from './rnssp-weekly.js';
import { surveillance } from './surveillance.js';

/** Every golden file that is checked. A new one: its check in a file of its own, and a line here. */
export const GOLDEN_FILES: readonly GoldenFile[] = [
  ears,
  ...rnsspDaily,
  ...farrington,
  ...rnsspWeekly,
  ...surveillance,
  rnsspTrend,
  heritage,
];

/** Files that are not checked by this table, and why. */
export const NOT_CHECKED: Readonly<Record<string, string>> = {
  'series.json': 'the series that the others are about',
  'scan.json': 'scan.spec.ts',
  'nowcast.json': 'nowcast.spec.ts',
  'baselinenowcast.json': 'nowcast.spec.ts',
  'nobbs.json': 'Markov chains are not shipped: their outputs are for comparison',
};
