/**
 * Boundaries of at most `most` classes that hold about equally many of the values: quantiles, rounded to one or two
 * digits, without doubles. A value lies in the class of as many boundaries as are at or below it.
 */
export function classBreaks(values: readonly number[], most: number): number[] {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  const breaks = new Set<number>();
  for (let i = 1; i < most && sorted.length > 0; i++) {
    const rounded = roundOff(sorted[Math.floor((i * sorted.length) / most)]!);
    if (rounded > sorted[0]! && rounded <= sorted.at(-1)!) breaks.add(rounded);
  }
  return [...breaks].sort((a, b) => a - b);
}

/** 1 to 9, then 10, 12, 15, 20, 25, 30, 40, 50, 60, 80 times a power of ten. */
function roundOff(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const lead = value / power;
  const step = [1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].findLast((candidate) => candidate <= lead + 1e-9) ?? 1;
  const rounded = step * power;
  return value >= 1 && value < 10 ? Math.floor(value) : Number(rounded.toPrecision(3));
}

/** Number of boundaries at or below the value. */
export function classOf(value: number, breaks: readonly number[]): number {
  let count = 0;
  while (count < breaks.length && value >= breaks[count]!) count++;
  return count;
}
