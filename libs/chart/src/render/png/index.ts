import type { Scene, Shape, Symbols } from '../../scene/scene.js';
import { type Fonts, interFonts } from '../../text/fonts.js';
import { widthOf } from '../../text/measure.js';
import { fillRings } from './area.js';
import { encodePng } from './encode.js';
import { createFrame, fillRect, type Frame, hatchMask, hatchRect, inkMask } from './frame.js';
import { drawText } from './glyphs.js';
import { dashed, strokePath } from './stroke.js';

/** Draws a scene as a PNG with a palette. Text is drawn with the given fonts, Inter by default. */
export function renderPng(scene: Scene, fonts: Fonts = interFonts()): Uint8Array {
  const frame = createFrame(scene.width, scene.height, scene.inks);
  for (const shape of scene.shapes) draw(frame, shape, fonts);
  return encodePng(frame);
}

function draw(frame: Frame, shape: Shape, fonts: Fonts): void {
  switch (shape.kind) {
    case 'rect':
      return fillRect(frame, shape.ink, shape);
    case 'hatch':
      return hatchRect(frame, shape.ink, shape);
    case 'path':
      return strokePath(frame, shape.dash ? dashed(shape.points, shape.dash) : shape.points, shape);
    case 'symbols':
      return drawSymbols(frame, shape);
    case 'area': {
      inkMask(frame, shape.ink, fillRings(frame, shape.rings));
      if (!shape.hatch) return;
      const box = fillRings(frame, shape.rings);
      hatchMask(frame, shape.hatch.pitch, box);
      return inkMask(frame, shape.hatch.ink, box);
    }
    case 'text': {
      const font = shape.bold ? fonts.bold : fonts.regular;
      const width = shape.anchor === 'start' ? 0 : widthOf(shape.text, font, shape.size);
      const x = shape.anchor === 'start' ? shape.x : shape.anchor === 'end' ? shape.x - width : shape.x - width / 2;
      return drawText(frame, shape.text, { x, y: shape.y, size: shape.size, font, ink: shape.ink });
    }
  }
}

function drawSymbols(frame: Frame, { symbol, points, size, ink }: Symbols): void {
  const half = size / 2;
  const strokes: number[] = [];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = points[i]!;
    const y = points[i + 1]!;
    if (symbol === 'dot') strokes.push(x, y, NaN, NaN);
    else if (symbol === 'tick') strokes.push(x, y - half, x, y + half, NaN, NaN);
    else if (symbol === 'cross') {
      strokes.push(x - half, y - half, x + half, y + half, NaN, NaN, x - half, y + half, x + half, y - half, NaN, NaN);
    } else strokes.push(x, y - half, x + half, y, x, y + half, x - half, y, x, y - half, NaN, NaN);
  }
  strokePath(frame, new Float32Array(strokes), { ink, width: symbol === 'dot' ? size : Math.max(1, size / 6) });
}
