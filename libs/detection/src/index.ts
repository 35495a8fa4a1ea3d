export { type DailySeries, type Detection, type Detector, VERDICT } from './detector.js';
export { earsC1 } from './ears/c1.js';
export { DAILY_C2, earsC2 } from './ears/c2.js';
export { type C3Options, earsC3 } from './ears/c3.js';
export type { EarsOptions } from './ears/options.js';
export { type AsOfOptions, type AsOfVerdict, detectAsOf, type Judged } from './matched/as-of.js';
export {
  MATCHING,
  type MatchedSeries,
  matchedSeries,
  type MatchingOptions,
  type Reporters,
} from './matched/matched-series.js';
