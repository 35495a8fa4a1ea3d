import type { ChartInput } from './input.js';
import { linesMark } from './mark/lines.js';
import type { InkWell, Plot } from './mark/plot.js';
import { type DrawnSeries, highest } from './mark/series.js';
import { incompleteRuns, shadingMark } from './mark/shading.js';
import { linearScale } from './scale/linear.js';
import { timeScale } from './scale/time.js';
import type { Shape } from './scene/scene.js';

/** Lines, ground and baseline without any text, for pictures too small to read. */
export function sparkline(input: ChartInput, wells: InkWell, series: readonly DrawnSeries[]): Shape[] {
  const [left, right, top, bottom] = [3, input.width - 3, 4, input.height - 5];
  const plot: Plot = {
    ...{ left, right, top, bottom },
    x: timeScale(0, input.to - input.from, { left, right }),
    y: linearScale(highest(series), { bottom, top, count: 4 }),
    scale: 0.75,
  };
  return [
    ...shadingMark(plot, wells, incompleteRuns(series)),
    { kind: 'rect', x: left, y: bottom, width: right - left, height: 1, ink: wells.of(wells.theme.axis) },
    ...linesMark(plot, wells, series),
  ];
}
