import type { Shape } from '../scene/scene.js';
import type { FaceChain } from '../text/fonts.js';
import { widthOf } from '../text/measure.js';
import type { InkWell, Plot } from './plot.js';
import { type DrawnSeries, lastReported } from './series.js';

/** A run of days, counted from the first day shown; `end` is excluded. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

export interface Incomplete {
  /** Days incomplete in every series that knows its completeness. */
  readonly runs: readonly Run[];
  /** The last of the runs, when it reaches the newest data: these days are still filling up. */
  readonly pending: Run | undefined;
}

export function incompleteRuns(series: readonly DrawnSeries[]): Incomplete {
  const known = series.flatMap(({ incomplete }) => (incomplete ? [incomplete] : []));
  const days = series[0]?.status.length ?? 0;
  const runs: Run[] = [];
  if (known.length > 0) {
    const isIncomplete = (day: number): boolean => known.every((one) => one[day] === 1);
    for (let day = 0; day < days; day++) {
      if (!isIncomplete(day)) continue;
      const start = day;
      while (day < days && isIncomplete(day)) day++;
      runs.push({ start, end: day });
    }
  }
  const newest = Math.max(...series.map(({ total, unflagged }) => lastReported(total ?? unflagged)));
  const last = runs.at(-1);
  return { runs, pending: last && newest >= 0 && last.end > newest ? last : undefined };
}

/** Hatched ground over the days that are not complete. */
export function shadingMark(plot: Plot, wells: InkWell, incomplete: Incomplete): Shape[] {
  const { shade, hatch, axis } = wells.theme;
  const pitch = Math.round(5 * plot.scale);
  const shapes: Shape[] = [];
  for (const run of incomplete.runs) {
    const x = Math.floor(plot.x(run.start) - plot.x.perDay / 2);
    const box = {
      x,
      y: plot.top,
      width: Math.max(1, Math.ceil((run.end - run.start) * plot.x.perDay)),
      height: plot.bottom - plot.top,
    };
    const fitted = { ...box, width: Math.min(box.width, Math.max(1, Math.round(plot.right) - x)) };
    shapes.push({ kind: 'rect', ...fitted, ink: wells.of(shade) });
    shapes.push({ kind: 'hatch', ...fitted, pitch, ink: wells.of(hatch) });
    if (run === incomplete.pending) shapes.push({ kind: 'rect', ...fitted, width: 1, ink: wells.of(axis) });
  }
  return shapes;
}

/** Names the pending days above the plot, where the words have room. */
export function pendingNote(
  plot: Plot,
  wells: InkWell,
  { incomplete, font, size }: { incomplete: Incomplete; font: FaceChain; size: number },
): Shape[] {
  const { pending } = incomplete;
  if (!pending) return [];
  const text = 'not yet complete';
  const end = Math.min(plot.right, plot.x(pending.end - 1) + plot.x.perDay / 2);
  if (end - widthOf(text, font, size) < plot.left) return [];
  const ink = wells.of(wells.theme.quietText);
  return [{ kind: 'text', x: end, y: plot.top - size * 0.4, text, size, bold: false, anchor: 'end', ink }];
}
