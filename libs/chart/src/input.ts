import { BellwetherError, type Day, type StatusName } from '#vocabulary';
import { MAX_SERIES, THEMES, type ThemeName } from './theme/theme.js';

/** What a day will come to once everybody has reported, and between what it will lie. */
export interface ChartNowcast {
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

/** One line of a chart: a value a day from `from`; all arrays are equally long. */
export interface ChartSeries {
  readonly label: string;
  readonly from: Day;
  /** `null` wherever the status is not `reported`. */
  readonly total: readonly (number | null)[];
  readonly unflagged?: readonly (number | null)[];
  readonly status: readonly StatusName[];
  /** Facilities that reported, of those that take part. Without it nothing is said about completeness. */
  readonly completeness?: readonly { readonly reporting: number; readonly participating: number }[];
  /** Whether a day of the total is in alarm. */
  readonly alarmed?: readonly boolean[];
  /** Of the total; `null` on days of which nothing is foreseen. */
  readonly nowcast?: readonly (ChartNowcast | null)[];
}

export interface ChartInput {
  readonly title: string;
  readonly subtitle?: string;
  /** What one count is, plural: `visits`. */
  readonly unit: string;
  /** First and last day shown, both included. */
  readonly from: Day;
  readonly to: Day;
  /** 1 to 12. */
  readonly series: readonly ChartSeries[];
  /** Which lines to draw; a series without unflagged counts has none of those. */
  readonly show: 'total' | 'unflagged' | 'both';
  /** Pixels: 80 to 2400 wide, 40 to 1200 high. Below 320 × 160 the chart is a sparkline without text. */
  readonly width: number;
  readonly height: number;
  readonly theme: ThemeName;
  /** A day is incomplete when a smaller share of its facilities reported: 0 to 1, 0.9 by default. */
  readonly completeBelow?: number;
  /** How the key names the unflagged counts; `unflagged` by default. */
  readonly unflaggedLabel?: string;
}

export const MAX_WIDTH = 2400;
export const MAX_HEIGHT = 1200;
/** Days from first to last: forty years. */
export const MAX_DAYS = 14_610;
const MAX_DAY = 1_000_000;

export const DEFAULT_COMPLETE_BELOW = 0.9;

/** Throws REQUEST_INVALID for what cannot be drawn, naming the parameter. */
export function checkInput(input: ChartInput): void {
  checkSize(input);
  const { from, to, series, completeBelow = DEFAULT_COMPLETE_BELOW } = input;
  checkWhole('from', from, { least: -MAX_DAY, most: MAX_DAY });
  checkWhole('to', to, { least: from, most: from + MAX_DAYS - 1 });
  checkWhole('number of series', series.length, { least: 1, most: MAX_SERIES });
  if (!(completeBelow >= 0 && completeBelow <= 1)) refuse(`completeBelow is ${completeBelow}, not between 0 and 1`);
  for (const [i, one] of series.entries()) {
    const days = one.total.length;
    checkWhole(`series ${i + 1} from`, one.from, { least: -MAX_DAY, most: MAX_DAY });
    checkWhole(`days of series ${i + 1}`, days, { least: 0, most: MAX_DAYS });
    for (const other of [one.status, one.unflagged, one.completeness, one.alarmed, one.nowcast]) {
      if (other && other.length !== days) refuse(`series ${i + 1} has ${days} totals and ${other.length} other values`);
    }
  }
}

/** The bounds of every picture. */
export function checkSize({ width, height, theme }: { width: number; height: number; theme: ThemeName }): void {
  checkWhole('width', width, { least: 80, most: MAX_WIDTH });
  checkWhole('height', height, { least: 40, most: MAX_HEIGHT });
  if (!Object.hasOwn(THEMES, theme)) refuse('the theme is neither light nor dark');
}

function checkWhole(name: string, value: number, { least, most }: { least: number; most: number }): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    refuse(`${name} is ${value}, not a whole number from ${least} to ${most}`);
  }
}

function refuse(detail: string): never {
  throw new BellwetherError('REQUEST_INVALID', detail);
}
