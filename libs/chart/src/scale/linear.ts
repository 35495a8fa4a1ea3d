/** Maps [0, top] of the data onto pixels; `ticks` are round numbers from 0 to `top`. */
export interface LinearScale {
  readonly top: number;
  readonly ticks: readonly number[];
  (value: number): number;
}

/** The smallest step of 1, 2 or 5 times a power of ten at or above `rough`, never below 1: what is charted are counts. */
function niceStep(rough: number): number {
  if (rough <= 1) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const lead = rough / power;
  return power * (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10);
}

/** Above this multiple of the highest count, the scale wastes height, and some more ticks are the lesser evil. */
const WASTE = 1.4;

function stepFor(highest: number, count: number): number {
  const step = niceStep(highest / count);
  const finer = niceStep(step / 2.5);
  const wasteful = Math.ceil(highest / step) * step > WASTE * highest;
  return wasteful && highest / finer <= 1.6 * count + 1 ? finer : step;
}

/**
 * From 0 at pixel `bottom` to the first round number at or above `max` at pixel `top`, with about `count` ticks.
 */
export function linearScale(
  max: number,
  { bottom, top, count }: { bottom: number; top: number; count: number },
): LinearScale {
  const highest = max > 0 ? max : 1;
  const step = stepFor(highest, Math.max(1, count));
  const steps = Math.ceil(highest / step);
  const domain = steps * step;
  const perUnit = (top - bottom) / domain;
  return Object.assign((value: number) => bottom + value * perUnit, {
    top: domain,
    ticks: Array.from({ length: steps + 1 }, (_, i) => i * step),
  });
}

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

/** `12,500`; from ten million on in millions (`25M`), from ten thousand million on in billions (`2bn` is 2 × 10⁹). */
export function formatCount(value: number): string {
  if (value >= 1e10) return `${GROUPED.format(value / 1e9)}bn`;
  if (value >= 1e7) return `${GROUPED.format(value / 1e6)}M`;
  return GROUPED.format(value);
}
