import type { Ink, Scene, Shape, Symbols } from '#chart';
import { writeLine } from './letters.js';

type Doc = PDFKit.PDFDocument;

interface Place {
  readonly x: number;
  readonly y: number;
  /** Points across; the height follows. */
  readonly width: number;
}

/** Draws a scene as vectors: the back end for paper. */
export function drawScene(document: Doc, scene: Scene, { x, y, width }: Place): void {
  const scale = width / scene.width;
  document.save();
  document.translate(x, y).scale(scale);
  document.rect(0, 0, scene.width, scene.height).clip();
  document.lineJoin('round').lineCap('round');
  const colour = (ink: Ink): string => `#${(scene.inks[ink] ?? 0).toString(16).padStart(6, '0')}`;
  for (const shape of scene.shapes) draw(document, shape, colour);
  document.restore();
}

function draw(document: Doc, shape: Shape, colour: (ink: Ink) => string): void {
  switch (shape.kind) {
    case 'rect': {
      const [left, top] = [Math.round(shape.x), Math.round(shape.y)];
      const [right, bottom] = [Math.round(shape.x + shape.width), Math.round(shape.y + shape.height)];
      document.rect(left, top, right - left, bottom - top).fill(colour(shape.ink));
      return;
    }
    case 'hatch':
      document.save();
      document.rect(shape.x, shape.y, shape.width, shape.height).clip();
      hatch(document, shape, { pitch: shape.pitch, colour: colour(shape.ink) });
      document.restore();
      return;
    case 'path':
      trace(document, shape.points);
      if (shape.dash) document.dash(shape.dash[0], { space: shape.dash[1] });
      document.lineWidth(shape.width).stroke(colour(shape.ink));
      if (shape.dash) document.undash();
      return;
    case 'symbols':
      symbols(document, shape, colour(shape.ink));
      return;
    case 'area': {
      for (const ring of shape.rings) trace(document, ring, true);
      document.fill(colour(shape.ink));
      if (!shape.hatch) return;
      document.save();
      for (const ring of shape.rings) trace(document, ring, true);
      document.clip();
      hatch(document, boxOf(shape.rings), { pitch: shape.hatch.pitch, colour: colour(shape.hatch.ink) });
      document.restore();
      return;
    }
    case 'text': {
      const { x, y, size, anchor, bold, text } = shape;
      writeLine(document, text, { x, y, size, anchor, weight: bold ? 'bold' : 'regular', colour: colour(shape.ink) });
      return;
    }
  }
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** Adds a polyline to the path; a pair of NaN lifts the pen. Tenths of a pixel are fine enough for paper. */
function trace(document: Doc, points: Float32Array, closed = false): void {
  let drawing = false;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [tenth(points[i]!), tenth(points[i + 1]!)];
    if (x !== x || y !== y) {
      drawing = false;
      continue;
    }
    if (drawing) document.lineTo(x, y);
    else document.moveTo(x, y);
    drawing = true;
  }
  if (closed && drawing) document.closePath();
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxOf(rings: readonly Float32Array[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const ring of rings) {
    for (let i = 0; i + 1 < ring.length; i += 2) {
      left = Math.min(left, ring[i]!);
      right = Math.max(right, ring[i]!);
      top = Math.min(top, ring[i + 1]!);
      bottom = Math.max(bottom, ring[i + 1]!);
    }
  }
  return right >= left
    ? { x: left, y: top, width: right - left, height: bottom - top }
    : { x: 0, y: 0, width: 0, height: 0 };
}

/** Diagonals over a box, aligned to the page so that neighbours meet; whoever calls has clipped. */
function hatch(
  document: Doc,
  { x, y, width, height }: Box,
  { pitch, colour }: { pitch: number; colour: string },
): void {
  const step = Math.max(2, pitch);
  for (let sum = Math.floor((x + y) / step) * step; sum <= x + width + y + height; sum += step) {
    document.moveTo(sum - y, y).lineTo(sum - y - height, y + height);
  }
  document.lineWidth(0.8).stroke(colour);
}

function symbols(document: Doc, { symbol, points, size }: Symbols, colour: string): void {
  const half = size / 2;
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (symbol === 'dot') document.circle(x, y, half);
    else if (symbol === 'tick') document.moveTo(x, y - half).lineTo(x, y + half);
    else if (symbol === 'cross') {
      document.moveTo(x - half, y - half).lineTo(x + half, y + half);
      document.moveTo(x - half, y + half).lineTo(x + half, y - half);
    } else {
      document
        .moveTo(x, y - half)
        .lineTo(x + half, y)
        .lineTo(x, y + half)
        .lineTo(x - half, y)
        .closePath();
    }
  }
  if (symbol === 'dot') document.fill(colour);
  else document.lineWidth(Math.max(1, size / 6)).stroke(colour);
}
