import { BellwetherError, type StatusName } from '#vocabulary';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import type { ChartInput, ChartSeries } from './input.js';
import { lineChart } from './line-chart.js';
import { renderPng } from './render/png/index.js';
import { renderSvg } from './render/svg/svg.js';
import type { Scene, Shape } from './scene/scene.js';

const FROM = 19_723; // 2024-01-01

const reported = (values: readonly number[], label = 'Cough'): ChartSeries => ({
  label,
  from: FROM,
  total: values,
  status: values.map(() => 'reported'),
});

const inputOf = (series: readonly ChartSeries[], more: Partial<ChartInput> = {}): ChartInput => ({
  title: 'Visits',
  unit: 'visits',
  from: FROM,
  to: FROM + Math.max(1, ...series.map(({ total }) => total.length)) - 1,
  series,
  show: 'total',
  width: 800,
  height: 400,
  theme: 'light',
  ...more,
});

const texts = ({ shapes }: Scene): string[] => shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));
const symbols = ({ shapes }: Scene, name: string): Extract<Shape, { kind: 'symbols' }>[] =>
  shapes.flatMap((shape) => (shape.kind === 'symbols' && shape.symbol === name ? [shape] : []));

const code = (input: ChartInput): string | undefined => {
  try {
    lineChart(input);
  } catch (error) {
    if (error instanceof BellwetherError) return error.code;
    throw error;
  }
  return undefined;
};

describe('what is said of days', () => {
  const counts = [5, 6, 7, 30, 8, 9, 2];
  const nowcast = counts.map((_, i) => (i === 6 ? { expected: 60, low: 40, high: 80 } : null));
  const alarmed = counts.map((_, i) => i === 3);
  const areas = ({ shapes }: Scene) => shapes.flatMap((shape) => (shape.kind === 'area' ? [shape] : []));
  const pointOf = ({ shapes }: Scene, day: number): readonly [number, number] => {
    const [path] = shapes.flatMap((shape) => (shape.kind === 'path' && shape.points.length === 14 ? [shape] : []));
    return [path!.points[2 * day]!, path!.points[2 * day + 1]!];
  };

  it('has a filled diamond on the point of a day in alarm, and names it in the key', () => {
    const scene = lineChart(inputOf([{ ...reported(counts), alarmed }]));
    const [x, y] = pointOf(scene, 3);
    const [, inner] = areas(scene).filter(({ rings }) => Math.abs(rings[0]![0]! - x) < 0.01);
    expect((inner!.rings[0]![1]! + inner!.rings[0]![5]!) / 2).toBeCloseTo(y, 3);
    expect(texts(scene)).toContain('alarm');
    expect(texts(lineChart(inputOf([reported(counts)])))).not.toContain('alarm');
  });

  it('has no alarm on a day without a number', () => {
    const silent = { ...reported(counts), total: counts.map((value, i) => (i === 3 ? null : value)) };
    const status = counts.map((_, i): StatusName => (i === 3 ? 'suppressed' : 'reported'));
    expect(areas(lineChart(inputOf([{ ...silent, status, alarmed }])))).toEqual([]);
  });

  it('has the interval of a nowcast within its axis, around the expected count', () => {
    const scene = lineChart(inputOf([{ ...reported(counts), nowcast }]));
    expect(texts(scene)).toContain('expected of the whole day');
    const [, bar] = scene.shapes.flatMap((shape) => (shape.kind === 'path' ? [shape] : []));
    const ys = [...bar!.points].filter((value, i) => i % 2 === 1 && !Number.isNaN(value));
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    expect(top).toBeGreaterThan(0);
    const [dot] = symbols(scene, 'dot');
    expect(dot!.points[1]).toBeCloseTo((top + bottom) / 2, 3);
    const tick = scene.shapes.find((shape) => shape.kind === 'text' && shape.text === '80');
    expect(tick).toBeDefined();
  });
});

describe('zero, missing, suppressed and deleted are four things in a chart', () => {
  const week = (status: StatusName, value: number | null): Scene => {
    const days = [5, 6, 7, value, 8, 9, 5];
    const series: ChartSeries = {
      label: 'Cough',
      from: FROM,
      total: days,
      status: days.map((_, i) => (i === 3 ? status : 'reported')),
    };
    return lineChart(inputOf([series]));
  };
  const scenes = {
    zero: week('reported', 0),
    missing: week('missing', null),
    suppressed: week('suppressed', null),
    deleted: week('deleted', null),
  };

  it('no two of them give the same picture', () => {
    const pictures = Object.values(scenes).map((scene) => Buffer.from(renderPng(scene)).toString('base64'));
    expect(new Set(pictures).size).toBe(4);
  });

  it('a zero is a point of the line and has no mark', () => {
    expect(['tick', 'diamond', 'cross'].flatMap((name) => symbols(scenes.zero, name))).toEqual([]);
  });

  it.each([
    ['missing', 'tick', 'not reported'],
    ['suppressed', 'diamond', 'suppressed'],
    ['deleted', 'cross', 'deleted'],
  ] as const)('a %s day has its own mark, below its day, and the key names it', (status, symbol, words) => {
    expect(texts(scenes[status])).toContain(words);
    const [mark] = symbols(scenes[status], symbol);
    const line = scenes[status].shapes.find((shape) => shape.kind === 'path' && shape.points.length > 10);
    expect(line?.kind).toBe('path');
    // The fourth of seven days lies half-way between the ends of the line.
    const points = line?.kind === 'path' ? line.points : new Float32Array(0);
    expect(mark?.points[0]).toBeCloseTo((points[0]! + points.at(-2)!) / 2, 3);
  });

  it('only what occurs is explained', () => {
    expect(texts(scenes.zero).filter((text) => /reported|suppressed|deleted/.test(text))).toEqual([]);
  });
});

describe('days that are not complete', () => {
  const days = Array.from({ length: 30 }, () => 10);
  const withLast = (count: number): ChartSeries => ({
    ...reported(days),
    completeness: days.map((_, i) => ({ reporting: i >= 30 - count ? 50 : 95, participating: 100 })),
  });

  it('are hatched, and the last ones are called not yet complete', () => {
    const scene = lineChart(inputOf([withLast(3)]));
    expect(scene.shapes.some(({ kind }) => kind === 'hatch')).toBe(true);
    expect(texts(scene)).toEqual(expect.arrayContaining(['under 90 % of facilities reported', 'not yet complete']));
  });

  it('are measured against the threshold asked for', () => {
    expect(texts(lineChart(inputOf([withLast(3)], { completeBelow: 0.5 })))).not.toContain('not yet complete');
    expect(texts(lineChart(inputOf([withLast(3)], { completeBelow: 0.505 })))).toContain(
      'under 50.5 % of facilities reported',
    );
  });

  it('are not claimed where nobody takes part, and not where nothing is known', () => {
    const nobody = { ...reported(days), completeness: days.map(() => ({ reporting: 0, participating: 0 })) };
    for (const series of [nobody, reported(days)]) {
      expect(lineChart(inputOf([series])).shapes.some(({ kind }) => kind === 'hatch')).toBe(false);
    }
  });
});

describe('what a chart says', () => {
  it('names every line', () => {
    const labels = ['Cough', 'Fever', 'Rash'];
    const scene = lineChart(inputOf(labels.map((label, i) => reported([i, i + 1, i + 2], label))));
    expect(texts(scene)).toEqual(expect.arrayContaining(labels));
  });

  it('cuts a label that does not fit, and keeps the whole of it for the reader who asks', () => {
    const long = 'A region with a very long name indeed '.repeat(8).trim();
    const scene = lineChart(inputOf([reported([1, 2, 3], long)]));
    const label = scene.shapes.find((shape) => shape.kind === 'text' && shape.whole === long);
    expect(label?.kind === 'text' && label.text.endsWith('…')).toBe(true);
    expect(renderSvg(scene)).toContain(`<title>${long}</title>`);
  });

  it('says when there is no data', () => {
    const empty: ChartSeries = { label: 'Cough', from: FROM, total: [null, null], status: ['missing', 'missing'] };
    for (const series of [empty, { ...empty, total: [], status: [] }]) {
      expect(texts(lineChart(inputOf([series])))).toContain('no data reported');
    }
    expect(lineChart(inputOf([empty])).description).toMatch(/^No data reported/);
  });

  it('is a sparkline without any text when it is small', () => {
    const scene = lineChart(inputOf([reported([1, 2, 3])], { width: 200, height: 100 }));
    expect(texts(scene)).toEqual([]);
    expect(scene.shapes.some(({ kind }) => kind === 'path')).toBe(true);
  });

  it('draws the unflagged part as a second, different line where it is asked for', () => {
    const series = { ...reported([5, 6, 7, 8, 9]), unflagged: [3, 4, 5, 6, 7] };
    const lines = (show: ChartInput['show']): Shape[] =>
      lineChart(inputOf([series], { show })).shapes.filter(
        (shape) => shape.kind === 'path' && shape.points.length >= 10,
      );
    const [thin, thick] = lines('both');
    expect(thin?.kind === 'path' && thick?.kind === 'path' && thin.width < thick.width).toBe(true);
    expect(lines('total')).toHaveLength(1);
    expect(lines('unflagged')).toHaveLength(1);
  });
});

describe('a request that cannot be drawn', () => {
  const good = inputOf([reported([1, 2, 3])]);
  it.each<[string, Partial<ChartInput>]>([
    ['too wide', { width: 2401 }],
    ['too narrow', { width: 79 }],
    ['too high', { height: 1201 }],
    ['not a whole number of pixels', { height: 400.5 }],
    ['without series', { series: [] }],
    ['of thirteen series', { series: Array.from({ length: 13 }, () => reported([1])) }],
    ['backwards in time', { to: good.from - 1 }],
    ['too long', { to: good.from + 14_610 }],
    ['with a threshold above one', { completeBelow: 1.5 }],
    ['with fewer statuses than values', { series: [{ ...reported([1, 2]), status: ['reported'] }] }],
    ['with fewer unflagged values than totals', { series: [{ ...reported([1, 2]), unflagged: [1] }] }],
  ])('is refused when it is %s', (_name, change) => {
    expect(code({ ...good, ...change })).toBe('REQUEST_INVALID');
  });
});

const status = fc.constantFrom<StatusName>('reported', 'missing', 'suppressed', 'deleted');
const cell = fc.record({
  status,
  value: fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 2 ** 32 - 1 })),
  reporting: fc.nat({ max: 100 }),
  participating: fc.nat({ max: 100 }),
});
const anySeries = fc
  .record({
    label: fc.string({ unit: 'binary', maxLength: 40 }),
    shift: fc.integer({ min: -20, max: 20 }),
    cells: fc.array(cell, { maxLength: 120 }),
    known: fc.boolean(),
  })
  .map(({ label, shift, cells, known }): ChartSeries => {
    const values = cells.map((one) => (one.status === 'reported' ? one.value : null));
    return {
      label,
      from: FROM + shift,
      total: values,
      unflagged: values.map((value) => (value === null ? null : Math.floor(value / 2))),
      status: cells.map((one) => one.status),
      ...(known ? { completeness: cells } : {}),
    };
  });
const anyInput = fc
  .record({
    series: fc.array(anySeries, { minLength: 1, maxLength: 12 }),
    title: fc.string({ unit: 'binary', maxLength: 200 }),
    subtitle: fc.string({ unit: 'grapheme', maxLength: 60 }),
    days: fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 14_610 })),
    show: fc.constantFrom<ChartInput['show']>('total', 'unflagged', 'both'),
    width: fc.integer({ min: 80, max: 900 }),
    height: fc.integer({ min: 40, max: 500 }),
    theme: fc.constantFrom<ChartInput['theme']>('light', 'dark'),
  })
  .map(({ days, ...rest }): ChartInput => ({ unit: 'visits', from: FROM, to: FROM + days - 1, ...rest }));

describe('any chart within the bounds', () => {
  it('is drawn: as a PNG of its size, and as well-formed SVG', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        const scene = lineChart(input);
        const png = Buffer.from(renderPng(scene));
        expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([input.width, input.height]);
        const parser = new SaxesParser({ xmlns: true });
        parser.on('error', (error) => {
          throw error;
        });
        parser.write(renderSvg(scene)).close();
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });

  it('never places a point of a line outside the picture, nor NaN anywhere but between lines', () => {
    fc.assert(
      fc.property(anyInput, (input) => {
        for (const shape of lineChart(input).shapes) {
          if (shape.kind !== 'path' && shape.kind !== 'symbols') continue;
          for (let i = 0; i < shape.points.length; i += 2) {
            const [x, y] = [shape.points[i]!, shape.points[i + 1]!];
            const lifted = Number.isNaN(x) && Number.isNaN(y);
            if (!lifted && !(x >= 0 && x <= input.width && y >= 0)) return false;
          }
        }
        return true;
      }),
      { numRuns: 40, endOnFailure: true },
    );
  });
});
