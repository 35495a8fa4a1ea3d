/** Mean and sample standard deviation of the values that are there of `count` points, each `step` before the last. */
export function pastOf(values: Float64Array, at: number, { count, step }: { count: number; step: number }): { n: number; mean: number; deviation: number } {
  let [n, sum] = [0, 0];
  for (let i = 1; i <= count; i++) {
    const value = values[at - i * step] ?? NaN;
    if (Number.isNaN(value)) continue;
    n++;
    sum += value;
  }
  const mean = sum / n;
  let squares = 0;
  for (let i = 1; i <= count; i++) {
    const value = values[at - i * step] ?? NaN;
    if (!Number.isNaN(value)) squares += (value - mean) ** 2;
  }
  return { n, mean, deviation: Math.sqrt(squares / (n - 1)) };
} // prettier-ignore
