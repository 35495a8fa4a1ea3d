import { STATUS, type StatusName } from '#vocabulary';
import { type ChartInput, type ChartNowcast, type ChartSeries, DEFAULT_COMPLETE_BELOW } from '../input.js';
import { printable } from '../text/measure.js';

/** A series cut to the days shown, in the form that marks draw: a value a day, NaN where there is none. */
export interface DrawnSeries {
  readonly label: string;
  /** Undefined where the line is not shown. */
  readonly total: Float64Array | undefined;
  readonly unflagged: Float64Array | undefined;
  /** A `Status` a day; missing outside the days of the series. */
  readonly status: Uint8Array;
  /** 1 on days of which too few facilities reported; undefined where completeness is not known. */
  readonly incomplete: Uint8Array | undefined;
  /** Days of the total that are in alarm, counted from the first day shown. */
  readonly alarms: readonly number[];
  /** What days of the total will come to. */
  readonly nowcasts: readonly (ChartNowcast & { readonly day: number })[];
}

export function drawnSeries(input: ChartInput): DrawnSeries[] {
  const { from, to, show, completeBelow = DEFAULT_COMPLETE_BELOW } = input;
  const days = to - from + 1;
  return input.series.map((series) => {
    const shift = from - series.from;
    const status = new Uint8Array(days).fill(STATUS.missing);
    for (let day = Math.max(0, -shift); day < days && day + shift < series.status.length; day++) {
      status[day] = STATUS[series.status[day + shift] as StatusName];
    }
    const values = (source: readonly (number | null)[]): Float64Array => valuesOf(source, { shift, days, status });
    const unflagged = series.unflagged && show !== 'total' ? values(series.unflagged) : undefined;
    // Where only unflagged counts are asked and a series has none, it keeps its place with no line.
    const total = show === 'unflagged' ? undefined : values(series.total);
    const places = Array.from({ length: total ? days : 0 }, (_, day) => day);
    return {
      alarms: places.filter((day) => series.alarmed?.[day + shift] === true && !Number.isNaN(total![day])),
      nowcasts: places.flatMap((day) => {
        const nowcast = series.nowcast?.[day + shift];
        return nowcast ? [{ day, ...nowcast }] : [];
      }),
      label: printable(series.label),
      total,
      unflagged,
      status,
      incomplete: incompleteOf(series, { shift, days, completeBelow }),
    };
  });
}

interface Cut {
  readonly shift: number;
  readonly days: number;
}

function valuesOf(
  source: readonly (number | null)[],
  { shift, days, status }: Cut & { status: Uint8Array },
): Float64Array {
  const values = new Float64Array(days).fill(NaN);
  for (let day = Math.max(0, -shift); day < days && day + shift < source.length; day++) {
    const value = source[day + shift];
    if (status[day] === STATUS.reported && typeof value === 'number' && value >= 0) values[day] = value;
  }
  return values;
}

function incompleteOf(
  series: ChartSeries,
  { shift, days, completeBelow }: Cut & { completeBelow: number },
): Uint8Array | undefined {
  if (!series.completeness) return undefined;
  const incomplete = new Uint8Array(days);
  for (let day = Math.max(0, -shift); day < days && day + shift < series.completeness.length; day++) {
    const { reporting, participating } = series.completeness[day + shift]!;
    // Nobody takes part: nobody is late.
    if (participating > 0 && reporting < completeBelow * participating) incomplete[day] = 1;
  }
  return incomplete;
}

/** Highest value of all lines; NaN-free; 0 when there is none. */
export function highest(series: readonly DrawnSeries[]): number {
  let most = 0;
  for (const { total, unflagged, nowcasts } of series) {
    for (const { high } of nowcasts) if (high > most) most = high;
    for (const values of [total, unflagged]) for (const value of values ?? []) if (value > most) most = value;
  }
  return most;
}

/** Last day with a value, counted from the first day shown; -1 when there is none. */
export function lastReported(values: Float64Array | undefined): number {
  let day = (values?.length ?? 0) - 1;
  while (values && day >= 0 && Number.isNaN(values[day]!)) day--;
  return day;
}
