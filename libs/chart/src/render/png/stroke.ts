import { inkMask, LEVELS, type Frame } from './frame.js';

/**
 * Strokes a polyline (x, y pairs; NaN lifts the pen) with round joins and caps. Coverage of a pixel is taken from the
 * distance of its middle to the line, and where strokes of one line overlap the larger coverage holds, so that a line
 * never darkens itself.
 */
export function strokePath(frame: Frame, points: Float32Array, { ink, width }: { ink: number; width: number }): void {
  const half = Math.max(0.1, width / 2);
  let previousX = NaN;
  let previousY = NaN;
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = points[i]!;
    const y = points[i + 1]!;
    if (x === x && y === y) {
      if (previousX === previousX) strokeSegment(frame, previousX, previousY, x, y, half);
      stampDisc(frame, x, y, half);
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    previousX = x;
    previousY = y;
  }
  const reach = half + 2;
  inkMask(frame, ink, {
    x0: Math.max(0, Math.floor(left - reach)),
    y0: Math.max(0, Math.floor(top - reach)),
    x1: Math.min(frame.width, Math.ceil(right + reach)),
    y1: Math.min(frame.height, Math.ceil(bottom + reach)),
  });
}

/** A filled disc into the mask. */
export function stampDisc(frame: Frame, x: number, y: number, radius: number): void {
  const { width, height, stride, mask } = frame;
  const reach = radius + 0.5;
  const most = Math.min(1, 2 * radius) * LEVELS;
  const x0 = Math.max(0, Math.ceil(x - reach - 0.5));
  const x1 = Math.min(width - 1, Math.floor(x + reach - 0.5));
  const y0 = Math.max(0, Math.ceil(y - reach - 0.5));
  const y1 = Math.min(height - 1, Math.floor(y + reach - 0.5));
  for (let py = y0; py <= y1; py++) {
    const dy = py + 0.5 - y;
    for (let px = x0; px <= x1; px++) {
      const dx = px + 0.5 - x;
      let level = ((reach - Math.sqrt(dx * dx + dy * dy)) * LEVELS + 0.5) | 0;
      if (level > most) level = most | 0;
      if (level > mask[py * stride + px]!) mask[py * stride + px] = level;
    }
  }
}

/**
 * The body of a segment without its ends: for each row (steep) or column (flat) whose middle it crosses, the pixels
 * within reach of the crossing. Arguments are plain numbers: this is called for every day of every line.
 */
function strokeSegment(frame: Frame, x0: number, y0: number, x1: number, y1: number, half: number): void {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = Math.sqrt(dx * dx + dy * dy);
  if (length === 0) return;
  const { mask, width, height, stride } = frame;
  // `along` runs over rows of a steep line or columns of a flat one, `across` over the pixels beside it.
  const steep = Math.abs(dy) >= Math.abs(dx);
  const stepAlong = steep ? stride : 1;
  const stepAcross = steep ? 1 : stride;
  const limitAcross = (steep ? width : height) - 1;
  const slope = steep ? dx / dy : dy / dx;
  const cosine = Math.abs(steep ? dy : dx) / length;
  const startAlong = steep ? y0 : x0;
  const endAlong = steep ? y1 : x1;
  const first = Math.max(0, Math.ceil(Math.min(startAlong, endAlong) - 0.5));
  const last = Math.min((steep ? height : width) - 1, Math.floor(Math.max(startAlong, endAlong) - 0.5));
  const reach = (half + 0.5) / cosine;
  const most = (Math.min(1, 2 * half) * LEVELS) | 0;
  const scaled = cosine * LEVELS;
  const base = (half + 0.5) * LEVELS + 0.5;
  let centre = (steep ? x0 : y0) + (first + 0.5 - startAlong) * slope - 0.5;
  for (let a = first; a <= last; a++, centre += slope) {
    const from = Math.max(0, Math.ceil(centre - reach));
    const to = Math.min(limitAcross, Math.floor(centre + reach));
    let at = a * stepAlong + from * stepAcross;
    for (let p = from; p <= to; p++, at += stepAcross) {
      const level = Math.min(most, (base - Math.abs(p - centre) * scaled) | 0);
      if (level > mask[at]!) mask[at] = level;
    }
  }
}

/** Cuts a polyline into dashes: the same form, with the pen lifted over the gaps. */
export function dashed(points: Float32Array, [dash, gap]: readonly [number, number]): Float32Array {
  const cut: number[] = [];
  let drawing = true;
  let left = dash;
  for (let i = 0; i + 3 < points.length; i += 2) {
    let x = points[i]!;
    let y = points[i + 1]!;
    const [x1, y1] = [points[i + 2]!, points[i + 3]!];
    let rest = Math.hypot(x1 - x, y1 - y);
    if (!(rest >= 0)) {
      cut.push(NaN, NaN);
      [drawing, left] = [true, dash];
      continue;
    }
    if (drawing && (i === 0 || !(points[i - 2]! === points[i - 2]))) cut.push(x, y);
    while (rest > left) {
      x += ((x1 - x) * left) / rest;
      y += ((y1 - y) * left) / rest;
      rest -= left;
      if (drawing) cut.push(x, y, NaN, NaN);
      else cut.push(x, y);
      drawing = !drawing;
      left = drawing ? dash : gap;
    }
    left -= rest;
    if (drawing) cut.push(x1, y1);
  }
  return new Float32Array(cut);
}
