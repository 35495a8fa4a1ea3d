/** Smaller changes are not marked. */
const LEAST_SHARE = 0.02;

/** Whether a count is another one than it had been when its day had settled. */
export const isRevised = (now: number | null, settled: number | null): boolean =>
  now !== null && settled !== null && Math.abs(now - settled) >= Math.max(1, LEAST_SHARE * settled);
