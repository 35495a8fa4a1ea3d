import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import sharp from 'sharp';
import type { Scene, Shape } from '../../scene/scene.js';
import { renderSvg } from '../svg/svg.js';
import { renderPng } from './index.js';

const INKS = [0xffffff, 0x0072b2, 0xd55e00, 0x1a202c];

const sceneOf = (
  shapes: readonly Shape[],
  size: { width: number; height: number } = { width: 120, height: 80 },
): Scene => ({
  ...size,
  title: 't',
  description: 'd',
  inks: INKS,
  shapes,
});

async function pixels(image: Uint8Array | string): Promise<{ data: Buffer; width: number; height: number }> {
  const source = typeof image === 'string' ? Buffer.from(image) : image;
  const { data, info } = await sharp(source)
    .flatten({ background: '#fff' })
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

/** Mean and largest difference of a channel between this PNG and librsvg's drawing of the same scene as SVG. */
async function againstLibrsvg(scene: Scene): Promise<{ mean: number; most: number }> {
  const [ours, theirs] = await Promise.all([pixels(renderPng(scene)), pixels(renderSvg(scene))]);
  expect([ours.width, ours.height]).toEqual([theirs.width, theirs.height]);
  let sum = 0;
  let most = 0;
  ours.data.forEach((value, i) => {
    const difference = Math.abs(value - theirs.data[i]!);
    sum += difference;
    most = Math.max(most, difference);
  });
  return { mean: sum / ours.data.length, most };
}

const zigzag = Float32Array.from({ length: 60 }, (_, i) => (i % 2 === 0 ? 4 + i * 1.9 : 40 + 30 * Math.sin(i * 1.7)));

describe('the PNG back end, against librsvg on the SVG of the same scene', () => {
  it.each<[string, Shape]>([
    ['a rectangle', { kind: 'rect', x: 10.4, y: 9.6, width: 30, height: 20.3, ink: 1 }],
    ['a steep line', { kind: 'path', points: Float32Array.of(20, 5, 31, 75), width: 1.3, ink: 1 }],
    ['a flat line', { kind: 'path', points: Float32Array.of(5, 20.5, 115, 41), width: 2, ink: 2 }],
    ['a zigzag', { kind: 'path', points: zigzag, width: 1.5, ink: 3 }],
    [
      'a broken line',
      { kind: 'path', points: Float32Array.of(5, 5, 40, 40, NaN, NaN, 60, 40, 100, 5), width: 3, ink: 1 },
    ],
    [
      'a dashed line',
      { kind: 'path', points: Float32Array.of(5, 70, 60, 10, 115, 70), width: 2, ink: 1, dash: [9, 7] },
    ],
    ['dots', { kind: 'symbols', symbol: 'dot', points: Float32Array.of(20, 20, 60.3, 41.7), size: 8, ink: 2 }],
    ['diamonds', { kind: 'symbols', symbol: 'diamond', points: Float32Array.of(20, 20, 60.3, 41.7), size: 12, ink: 2 }],
    ['crosses', { kind: 'symbols', symbol: 'cross', points: Float32Array.of(20, 20, 60.3, 41.7), size: 10, ink: 3 }],
    ['ticks', { kind: 'symbols', symbol: 'tick', points: Float32Array.of(20.5, 20, 60.5, 41), size: 10, ink: 3 }],
    [
      'a polygon with a hole',
      {
        kind: 'area',
        rings: [Float32Array.of(10, 10, 110, 20, 70, 75), Float32Array.of(60, 25, 65, 55, 85, 28)],
        ink: 1,
      },
    ],
  ])('draws %s alike', async (_name, shape) => {
    const { mean, most } = await againstLibrsvg(sceneOf([shape]));
    // Where a line lies beside itself, the larger coverage stands for the union of both.
    expect(mean).toBeLessThan(2);
    // A pixel at the tip of a cap or join may differ by more; nowhere by half a pixel of ink.
    expect(most).toBeLessThan(128);
  });

  it('clips what lies outside', async () => {
    const points = Float32Array.of(-500, -500, 60, 40, 700, -90, 60, 900);
    const { mean } = await againstLibrsvg(
      sceneOf([
        { kind: 'path', points, width: 2, ink: 1 },
        { kind: 'area', rings: [Float32Array.of(-50, 60, 300, 50, 60, 200)], ink: 2 },
        { kind: 'rect', x: -10, y: -10, width: 20, height: 20, ink: 3 },
      ]),
    );
    expect(mean).toBeLessThan(1);
  });
});

/** Where IHDR states the bits a pixel. */
const DEPTH = 24;

describe('the PNG itself', () => {
  it.each([
    [1, 1],
    [7, 3],
    [800, 400],
  ])('is %d by %d with a palette, and opens elsewhere', async (width, height) => {
    const png = renderPng(sceneOf([], { width, height }));
    const meta = await sharp(png).metadata();
    expect([meta.format, meta.width, meta.height, png[DEPTH]]).toEqual(['png', width, height, 2]);
  });

  it.each([
    [1, [0, 1]],
    [2, [0, 1, 2]],
    [4, [0, 1, 2, 3, 4, 5]],
    [8, Array.from({ length: 40 }, (_, i) => i)],
  ])('with %d bits a pixel gives back every pixel', async (depth, inks) => {
    const width = 37;
    const shapes = inks.map((ink): Shape => ({ kind: 'rect', x: ink, y: 0, width: 1, height: 5, ink }));
    const colours = inks.map((ink) => ink * 0x050607);
    const png = renderPng({ width, height: 5, title: '', description: '', inks: colours, shapes });
    const { data } = await pixels(png);
    expect(png[DEPTH]).toBe(depth);
    for (let x = 0; x < width; x++) {
      const colour = x < inks.length ? colours[x]! : 0;
      expect([...data.subarray(3 * (x + 2 * width), 3 * (x + 2 * width) + 3)]).toEqual([
        colour >> 16,
        (colour >> 8) & 255,
        colour & 255,
      ]);
    }
  });

  it('shows crowded pictures of more than 256 colours without losing any line', async () => {
    const inks = [0xffffff, ...Array.from({ length: 40 }, (_, i) => (i * 0x3a5b7) & 0xffffff)];
    const shapes = inks.slice(1).flatMap((_, i): Shape[] => [
      { kind: 'path', points: Float32Array.of(i * 2, 0, 100 - i * 2, 80), width: 1.5, ink: i + 1 },
      { kind: 'path', points: Float32Array.of(0, i * 2, 100, 80 - i), width: 1.5, ink: i + 1 },
    ]);
    const png = renderPng({ width: 120, height: 80, title: '', description: '', inks, shapes });
    expect((await pixels(png)).width).toBe(120);
  });

  it('draws the same bytes whatever was drawn before', () => {
    const scene = sceneOf([{ kind: 'path', points: zigzag, width: 1.5, ink: 3 }]);
    const before = Buffer.from(renderPng(scene));
    renderPng(sceneOf([{ kind: 'rect', x: 0, y: 0, width: 500, height: 500, ink: 2 }], { width: 300, height: 300 }));
    expect(Buffer.from(renderPng(scene)).equals(before)).toBe(true);
  });
});

describe('text in the PNG', () => {
  it('stands where it is anchored, on its baseline', async () => {
    const text = (anchor: 'start' | 'middle' | 'end'): Shape => ({
      kind: 'text',
      x: 60,
      y: 50,
      text: 'HHH',
      size: 20,
      bold: false,
      anchor,
      ink: 3,
    });
    const inked = async (anchor: 'start' | 'middle' | 'end') => {
      const { data, width, height } = await pixels(renderPng(sceneOf([text(anchor)])));
      let [left, right, bottom] = [width, 0, 0];
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          if (data[3 * (y * width + x)]! > 128) continue;
          [left, right, bottom] = [Math.min(left, x), Math.max(right, x), Math.max(bottom, y)];
        }
      }
      return { left, right, bottom };
    };
    const [start, middle, end] = [await inked('start'), await inked('middle'), await inked('end')];
    expect(start.bottom).toBe(49);
    expect(start.left).toBeGreaterThanOrEqual(60);
    expect(start.left).toBeLessThan(64);
    expect(end.right).toBeLessThanOrEqual(60);
    expect(end.right).toBeGreaterThan(55);
    expect(Math.abs(middle.left + middle.right - 119)).toBeLessThanOrEqual(2);
  });

  it('of any characters is drawn without complaint', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (content) => {
        const shape: Shape = {
          kind: 'text',
          x: -5,
          y: 40,
          text: content,
          size: 14,
          bold: true,
          anchor: 'start',
          ink: 3,
        };
        return renderPng(sceneOf([shape])).length > 60;
      }),
    );
  });
});
