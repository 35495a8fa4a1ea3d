import { type Box, LEVELS, type Frame } from './frame.js';

let kept = new Float32Array(0);

/**
 * Exact coverage of polygons, by signed areas: every edge leaves, in the cells of its row, the area to its right; the
 * running sum over the row is the coverage. Source: R. Levien, font-rs; the method of FreeType's smooth rasteriser.
 */
export interface Coverage {
  readonly x0: number;
  readonly y0: number;
  readonly width: number;
  readonly height: number;
  readonly cells: Float32Array;
}

/** An empty coverage over a box of whole pixels. The buffer is reused: finish with one before beginning the next. */
export function beginCoverage(box: Box): Coverage {
  const width = box.x1 - box.x0 + 2;
  const height = box.y1 - box.y0;
  const size = width * height + 2;
  if (kept.length < size) kept = new Float32Array(size);
  return { x0: box.x0, y0: box.y0, width, height, cells: kept.subarray(0, size).fill(0) };
}

/** Adds one directed edge. Parts outside the box to the left count fully, above, below and to the right not. */
export function addEdge(coverage: Coverage, edge: { x0: number; y0: number; x1: number; y1: number }): void {
  if (edge.y0 === edge.y1) return;
  const { width, height, cells } = coverage;
  const direction = edge.y0 < edge.y1 ? 1 : -1;
  const [ax, ay, bx, by] = direction > 0 ? [edge.x0, edge.y0, edge.x1, edge.y1] : [edge.x1, edge.y1, edge.x0, edge.y0];
  const slope = (bx - ax) / (by - ay);
  const top = ay - coverage.y0;
  const bottom = Math.min(height, by - coverage.y0);
  let x = ax - coverage.x0;
  if (top < 0) x -= top * slope;
  const limit = width - 1;
  for (let row = Math.max(0, Math.floor(top)); row < bottom; row++) {
    const dy = Math.min(row + 1, bottom) - Math.max(row, top);
    if (dy <= 0) continue;
    const xNext = x + slope * dy;
    const left = Math.min(limit, Math.max(0, Math.min(x, xNext)));
    const right = Math.min(limit, Math.max(0, Math.max(x, xNext)));
    depositRow(cells, row * width, { left, right, amount: direction * dy });
    x = xNext;
  }
}

function depositRow(
  cells: Float32Array,
  row: number,
  { left, right, amount }: { left: number; right: number; amount: number },
): void {
  const first = Math.floor(left);
  const end = Math.ceil(right);
  if (end <= first + 1) {
    const middle = (left + right) / 2 - first;
    cells[row + first]! += amount * (1 - middle);
    cells[row + first + 1]! += amount * middle;
    return;
  }
  const perPixel = 1 / (right - left);
  const enter = 1 - (left - first);
  const start = 0.5 * perPixel * enter * enter;
  const leave = right - end + 1;
  const finish = 0.5 * perPixel * leave * leave;
  cells[row + first]! += amount * start;
  if (end === first + 2) {
    cells[row + first + 1]! += amount * (1 - start - finish);
  } else {
    const second = perPixel * (1.5 - (left - first));
    cells[row + first + 1]! += amount * (second - start);
    for (let x = first + 2; x < end - 1; x++) cells[row + x]! += amount * perPixel;
    const third = second + (end - first - 3) * perPixel;
    cells[row + end - 1]! += amount * (1 - third - finish);
  }
  cells[row + end]! += amount * finish;
}

/** Writes the coverage, in levels, row by row; `write` gets the offset of a row and the levels of its pixels. */
export function finishCoverage(coverage: Coverage, levels: Uint8Array): void {
  const { width, height, cells } = coverage;
  let out = 0;
  for (let row = 0; row < height; row++) {
    let sum = 0;
    for (let x = 0; x < width - 2; x++) {
      sum += cells[row * width + x]!;
      const share = sum < 0 ? -sum : sum;
      levels[out++] = share >= 1 ? LEVELS : (share * LEVELS + 0.5) | 0;
    }
  }
}

/** Fills rings (x, y pairs, closed by themselves) into the mask of the frame; returns what it touched. */
export function fillRings(frame: Frame, rings: readonly Float32Array[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      const x = ring[i]!;
      const y = ring[i + 1]!;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
  }
  const box = {
    x0: Math.max(0, Math.floor(left)),
    y0: Math.max(0, Math.floor(top)),
    x1: Math.min(frame.width, Math.ceil(right)),
    y1: Math.min(frame.height, Math.ceil(bottom)),
  };
  if (!(box.x1 > box.x0 && box.y1 > box.y0)) return { x0: 0, y0: 0, x1: 0, y1: 0 };
  const coverage = beginCoverage(box);
  for (const ring of rings) {
    const last = ring.length - 2;
    let [x0, y0] = [ring[last]!, ring[last + 1]!];
    for (let i = 0; i <= last; i += 2) {
      const x1 = ring[i]!;
      const y1 = ring[i + 1]!;
      addEdge(coverage, { x0, y0, x1, y1 });
      [x0, y0] = [x1, y1];
    }
  }
  const levels = new Uint8Array((box.x1 - box.x0) * (box.y1 - box.y0));
  finishCoverage(coverage, levels);
  const span = box.x1 - box.x0;
  for (let y = box.y0, from = 0; y < box.y1; y++, from += span) {
    frame.mask.set(levels.subarray(from, from + span), y * frame.stride + box.x0);
  }
  return box;
}
