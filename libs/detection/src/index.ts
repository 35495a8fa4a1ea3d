export { type Detection, type Range, type Series, VERDICT } from './detector.js';
export { type Judge, type Method, type Observed, type Row, rowAt } from './method.js';
export { METHODS } from './methods.js';
export { callReference, type FileSeries, REFERENCE_NAMES } from './reference/calls.js';
export { detectionOutput, readSeriesFile } from './series-file.js';
export { describeParameter, type Parameter } from './parameters.js';
export { explainFarrington, type FarringtonExplanation, type FarringtonFit } from './farrington/explain.js';
export { earsC1 } from './ears/c1.js';
export { DAILY_C2, earsC2 } from './ears/c2.js';
export { earsC3 } from './ears/c3.js';
export { type AsOfOptions, type AsOfVerdict, detectAsOf, type Judged } from './matched/as-of.js';
export {
  MATCHING,
  type MatchedSeries,
  matchedSeries,
  type MatchingOptions,
  type Reporters,
} from './matched/matched-series.js';
export { type Random, seededRandom } from './random.js';
export type { ScanCluster } from './scan/clusters.js';
export type { Coordinates } from './scan/neighbours.js';
export {
  permutationScan,
  poissonScan,
  type ScanCounts,
  SCANNING,
  type ScanOptions,
  type ScanResult,
} from './scan/scan.js';
export { bayesNowcast, type BayesOptions } from './nowcast/bayes.js';
export { completed, delayShares } from './nowcast/chain-ladder.js';
export { type FinalCounts, normalAsInSurveillance, quantileOfCounts, uninformed } from './nowcast/final-counts.js';
export { lawless, type LawlessRow } from './nowcast/lawless.js';
export { dispersions, type Nowcast, nowcast, type NowcastOptions } from './nowcast/nowcast.js';
export { intervalOf, type Predictive, quantileOf } from './nowcast/predictive.js';
export { type Forecast, intervalScore, isCovered, weightedIntervalScore } from './nowcast/score.js';
export { smoothedNowcast, type SmoothedOptions } from './nowcast/smoothed.js';
export type { ReportingTriangle } from './nowcast/triangle.js';
export { nowcastOfReporters, type ReportersNowcast } from './nowcast/of-reporters.js';
