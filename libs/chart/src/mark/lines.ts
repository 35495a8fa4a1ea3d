import { mix } from '../theme/colour.js';
import type { Shape } from '../scene/scene.js';
import type { InkWell, Plot } from './plot.js';
import type { DrawnSeries } from './series.js';

/** Below this many pixels a day, dashes would break up in the zigzag: the unflagged line is thin and pale instead. */
const DASH_FROM = 4;
export const dashesFit = (perDay: number): boolean => perDay >= DASH_FROM;

/** All lines of a chart: the unflagged ones, thinner, below the totals. */
export function linesMark(plot: Plot, wells: InkWell, series: readonly DrawnSeries[]): Shape[] {
  const { background, series: colours } = wells.theme;
  const width = Math.max(1, (plot.x.perDay < 2 ? 1.3 : 2) * plot.scale);
  const dashes = dashesFit(plot.x.perDay);
  const unflaggedLines = series.flatMap(({ total, unflagged, incomplete }, i): Shape[] => {
    if (!unflagged) return [];
    if (!total) return lineMark(plot, wells, { values: unflagged, incomplete, colour: colours[i]!, width });
    const colour = dashes ? colours[i]! : mix(background, colours[i]!, 0.62);
    const dash = dashes ? ([5 * plot.scale, 4 * plot.scale] as const) : undefined;
    return lineMark(plot, wells, { values: unflagged, incomplete, colour, width: Math.max(0.8, width * 0.6), dash });
  });
  const totalLines = series.flatMap(({ total, incomplete }, i): Shape[] =>
    total ? lineMark(plot, wells, { values: total, incomplete, colour: colours[i]!, width }) : [],
  );
  return [...unflaggedLines, ...totalLines];
}

/**
 * One line: broken where a day has no value, a dot where a day stands alone, faint where the day is not complete.
 */
function lineMark(
  plot: Plot,
  wells: InkWell,
  line: {
    readonly values: Float64Array;
    readonly incomplete: Uint8Array | undefined;
    readonly colour: number;
    readonly width: number;
    readonly dash?: readonly [number, number] | undefined;
  },
): Shape[] {
  const { solid, faint, dots } = outline(plot, line);
  const ink = wells.of(line.colour);
  const dash = line.dash ? { dash: line.dash } : {};
  const shapes: Shape[] = [];
  if (faint.length > 0) {
    const faintInk = wells.of(mix(wells.theme.background, line.colour, 0.45));
    shapes.push({ kind: 'path', points: new Float32Array(faint), width: line.width, ink: faintInk, ...dash });
  }
  if (solid.length > 0) shapes.push({ kind: 'path', points: new Float32Array(solid), width: line.width, ink, ...dash });
  if (dots.length > 0) {
    shapes.push({ kind: 'symbols', symbol: 'dot', points: new Float32Array(dots), size: line.width * 2, ink });
  }
  return shapes;
}

interface Outline {
  readonly solid: number[];
  readonly faint: number[];
  readonly dots: number[];
}

function outline(plot: Plot, line: { values: Float64Array; incomplete: Uint8Array | undefined }): Outline {
  const { values, incomplete } = line;
  const drawn: Outline = { solid: [], faint: [], dots: [] };
  let day = 0;
  while (day < values.length) {
    if (Number.isNaN(values[day]!)) {
      day++;
      continue;
    }
    const start = day;
    while (day < values.length && !Number.isNaN(values[day]!)) day++;
    if (day === start + 1) drawn.dots.push(plot.x(start), plot.y(values[start]!));
    else runOutline(plot, { values, incomplete, start, end: day }, drawn);
  }
  return drawn;
}

interface Run {
  readonly values: Float64Array;
  readonly incomplete: Uint8Array | undefined;
  readonly start: number;
  readonly end: number;
}

/** Days of a run without gaps; a piece between two days is faint when either of them is incomplete. */
function runOutline(plot: Plot, run: Run, drawn: Outline): void {
  const { values, incomplete, start, end } = run;
  const kept = plot.x.perDay < 0.5 ? extremes(plot, run) : undefined;
  const count = kept ? kept.length : end - start;
  let wasFaint: boolean | undefined;
  let before = start;
  for (let i = 0; i < count; i++) {
    const day = kept ? kept[i]! : start + i;
    if (i > 0) {
      const faint = incomplete !== undefined && (incomplete[day] === 1 || incomplete[before] === 1);
      const path = faint ? drawn.faint : drawn.solid;
      if (faint !== wasFaint) {
        if (path.length > 0) path.push(NaN, NaN);
        path.push(plot.x(before), plot.y(values[before]!));
      }
      path.push(plot.x(day), plot.y(values[day]!));
      wasFaint = faint;
    }
    before = day;
  }
}

/**
 * Where many days share a column of pixels: the first, lowest, highest and last of each column, which draw the same
 * line as all of them. Source: Jugel et al., M4, VLDB 2014.
 */
function extremes(plot: Plot, { values, start, end }: Run): number[] {
  const kept: number[] = [];
  let day = start;
  while (day < end) {
    const column = Math.floor(plot.x(day));
    const first = day;
    let [low, high] = [day, day];
    for (; day < end && Math.floor(plot.x(day)) === column; day++) {
      if (values[day]! < values[low]!) low = day;
      if (values[day]! > values[high]!) high = day;
    }
    const columnDays = [first, Math.min(low, high), Math.max(low, high), day - 1];
    for (const one of columnDays) if (one !== kept.at(-1)) kept.push(one);
  }
  return kept;
}
