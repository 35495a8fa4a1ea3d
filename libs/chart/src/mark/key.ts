import type { Shape } from '../scene/scene.js';
import { fit, widthOf } from '../text/measure.js';
import type { LegendText } from './legend.js';
import type { Lane } from './lanes.js';
import type { InkWell } from './plot.js';
import { diamond } from './signs.js';
import type { Incomplete } from './shading.js';

/** What the special marks of a picture mean; only those that occur in it are named. */
export interface KeyEntry {
  readonly sign: 'hatch' | 'alarm' | 'nowcast' | 'diamond' | 'cross' | 'tick' | 'thin' | 'dashed' | 'patch' | 'none';
  readonly text: string;
  /** Of a patch. */
  readonly colour?: number;
}

/** The entries of a line chart. */
export function lineKey(chart: {
  readonly incomplete: Incomplete;
  readonly lanes: readonly Lane[];
  /** Share of facilities below which a day is incomplete. */
  readonly completeBelow: number;
  /** Undefined when no unflagged line is drawn beside a total. */
  readonly unflagged: { readonly label: string; readonly dashed: boolean } | undefined;
  readonly hasAlarms: boolean;
  readonly hasNowcasts: boolean;
}): KeyEntry[] {
  const { runs } = chart.incomplete;
  const share = `${Math.round(chart.completeBelow * 1000) / 10} %`;
  const entries: KeyEntry[] = [];
  if (chart.unflagged) entries.push({ sign: chart.unflagged.dashed ? 'dashed' : 'thin', text: chart.unflagged.label });
  if (runs.length > 0) {
    entries.push({
      sign: 'hatch',
      text: `under ${share} of facilities reported`,
    });
  }
  if (chart.hasNowcasts) entries.push({ sign: 'nowcast', text: 'expected of the whole day' });
  if (chart.hasAlarms) entries.push({ sign: 'alarm', text: 'alarm' });
  if (chart.lanes.some((lane) => lane.suppressed.length > 0)) entries.push({ sign: 'diamond', text: 'suppressed' });
  if (chart.lanes.some((lane) => lane.deleted.length > 0)) entries.push({ sign: 'cross', text: 'deleted' });
  if (chart.lanes.some((lane) => lane.missing.length > 0)) entries.push({ sign: 'tick', text: 'not reported' });
  return entries;
}

const SIGN = 14;
const GAP = 5;
const BETWEEN = 16;

/** Wraps the entries into rows of at most `room` pixels. */
export function keyRows(entries: readonly KeyEntry[], { font, size, scale }: LegendText, room: number): KeyEntry[][] {
  const rows: KeyEntry[][] = [];
  let left = 0;
  for (const entry of entries) {
    const text = fit(entry.text, font, { size, room: room - (SIGN + GAP) * scale });
    const width = (SIGN + GAP + BETWEEN) * scale + widthOf(text, font, size);
    if (rows.length === 0 || left < width - BETWEEN * scale) {
      rows.push([]);
      left = room;
    }
    rows.at(-1)!.push({ ...entry, text });
    left -= width;
  }
  return rows;
}

export const keyRowHeight = ({ size }: LegendText): number => Math.round(size * 1.5);

export function keyMark(
  wells: InkWell,
  rows: readonly (readonly KeyEntry[])[],
  { left, top, text }: { left: number; top: number; text: LegendText },
): Shape[] {
  const { font, size, scale } = text;
  const shapes: Shape[] = [];
  for (const [i, row] of rows.entries()) {
    let x = left;
    const middle = Math.round(top + (i + 0.5) * keyRowHeight(text));
    for (const entry of row) {
      shapes.push(...signOf(wells, entry, { x, middle, scale }));
      if (entry.sign !== 'none') x += (SIGN + GAP) * scale;
      shapes.push({
        kind: 'text',
        x,
        y: middle + size * 0.36,
        text: entry.text,
        size,
        bold: false,
        anchor: 'start',
        ink: wells.of(wells.theme.quietText),
      });
      x += widthOf(entry.text, font, size) + BETWEEN * scale;
    }
  }
  return shapes;
}

function signOf(
  wells: InkWell,
  { sign, colour }: KeyEntry,
  { x, middle, scale }: { x: number; middle: number; scale: number },
): Shape[] {
  const { shade, hatch, quietText } = wells.theme;
  const width = Math.round(SIGN * scale);
  const height = Math.round(10 * scale);
  const box = { x: Math.round(x), y: middle - height / 2, width, height };
  const ink = wells.of(colour ?? quietText);
  switch (sign) {
    case 'none':
      return [];
    case 'patch':
      return [{ kind: 'rect', ...box, ink }];
    case 'hatch':
      return [
        { kind: 'rect', ...box, ink: wells.of(shade) },
        { kind: 'hatch', ...box, pitch: Math.round(5 * scale), ink: wells.of(hatch) },
      ];
    case 'alarm':
      return [{ kind: 'area', rings: [diamond(x + width / 2, middle, 5 * scale)], ink: wells.of(wells.theme.alarm) }];
    case 'nowcast': {
      const [centre, half, end] = [x + width / 2, 5.5 * scale, 2.5 * scale];
      const bars = [-half, half].flatMap((y) => [centre - end, middle + y, centre + end, middle + y, NaN, NaN]);
      const points = Float32Array.of(...bars, centre, middle - half, centre, middle + half);
      return [
        { kind: 'path', points, width: 1.2 * scale, ink },
        { kind: 'symbols', symbol: 'dot', points: Float32Array.of(centre, middle), size: 4.5 * scale, ink },
      ];
    }
    case 'thin':
    case 'dashed':
      return [
        {
          kind: 'path',
          points: Float32Array.of(x, middle, x + width, middle),
          width: scale,
          ink,
          ...(sign === 'dashed' ? { dash: [4 * scale, 3 * scale] as const } : {}),
        },
      ];
    case 'diamond':
    case 'cross':
    case 'tick':
      return [
        { kind: 'symbols', symbol: sign, points: Float32Array.of(x + width / 2, middle), size: 6.5 * scale, ink },
      ];
  }
}
