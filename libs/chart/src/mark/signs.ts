import type { Shape } from '../scene/scene.js';
import type { InkWell, Plot } from './plot.js';
import type { DrawnSeries } from './series.js';

/** Half the height of an alarm, and half the width of the ends of a nowcast, in pixels at scale 1. */
const ALARM = 5.5;
const END = 3;

/** A diamond as a ring of an area. */
export const diamond = (x: number, y: number, half: number): Float32Array =>
  Float32Array.of(x, y - half, x + half, y, x, y + half, x - half, y, x, y - half);

/**
 * What is said of days on their lines: a filled diamond where a day is in alarm; where a day is not complete, between what
 * it will lie once it is, and a dot at what is expected.
 */
export function signsMark(plot: Plot, wells: InkWell, series: readonly DrawnSeries[]): Shape[] {
  return [
    ...series.flatMap(({ nowcasts }, i) => nowcastMark(plot, wells, { nowcasts, colour: wells.theme.series[i]! })),
    ...series.flatMap(({ alarms, total }) => alarmMark(plot, wells, { alarms, total })),
  ];
}

function nowcastMark(
  plot: Plot,
  wells: InkWell,
  { nowcasts, colour }: Pick<DrawnSeries, 'nowcasts'> & { colour: number },
): Shape[] {
  if (nowcasts.length === 0) return [];
  const ink = wells.of(colour);
  const end = Math.min(END * plot.scale, plot.x.perDay * 0.4);
  const bars = nowcasts.flatMap(({ day, low, high }) => {
    const [x, bottom, top] = [plot.x(day), plot.y(low), plot.y(high)];
    const bar = [x, bottom, x, top, NaN, NaN];
    return [x - end, bottom, x + end, bottom, NaN, NaN, ...bar, x - end, top, x + end, top, NaN, NaN];
  });
  const dots = nowcasts.flatMap(({ day, expected }) => [plot.x(day), plot.y(expected)]);
  return [
    { kind: 'path', points: Float32Array.from(bars), width: 1.4 * plot.scale, ink },
    { kind: 'symbols', symbol: 'dot', points: Float32Array.from(dots), size: 6 * plot.scale, ink },
  ];
}

function alarmMark(plot: Plot, wells: InkWell, { alarms, total }: Pick<DrawnSeries, 'alarms' | 'total'>): Shape[] {
  if (!total || alarms.length === 0) return [];
  const ink = wells.of(wells.theme.alarm);
  const ground = wells.of(wells.theme.background);
  return alarms.flatMap((day): Shape[] => {
    const ring = (half: number) => diamond(plot.x(day), plot.y(total[day]!), half * plot.scale);
    // A ground around it keeps it apart from the line.
    return [
      { kind: 'area', rings: [ring(ALARM + 1.4)], ink: ground },
      { kind: 'area', rings: [ring(ALARM)], ink, title: 'alarm' },
    ];
  });
}
