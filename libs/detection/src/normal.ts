import { gammaAbove, gammaBelow } from './numeric/gamma.js';

/** Coefficients of AS 241, highest power first, as the doubles they round to. */
const CENTRE = [
  [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
    133.14166789178438, 3.3871328727963665,
  ],
  [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
    42.31333070160091, 1,
  ],
] as const;
const TAIL = [
  [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
] as const;
const FAR_TAIL = [
  [
    2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
    1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  [
    2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
    0.1369298809227358, 0.599832206555888, 1,
  ],
] as const;

/** Quotient of two polynomials; highest power first. */
function ratio([numerator, denominator]: readonly [readonly number[], readonly number[]], x: number): number {
  let above = 0;
  let below = 0;
  for (const a of numerator) above = above * x + a;
  for (const b of denominator) below = below * x + b;
  return above / below;
}

/**
 * The value that a standard normal variable exceeds with probability `alpha`, to about 16 digits: Wichura, algorithm
 * AS 241 (PPND16), Applied Statistics 37 (1988) 477, which R's qnorm uses. RangeError outside 0 to 1.
 */
export function upperNormalQuantile(alpha: number): number {
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha is ${alpha}, expected between 0 and 1`);
  const q = 0.5 - alpha;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180_625 - q * q);
  const r = Math.sqrt(-Math.log(Math.min(alpha, 1 - alpha)));
  return Math.sign(q) * (r <= 5 ? ratio(TAIL, r - 1.6) : ratio(FAR_TAIL, r - 5));
}

/** How often a standard normal variable is above `z`; small values as exact as large ones. */
export function upperNormalTail(z: number): number {
  if (Number.isNaN(z)) return NaN;
  return z > 0 ? 0.5 * gammaAbove(0.5, (z * z) / 2) : 0.5 + 0.5 * gammaBelow(0.5, (z * z) / 2);
}
