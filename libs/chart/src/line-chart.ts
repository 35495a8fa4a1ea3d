import { formatDay } from '#vocabulary';
import { type ChartInput, checkInput, DEFAULT_COMPLETE_BELOW } from './input.js';
import { countAxis, timeAxis } from './mark/axes.js';
import { headingMark } from './mark/heading.js';
import { type KeyEntry, keyMark, keyRowHeight, keyRows, lineKey } from './mark/key.js';
import { type Lane, laneHeight, laneMark, lanesOf } from './mark/lanes.js';
import {
  endLabelMark,
  endLabelRoom,
  type Entry,
  legendMark,
  type LegendRow,
  legendRowHeight,
  legendRows,
  type LegendText,
} from './mark/legend.js';
import { linesMark, dashesFit } from './mark/lines.js';
import { type InkWell, inkWell, type Plot } from './mark/plot.js';
import { signsMark } from './mark/signs.js';
import { type DrawnSeries, drawnSeries, highest, lastReported } from './mark/series.js';
import { incompleteRuns, pendingNote, shadingMark } from './mark/shading.js';
import { formatCount, linearScale } from './scale/linear.js';
import { timeScale } from './scale/time.js';
import type { Scene, Shape } from './scene/scene.js';
import { sparkline } from './sparkline.js';
import { type Fonts, interFonts } from './text/fonts.js';
import { printable, widthOf } from './text/measure.js';
import { THEMES } from './theme/theme.js';

const SPARKLINE_BELOW = { width: 320, height: 160 };

/**
 * Daily counts as lines over time, from zero. Zero is drawn as zero; a day without a value breaks its line and is
 * marked below the baseline by reason; days of which too few facilities reported are hatched and drawn faint.
 * Throws REQUEST_INVALID for what cannot be drawn.
 */
export function lineChart(input: ChartInput, fonts: Fonts = interFonts()): Scene {
  checkInput(input);
  const wells = inkWell(THEMES[input.theme]);
  const series = drawnSeries(input);
  const small = input.width < SPARKLINE_BELOW.width || input.height < SPARKLINE_BELOW.height;
  const shapes = small ? sparkline(input, wells, series) : fullChart(input, wells, { series, fonts });
  return {
    width: input.width,
    height: input.height,
    title: printable(input.title),
    description: describe(input, series),
    inks: wells.inks,
    shapes,
  };
}

function describe(input: ChartInput, series: readonly DrawnSeries[]): string {
  const what = `${printable(input.unit)} a day, ${formatDay(input.from)} to ${formatDay(input.to)}`;
  const names = series.map(({ label }) => label).join(', ');
  return isEmpty(series) ? `No data reported: ${what}; ${names}.` : `Line chart of ${what}: ${names}.`;
}

const isEmpty = (series: readonly DrawnSeries[]): boolean =>
  series.every(({ total, unflagged }) => lastReported(total ?? unflagged) < 0);

interface Parts {
  readonly series: readonly DrawnSeries[];
  readonly fonts: Fonts;
}

function fullChart(input: ChartInput, wells: InkWell, { series, fonts }: Parts): Shape[] {
  const scale = Math.min(2.5, Math.max(1, Math.min(input.width / 960, input.height / 480)));
  const pad = Math.round(14 * scale);
  const room = input.width - 2 * pad;
  const axisText = { font: fonts.regular, size: 11.5 * scale };
  const legendText = { font: fonts.regular, size: 12.5 * scale, scale };
  const keyText = { font: fonts.regular, size: 11.5 * scale, scale };

  // A low chart keeps its lines, axes and names, and goes without the rest.
  const low = input.height < 240 * scale;
  const tiny = input.height < 200 * scale;
  const incomplete = incompleteRuns(series);
  const lanes = lanesOf(series, {
    colours: wells.theme.series,
    neutral: wells.theme.quietText,
    most: low ? 1 : 6,
  });
  const dashed = dashesFit(room / (input.to - input.from + 1));
  const keyEntries = keyOf(input, { series, lanes, incomplete, dashed });
  const keys = keyRows(keyEntries, keyText, room).slice(0, low ? (tiny ? 0 : 1) : 4);
  const keyTop = input.height - pad * 0.6 - keys.length * keyRowHeight(keyText);
  const lanesHeight = lanes.length === 0 ? 0 : Math.round(lanes.length * laneHeight(scale) + 4 * scale);
  const bottom = Math.round(keyTop - 4 * scale - axisText.size * 2.6 - lanesHeight);

  const heading = headingMark(wells, tiny ? { title: input.title, unit: '' } : input, {
    fonts,
    left: pad,
    top: pad,
    room,
    scale,
  });
  const entries = series.map(({ label }, i) => ({ label, colour: wells.theme.series[i]! }));
  const legend = placeLegend(entries, { room, height: bottom - heading.bottom, text: legendText });
  const top = Math.round(heading.bottom + legend.above + axisText.size);

  const ticks = Math.max(2, Math.min(6, Math.floor((bottom - top) / (44 * scale))));
  const empty = isEmpty(series);
  const nice = linearScale(highest(series), { bottom, top, count: ticks });
  // Without data there is no scale to read, only a baseline.
  const y = empty ? Object.assign((value: number) => nice(value), { top: nice.top, ticks: [0] }) : nice;
  const widest = Math.max(...y.ticks.map((tick) => widthOf(formatCount(tick), axisText.font, axisText.size)));
  const left = Math.round(pad + widest + 8 * scale);
  const right = Math.round(input.width - pad - Math.max(legend.beside, 4 * scale));
  const plot: Plot = { left, right, top, bottom, y, x: timeScale(0, input.to - input.from, { left, right }), scale };

  return [
    ...heading.shapes,
    ...shadingMark(plot, wells, incomplete),
    ...countAxis(plot, wells, axisText),
    ...timeAxis(plot, wells, { from: input.from, to: input.to, drop: lanesHeight, text: axisText }),
    ...pendingNote(plot, wells, { incomplete, ...axisText }),
    ...linesMark(plot, wells, series),
    ...signsMark(plot, wells, series),
    ...laneMark(plot, wells, lanes),
    ...(legend.beside > 0
      ? endLabelMark(plot, wells, { labels: lineEnds(plot, series, entries), text: legendText })
      : legendMark(wells, legend.rows, { left: pad, top: heading.bottom, text: legendText })),
    ...keyMark(wells, keys, { left: pad, top: keyTop, text: keyText }),
    ...(empty ? [emptyNote(plot, wells)] : []),
  ];
}

function keyOf(
  input: ChartInput,
  {
    series,
    lanes,
    incomplete,
    dashed,
  }: {
    series: readonly DrawnSeries[];
    lanes: readonly Lane[];
    incomplete: ReturnType<typeof incompleteRuns>;
    dashed: boolean;
  },
): KeyEntry[] {
  const both = series.some(({ total, unflagged }) => total && unflagged);
  const label = printable(input.unflaggedLabel ?? 'unflagged');
  const completeBelow = input.completeBelow ?? DEFAULT_COMPLETE_BELOW;
  return lineKey({
    ...{ incomplete, lanes, completeBelow, unflagged: both ? { label, dashed } : undefined },
    hasAlarms: series.some(({ alarms }) => alarms.length > 0),
    hasNowcasts: series.some(({ nowcasts }) => nowcasts.length > 0),
  });
}

/** Beside the line ends when the labels fit there, otherwise in rows above the plot. */
function placeLegend(
  entries: readonly Entry[],
  { room, height, text }: { room: number; height: number; text: LegendText },
): { readonly beside: number; readonly above: number; readonly rows: readonly LegendRow[] } {
  const beside = endLabelRoom(entries, text, room * 0.26);
  const fits = height - 20 * text.scale >= entries.length * text.size * 1.25;
  if (beside !== undefined && fits) return { beside, above: 0, rows: [] };
  const most = Math.max(1, Math.floor((0.4 * height) / legendRowHeight(text)));
  const rows = legendRows(entries, text, { room, most });
  return { beside: 0, above: rows.length * legendRowHeight(text), rows };
}

function lineEnds(plot: Plot, series: readonly DrawnSeries[], entries: readonly Entry[]) {
  return series.map(({ total, unflagged }, i) => {
    const values = total ?? unflagged;
    const day = lastReported(values);
    return { ...entries[i]!, end: day < 0 ? undefined : { x: plot.x(day), y: plot.y(values![day]!) } };
  });
}

function emptyNote(plot: Plot, wells: InkWell): Shape {
  return {
    kind: 'text',
    x: (plot.left + plot.right) / 2,
    y: (plot.top + plot.bottom) / 2,
    text: 'no data reported',
    size: 15 * plot.scale,
    bold: false,
    anchor: 'middle',
    ink: wells.of(wells.theme.quietText),
  };
}
