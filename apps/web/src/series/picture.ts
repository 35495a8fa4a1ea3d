import type { Day } from '#vocabulary';
import type { CompletenessAnswer, SeriesAnswer, SeriesShape } from '../ask/shapes.js';
import { dayText, readDay } from '../look/format.js';
import { isIncomplete } from '../look/reading.js';
import type { Line } from '../marks/lines.js';
import type { Show } from './view.js';
import { byYear, MODEL_DAYS, sevenDayMean } from './transform.js';

/** A line with what it is a line of. */
export interface Drawn extends Line {
  readonly key: string;
  readonly series: SeriesShape;
  readonly part: 'total' | 'unflagged';
}

export interface Picture {
  readonly days: readonly Day[];
  readonly xs: readonly number[];
  readonly lines: readonly Drawn[];
  readonly marks: readonly { readonly at: number; readonly colour: string }[];
}

interface Look {
  readonly show: Show;
  readonly mean: boolean;
  readonly years: boolean;
  readonly colours: { readonly lines: readonly string[]; readonly quiet: string };
  /** Names a line by its region and category. */
  label(series: SeriesShape): string;
}

const SECONDS = 86_400;
const keyOf = ({ region, category }: SeriesShape, part: string): string => `${region}~${category}~${part}`;

/** What is drawn of an answer. */
export function pictureOf(answer: SeriesAnswer, look: Look): Picture {
  const from = readDay(answer.from)!;
  const length = answer.series[0]?.total.length ?? 0;
  const { colours, label, mean } = look;
  const smooth = (values: readonly (number | null)[]) => (mean ? sevenDayMean(values) : values);
  if (look.years) {
    const lines = answer.series.slice(0, 1).flatMap((series) =>
      Array.from(byYear(smooth(series.total), from), ([year, values], i): Drawn => ({
        key: String(year),
        label: String(year),
        values,
        colour: colours.lines[i % colours.lines.length]!,
        series,
        part: 'total',
      })).reverse(),
    );
    return { days: MODEL_DAYS, xs: MODEL_DAYS.map((day) => day * SECONDS), lines, marks: [] };
  }
  const days = Array.from({ length }, (_, i) => from + i);
  const lines = answer.series.flatMap((series, i) => {
    const colour = colours.lines[i % colours.lines.length]!;
    const parts: Drawn[] = [];
    if (look.show !== 'unflagged' || !series.unflagged)
      parts.push({
        key: keyOf(series, 'total'),
        label: label(series),
        values: smooth(series.total),
        colour,
        series,
        part: 'total',
      });
    if (look.show !== 'total' && series.unflagged) {
      parts.push({
        ...{ key: keyOf(series, 'unflagged'), label: label(series), values: smooth(series.unflagged) },
        ...{ colour, dash: [6, 4], series, part: 'unflagged' as const },
      });
    }
    return parts;
  });
  const marks = answer.series.flatMap(({ status }, i) =>
    (status ?? []).flatMap((is, at) =>
      is === 'suppressed' || is === 'deleted' ? [{ at, colour: colours.lines[i % colours.lines.length]! }] : [],
    ),
  );
  return { days, xs: days.map((day) => day * SECONDS), lines, marks };
}

/** Days that are incomplete in every region shown; undefined where nothing is known of it. */
export function incompleteDays(
  days: readonly Day[],
  completeness: CompletenessAnswer | undefined,
): readonly boolean[] | undefined {
  return (
    completeness &&
    days.map((_, at) =>
      completeness.regions.every(({ days: of }) => isIncomplete(of[at]?.reporting ?? 0, of[at]?.participating ?? 0)),
    )
  );
}

/** An answer without a number, for the picture of which the axes are drawn while the numbers are on their way. */
export function withoutNumbers(asked: {
  readonly dataset: string;
  readonly categories: readonly string[];
  readonly regions: readonly string[];
  readonly hasPart: boolean;
  readonly from: Day;
  readonly to: Day;
}): SeriesAnswer {
  const { dataset, categories, regions, hasPart, from, to } = asked;
  const none = new Array<null>(to - from + 1).fill(null);
  const series = regions.flatMap((region) =>
    categories.map((category) => ({ region, category, total: none, unflagged: hasPart ? none : null, status: null })),
  );
  return { dataset, from: dayText(from), to: dayText(to), rev: 0, series };
}
