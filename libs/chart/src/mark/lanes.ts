import { STATUS } from '#vocabulary';
import type { Shape, SymbolName } from '../scene/scene.js';
import type { InkWell, Plot } from './plot.js';
import type { DrawnSeries } from './series.js';

/**
 * What a line cannot say: the days on which it has no value, and why. One lane per series below the baseline, or one
 * for all when there is no room: hollow diamonds for suppressed, crosses for deleted, ticks for not reported.
 */
export interface Lane {
  readonly colour: number;
  readonly suppressed: readonly number[];
  readonly deleted: readonly number[];
  readonly missing: readonly number[];
}

export const laneHeight = (scale: number): number => Math.round(8 * scale);

/** Lanes of the series that have anything to say, merged into one of `neutral` colour when more than `most`. */
export function lanesOf(
  series: readonly DrawnSeries[],
  { colours, neutral, most }: { colours: readonly number[]; neutral: number; most: number },
): Lane[] {
  const lanes = series.flatMap((one, i) => {
    const lane = laneOf(one.status, colours[i]!);
    return lane.suppressed.length + lane.deleted.length + lane.missing.length > 0 ? [lane] : [];
  });
  if (lanes.length <= most) return lanes;
  const merged = (pick: (lane: Lane) => readonly number[]): number[] =>
    [...new Set(lanes.flatMap(pick))].sort((a, b) => a - b);
  return [
    {
      colour: neutral,
      suppressed: merged((lane) => lane.suppressed),
      deleted: merged((lane) => lane.deleted),
      missing: merged((lane) => lane.missing),
    },
  ];
}

/** Missing days count between the first and the last day of which anything is known; outside the series is not there. */
function laneOf(status: Uint8Array, colour: number): Lane {
  const lane = { colour, suppressed: [] as number[], deleted: [] as number[], missing: [] as number[] };
  let start = 0;
  let end = status.length;
  while (start < end && status[start] === STATUS.missing) start++;
  while (end > start && status[end - 1] === STATUS.missing) end--;
  for (let day = start; day < end; day++) {
    if (status[day] === STATUS.suppressed) lane.suppressed.push(day);
    else if (status[day] === STATUS.deleted) lane.deleted.push(day);
    else if (status[day] === STATUS.missing) lane.missing.push(day);
  }
  return lane;
}

/** Lanes begin a little below the baseline of the plot. */
export function laneMark(plot: Plot, wells: InkWell, lanes: readonly Lane[]): Shape[] {
  const height = laneHeight(plot.scale);
  return lanes.flatMap((lane, i) => {
    const y = plot.bottom + (i + 0.5) * height + 2 * plot.scale;
    const ink = wells.of(lane.colour);
    const symbols = (symbol: SymbolName, days: readonly number[], share: number): Shape[] => {
      const size = height * share;
      const points = spread(plot, days, symbol === 'tick' ? 1 : size * 0.8).flatMap((x) => [x, y]);
      return points.length === 0 ? [] : [{ kind: 'symbols', symbol, points: new Float32Array(points), size, ink }];
    };
    return [
      ...symbols('tick', lane.missing, 0.5),
      ...symbols('diamond', lane.suppressed, 0.8),
      ...symbols('cross', lane.deleted, 0.55),
    ];
  });
}

/** Places of marks at least `apart` pixels from each other: a run of days becomes a chain of marks, not a blot. */
function spread(plot: Plot, days: readonly number[], apart: number): number[] {
  const places: number[] = [];
  let last = -Infinity;
  for (const day of days) {
    const x = plot.x(day);
    if (x - last >= apart) places.push((last = x));
  }
  return places;
}
