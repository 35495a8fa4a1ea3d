/**
 * Exponential and logarithm out of + − × ÷ alone. Math.exp and Math.log may differ in the last bit between engines;
 * a table of frequencies that differs by one decodes garbage. IEEE 754 fixes these four operations and √ to the bit.
 */
const LN2 = 0.6931471805599453;

/** e^x for −700 < x < 700, within a few units of the last place: 2^n × Taylor of the rest. */
export function exp(x: number): number {
  if (x < -700) return 0;
  const n = Math.floor(x / LN2 + 0.5);
  const rest = x - n * LN2;
  let term = 1;
  let sum = 1;
  for (let i = 1; i < 16; i++) {
    term = (term * rest) / i;
    sum += term;
  }
  const factor = n < 0 ? 0.5 : 2;
  for (let i = n < 0 ? -n : n; i > 0; i--) sum *= factor;
  return sum;
}

/** ln x for x > 0: halved or doubled into [√½, √2], then 2 artanh((x − 1) ÷ (x + 1)). */
export function ln(x: number): number {
  let n = 0;
  let y = x;
  while (y > 1.4142135623730951) {
    y *= 0.5;
    n++;
  }
  while (y < 0.7071067811865476) {
    y *= 2;
    n--;
  }
  const z = (y - 1) / (y + 1);
  let power = z;
  let sum = 0;
  for (let i = 1; i < 26; i += 2) {
    sum += power / i;
    power *= z * z;
  }
  return 2 * sum + n * LN2;
}

const FLOAT = new Float64Array(1);
const WORDS = new Uint32Array(FLOAT.buffer);
FLOAT[0] = 1;
/** Where the word with the exponent lies: 1 on little-endian machines. */
export const HIGH = WORDS[1] === 0 ? 0 : 1;

/**
 * Eight steps an octave: 8 × ⌊log2 x⌋ + the first three bits after the leading one, for normal x > 0. The step of x
 * begins at {@link stepFloor}.
 */
export function octaveStep(x: number): number {
  FLOAT[0] = x;
  return (WORDS[HIGH]! >>> 17) - 8184;
}

/** The least x with this {@link octaveStep}. */
export function stepFloor(step: number): number {
  const octave = Math.floor(step / 8);
  let value = 1 + (step - octave * 8) / 8;
  for (let i = octave; i > 0; i--) value *= 2;
  for (let i = octave; i < 0; i++) value /= 2;
  return value;
}
