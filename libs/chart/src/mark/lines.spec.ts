import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { linearScale } from '../scale/linear.js';
import { timeScale } from '../scale/time.js';
import type { Shape } from '../scene/scene.js';
import { THEMES } from '../theme/theme.js';
import { linesMark } from './lines.js';
import { inkWell, type Plot } from './plot.js';

const box = { left: 0, right: 1000, top: 0, bottom: 100 };

function plotOf(days: number, most: number): Plot {
  return { ...box, scale: 1, x: timeScale(0, days - 1, box), y: linearScale(most, { ...box, count: 5 }) };
}

function draw(values: readonly number[], incomplete?: readonly number[]): Shape[] {
  const plot = plotOf(values.length, 10);
  const series = {
    label: 'a',
    total: Float64Array.from(values),
    unflagged: undefined,
    status: new Uint8Array(values.length),
    incomplete: incomplete && Uint8Array.from(incomplete),
    alarms: [],
    nowcasts: [],
  };
  return linesMark(plot, inkWell(THEMES.light), [series]);
}

/** Vertices in order, `undefined` where the pen is lifted. */
function vertices(shape: Shape | undefined): (readonly [number, number] | undefined)[] {
  if (shape?.kind !== 'path' && shape?.kind !== 'symbols') return [];
  const { points } = shape;
  return Array.from({ length: points.length / 2 }, (_, i) =>
    Number.isNaN(points[2 * i]!) ? undefined : ([points[2 * i]!, points[2 * i + 1]!] as const),
  );
}

describe('a line', () => {
  it('draws a zero on the baseline', () => {
    expect(vertices(draw([0, 0, 10])[0])).toEqual([
      [expect.closeTo(166.67, 1), 100],
      [500, 100],
      [expect.closeTo(833.33, 1), 0],
    ]);
  });

  it('is broken where a day has no value: a gap is not a zero, and is not bridged', () => {
    const [path] = draw([4, 5, NaN, NaN, 6, 7]);
    expect(vertices(path).map((vertex) => vertex === undefined)).toEqual([false, false, true, false, false]);
  });

  it('shows a day that stands alone as a dot', () => {
    const shapes = draw([4, 5, NaN, 6, NaN, 7, 8]);
    const dots = shapes.find((shape) => shape.kind === 'symbols');
    expect(vertices(dots)).toEqual([[500, expect.closeTo(40, 4)]]);
  });

  it('is faint to and from a day that is not complete, in a colour of its own', () => {
    const [faint, solid] = draw([4, 5, 6, 7, 8], [0, 0, 0, 1, 1]);
    expect(vertices(faint).map((vertex) => vertex?.[0])).toEqual([500, 700, 900]);
    expect(vertices(solid).map((vertex) => vertex?.[0])).toEqual([100, 300, 500]);
    expect(faint?.kind === 'path' && solid?.kind === 'path' && faint.ink !== solid.ink).toBe(true);
  });

  it('keeps the lowest and highest day of every column of pixels when days are narrower than pixels', () => {
    // Eight days a pixel exactly, so that no rounding moves a day to the next column.
    const values = fc.array(fc.nat({ max: 10 }), { minLength: 8000, maxLength: 8000 });
    fc.assert(
      fc.property(values, (days) => {
        const plot = plotOf(days.length, 10);
        const drawn = new Map<number, number[]>();
        for (const vertex of vertices(draw(days)[0])) {
          const column = Math.floor(vertex![0]);
          drawn.set(column, [...(drawn.get(column) ?? []), vertex![1]]);
        }
        const wanted = new Map<number, number[]>();
        days.forEach((value, day) => {
          const column = Math.floor(plot.x(day));
          wanted.set(column, [...(wanted.get(column) ?? []), Math.fround(plot.y(value))]);
        });
        for (const [column, all] of wanted) {
          const kept = drawn.get(column) ?? [];
          const same = Math.min(...kept) === Math.min(...all) && Math.max(...kept) === Math.max(...all);
          if (kept.length > 4 || !same) return false;
        }
        return true;
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});
