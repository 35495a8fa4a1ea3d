import type { GoldenFile } from './golden.js';
import { farrington } from './farrington.js';
import { heritage } from './heritage.js';
import { rnsspTrend } from './rnssp-trend.js';
import { rnsspWeekly } from './rnssp-weekly.js';
import { surveillance } from './surveillance.js';
import { ears, rnsspDaily } from './rnssp-daily.js';

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
