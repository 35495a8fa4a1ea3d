import { exp } from '../exact-math.js';

const LOGIT_LIMIT = 10;
const LOGIT_STEPS = 64;
const LOGISTIC = Float64Array.from(
  { length: 2 * LOGIT_LIMIT * LOGIT_STEPS + 2 },
  (_, i) => 1 / (1 + exp(LOGIT_LIMIT - i / LOGIT_STEPS)),
);

/** 1 ÷ (1 + e^−x) from a table of 1/64 steps with straight lines between; x is held within ±10. */
export function logistic(x: number): number {
  const at = (x < -LOGIT_LIMIT ? 0 : x > LOGIT_LIMIT ? 2 * LOGIT_LIMIT : x + LOGIT_LIMIT) * LOGIT_STEPS;
  const i = at | 0;
  const left = LOGISTIC[i]!;
  return left + (LOGISTIC[i + 1]! - left) * (at - i);
}

const EXP_LIMIT = 12;
const EXP_STEPS = 32;
const EXPONENTIAL = Float64Array.from({ length: 2 * EXP_LIMIT * EXP_STEPS + 1 }, (_, i) =>
  exp(i / EXP_STEPS - EXP_LIMIT),
);

/** e^x to the nearest 1/32 below x; x is held within ±12. For weighing two regimes, where that is plenty. */
export function coarseExp(x: number): number {
  return EXPONENTIAL[((x < -EXP_LIMIT ? 0 : x > EXP_LIMIT ? 2 * EXP_LIMIT : x + EXP_LIMIT) * EXP_STEPS) | 0]!;
}
