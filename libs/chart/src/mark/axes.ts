import { formatCount } from '../scale/linear.js';
import { timeTicks } from '../scale/time.js';
import type { Day } from '#vocabulary';
import type { Shape } from '../scene/scene.js';
import type { FaceChain } from '../text/fonts.js';
import { widthOf } from '../text/measure.js';
import type { InkWell, Plot } from './plot.js';

export interface AxisText {
  readonly font: FaceChain;
  readonly size: number;
}

/** Horizontal grid lines with their counts on the left; the line at zero is the axis. */
export function countAxis(plot: Plot, wells: InkWell, { size }: AxisText): Shape[] {
  const { grid, axis, quietText } = wells.theme;
  const weight = Math.max(1, Math.round(plot.scale));
  return plot.y.ticks.flatMap((tick): Shape[] => {
    const y = Math.round(plot.y(tick));
    const ink = wells.of(tick === 0 ? axis : grid);
    return [
      { kind: 'rect', x: plot.left, y, width: plot.right - plot.left, height: weight, ink },
      {
        kind: 'text',
        x: plot.left - 8 * plot.scale,
        y: y + size * 0.36,
        text: formatCount(tick),
        size,
        bold: false,
        anchor: 'end',
        ink: wells.of(quietText),
      },
    ];
  });
}

/** Ticks below the plot (below its lanes, `drop` pixels high), with months and years. */
export function timeAxis(
  plot: Plot,
  wells: InkWell,
  { from, to, drop, text: { font, size } }: { from: Day; to: Day; drop: number; text: AxisText },
): Shape[] {
  const { axis, quietText, text } = wells.theme;
  const apart = widthOf('Mmm 00', font, size) + 10 * plot.scale;
  const ticks = timeTicks(from, to, Math.floor((plot.right - plot.left) / apart));
  const y = plot.bottom + drop;
  const tickHeight = Math.round(5 * plot.scale);
  return ticks.flatMap((tick): Shape[] => {
    const x = Math.round(plot.x(tick.day - from) - plot.x.perDay / 2);
    const label = (content: string, row: number, ink: number): Shape => ({
      kind: 'text',
      x: x + 3 * plot.scale,
      y: y + tickHeight + size * (0.6 + 1.25 * row),
      text: content,
      size,
      bold: row === 1,
      anchor: 'start',
      ink: wells.of(ink),
    });
    if (x + 3 * plot.scale + widthOf(tick.label, font, size) > plot.right + 12 * plot.scale) return [];
    return [
      { kind: 'rect', x, y, width: 1, height: tickHeight + size * 0.6, ink: wells.of(axis) },
      label(tick.label, 0, quietText),
      ...(tick.year !== undefined ? [label(tick.year, 1, text)] : []),
    ];
  });
}
