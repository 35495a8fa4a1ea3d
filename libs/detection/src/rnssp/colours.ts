import { VERDICT } from '../detector.js';
import { type OptionsOf, real, whole } from '../parameters.js';

/** Parameters that the daily methods of Rnssp have in common, under its names. */
export const DAILY_PARAMETERS = {
  B: whole({ default: 28, least: 7, most: 364, says: 'days of the baseline' }),
  g: whole({ default: 2, least: 0, most: 60, says: 'days between its last and the day judged' }),
  alpha: real({ default: 0.01, least: 1e-9, most: 0.5, says: 'a p-value below is an alarm (red)' }),
  warn: real({ default: 0.05, least: 1e-9, most: 0.5, says: 'a p-value below is a warning (yellow)' }),
  leastPresent: real({ default: 0.75, least: 0.01, most: 1, says: 'share of the baseline that must have values' }),
} as const;

export type DailyOptions = OptionsOf<typeof DAILY_PARAMETERS>;

/** Red, yellow or blue, by the p-value. */
export function colourOf(p: number, { alpha, warn }: Pick<DailyOptions, 'alpha' | 'warn'>): number {
  return Number.isNaN(p) ? VERDICT.unknown : p < alpha ? VERDICT.alarm : p < warn ? VERDICT.warning : VERDICT.none;
}

/** −log₁₀ p: rises with how unusual a day is, whatever the degrees of freedom. */
export const scoreOf = (p: number): number => -Math.log10(p);

/** Quantiles of t are rounded to five digits there. */
export const rounded = (quantile: number): number => Math.round(quantile * 1e5) / 1e5;
