import type { Series } from '../detector.js';

const WEEK = 7;
/** Days of a week that must have a value; what is missing of it is taken to be as the rest. */
const LEAST_DAYS = 5;

function sumsOf(values: Float64Array, phase: number, weeks: number): Float64Array {
  return Float64Array.from({ length: weeks }, (_, week) => {
    let [n, sum] = [0, 0];
    for (let at = week * WEEK + phase - WEEK + 1; at <= week * WEEK + phase; at++) {
      const value = values[at];
      if (value === undefined || Number.isNaN(value)) continue;
      n++;
      sum += value;
    }
    return n < LEAST_DAYS ? NaN : n === WEEK ? sum : (sum * WEEK) / n;
  });
}

/**
 * Sums of seven days, each named by its last day, of those that end on one weekday: position k of phase p is the week
 * that ends on day 7 k + p. So today's week is judged on any weekday, against weeks that end on the same one (Noufaily
 * et al., "Comparison of statistical algorithms for daily syndromic surveillance aberration detection", Bioinformatics
 * 35 (2019) 3110).
 */
export function weeksOf(series: Series, phase: number): Series {
  const { start, values, history = values, population } = series;
  const weeks = Math.ceil((values.length - phase) / WEEK);
  return {
    start: start === undefined ? undefined : start + phase,
    stepDays: WEEK,
    perYear: 52,
    values: sumsOf(values, phase, weeks),
    history: sumsOf(history, phase, weeks),
    ...(population && { population: sumsOf(population, phase, weeks) }),
  };
}
