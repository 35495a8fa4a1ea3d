import type { FaceChain, Glyph } from '../../text/fonts.js';
import type { Contour } from '../../text/truetype.js';
import { addEdge, beginCoverage, type Coverage, finishCoverage } from './area.js';
import { blend, type Frame, LEVELS } from './frame.js';

/** A glyph drawn at a size and a quarter-pixel offset: coverage in levels, placed relative to the pen. */
interface Stamp {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

/** Drawn glyphs, kept from chart to chart. Emptied when full: sizes are few, so that this hardly ever happens. */
const stamps = new WeakMap<FaceChain, Map<number, Stamp>>();
const MAX_STAMPS = 4000;
const OFFSETS = 4;

/** Draws a line of text with its pen starting at x on baseline y. */
export function drawText(
  frame: Frame,
  text: string,
  { x, y, size, font, ink }: { x: number; y: number; size: number; font: FaceChain; ink: number },
): void {
  const half = Math.round(size * 2);
  const baseline = Math.round(y);
  let pen = x;
  for (const character of text) {
    const glyph = font.find(character.codePointAt(0)!);
    const quarter = Math.round(pen * OFFSETS);
    const stamp = stampOf(font, glyph, { half, offset: ((quarter % OFFSETS) + OFFSETS) % OFFSETS });
    stampGlyph(frame, stamp, { x: Math.floor(quarter / OFFSETS), y: baseline, ink });
    pen += glyph.advance * size;
  }
}

function stampGlyph(frame: Frame, stamp: Stamp, { x, y, ink }: { x: number; y: number; ink: number }): void {
  const { pixels, stride, blends, inkCount } = frame;
  const left = x + stamp.left;
  const top = y + stamp.top;
  const end = Math.min(stamp.width, frame.width - left);
  for (let row = Math.max(0, -top); row < stamp.height && top + row < frame.height; row++) {
    const from = row * stamp.width;
    const to = (top + row) * stride + left;
    for (let column = Math.max(0, -left); column < end; column++) {
      const level = stamp.levels[from + column]!;
      if (level === 0) continue;
      const colour = pixels[to + column]!;
      const made = blends[(colour * inkCount + ink) * LEVELS + level - 1]!;
      pixels[to + column] = made >= 0 ? made : blend(frame, colour, ink, level);
    }
  }
}

/** `half`: size in half pixels; `offset`: quarters of a pixel to the right. */
function stampOf(font: FaceChain, glyph: Glyph, { half, offset }: { half: number; offset: number }): Stamp {
  let kept = stamps.get(font);
  if (!kept) stamps.set(font, (kept = new Map()));
  const key = (glyph.key * 512 + half) * OFFSETS + offset;
  let stamp = kept.get(key);
  if (!stamp) {
    if (kept.size >= MAX_STAMPS) kept.clear();
    stamp = rasterise(glyph.face.contoursOf(glyph.glyph), half / 2 / glyph.face.unitsPerEm, offset / OFFSETS);
    kept.set(key, stamp);
  }
  return stamp;
}

function rasterise(contours: readonly Contour[], scale: number, offset: number): Stamp {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const contour of contours) {
    for (let i = 0; i < contour.length; i += 3) {
      left = Math.min(left, contour[i]! * scale + offset);
      right = Math.max(right, contour[i]! * scale + offset);
      top = Math.min(top, -contour[i + 1]! * scale);
      bottom = Math.max(bottom, -contour[i + 1]! * scale);
    }
  }
  if (left > right) return { left: 0, top: 0, width: 0, height: 0, levels: new Uint8Array(0) };
  const box = { x0: Math.floor(left), y0: Math.floor(top), x1: Math.ceil(right) + 1, y1: Math.ceil(bottom) };
  const coverage = beginCoverage(box);
  for (const contour of contours) outline(coverage, contour, { scale, offset });
  const [width, height] = [box.x1 - box.x0, box.y1 - box.y0];
  const levels = new Uint8Array(width * height);
  finishCoverage(coverage, levels);
  return { left: box.x0, top: box.y0, width, height, levels };
}

/** TrueType outline: between two off-curve points lies an implied on-curve point. */
function outline(coverage: Coverage, contour: Contour, { scale, offset }: { scale: number; offset: number }): void {
  const count = contour.length / 3;
  if (count < 2) return;
  const xAt = (i: number): number => contour[3 * (i % count)]! * scale + offset;
  const yAt = (i: number): number => -contour[3 * (i % count) + 1]! * scale;
  const onAt = (i: number): boolean => contour[3 * (i % count) + 2] === 1;
  let start = 0;
  while (start < count && !onAt(start)) start++;
  const implied = start === count;
  let x = implied ? (xAt(0) + xAt(1)) / 2 : xAt(start);
  let y = implied ? (yAt(0) + yAt(1)) / 2 : yAt(start);
  if (implied) start = 0;
  for (let i = start + 1; i <= start + count; i++) {
    if (onAt(i)) {
      addEdge(coverage, { x0: x, y0: y, x1: xAt(i), y1: yAt(i) });
      [x, y] = [xAt(i), yAt(i)];
      continue;
    }
    const endsOn = onAt(i + 1);
    const toX = endsOn ? xAt(i + 1) : (xAt(i) + xAt(i + 1)) / 2;
    const toY = endsOn ? yAt(i + 1) : (yAt(i) + yAt(i + 1)) / 2;
    curve(coverage, [x, y, xAt(i), yAt(i), toX, toY]);
    [x, y] = [toX, toY];
    if (endsOn) i++;
  }
}

const CURVE_STEPS = 6;

function curve(
  coverage: Coverage,
  [ax, ay, bx, by, cx, cy]: readonly [number, number, number, number, number, number],
): void {
  let [x0, y0] = [ax, ay];
  for (let i = 1; i <= CURVE_STEPS; i++) {
    const t = i / CURVE_STEPS;
    const s = 1 - t;
    const x1 = s * s * ax + 2 * s * t * bx + t * t * cx;
    const y1 = s * s * ay + 2 * s * t * by + t * t * cy;
    addEdge(coverage, { x0, y0, x1, y1 });
    [x0, y0] = [x1, y1];
  }
}
