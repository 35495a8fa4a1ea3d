import type { Shape } from '../scene/scene.js';
import type { FaceChain } from '../text/fonts.js';
import { fit, widthOf } from '../text/measure.js';
import type { InkWell, Plot } from './plot.js';

export interface Entry {
  readonly label: string;
  readonly colour: number;
}

export interface LegendText {
  readonly font: FaceChain;
  readonly size: number;
  readonly scale: number;
}

/** A row of the legend: what is written, with its left edge; without a colour it is no entry but a remark. */
export type LegendRow = readonly {
  readonly text: string;
  readonly whole: string;
  readonly colour: number | undefined;
  readonly x: number;
}[];

const SWATCH = 16;
const GAP = 6;
const BETWEEN = 18;

/**
 * Entries in reading order, wrapped into at most `most` rows of at most `room` pixels; a label longer than a row is
 * cut, and entries beyond the last row are only counted.
 */
export function legendRows(
  entries: readonly Entry[],
  { font, size, scale }: LegendText,
  { room, most }: { room: number; most: number },
): LegendRow[] {
  const rows: LegendRow[number][][] = [[]];
  const ahead = (SWATCH + GAP) * scale;
  let x = 0;
  for (const [i, { label, colour }] of entries.entries()) {
    const text = fit(label, font, { size, room: room - ahead });
    const width = ahead + widthOf(text, font, size);
    const left = entries.length - i;
    const remark = `+ ${left} more`;
    // In the last row, room is kept for the remark until the last entry.
    const kept = rows.length === most && left > 1 ? widthOf(remark, font, size) + BETWEEN * scale : 0;
    if (x > 0 && x + width + kept > room) {
      if (rows.length >= most) {
        rows.at(-1)!.push({ text: remark, whole: remark, colour: undefined, x: x - ahead });
        break;
      }
      rows.push([]);
      x = 0;
    }
    rows.at(-1)!.push({ text, whole: label, colour, x });
    x += width + BETWEEN * scale;
  }
  return rows;
}

export const legendRowHeight = ({ size }: LegendText): number => Math.round(size * 1.55);

/** Draws the rows from the top left corner. */
export function legendMark(
  wells: InkWell,
  rows: readonly LegendRow[],
  { left, top, text }: { left: number; top: number; text: LegendText },
): Shape[] {
  const { size, scale } = text;
  return rows.flatMap((row, i) =>
    row.flatMap(({ text: label, whole, colour, x }): Shape[] => {
      const middle = top + (i + 0.5) * legendRowHeight(text);
      const points = Float32Array.of(left + x + scale, middle, left + x + (SWATCH - 1) * scale, middle);
      const ink = wells.of(colour === undefined ? wells.theme.quietText : wells.theme.text);
      const textX = left + x + (SWATCH + GAP) * scale;
      return [
        ...(colour === undefined ? [] : [{ kind: 'path', points, width: 3 * scale, ink: wells.of(colour) } as const]),
        {
          kind: 'text',
          x: textX,
          y: middle + size * 0.36,
          text: label,
          whole,
          size,
          bold: false,
          anchor: 'start',
          ink,
        },
      ];
    }),
  );
}

/** A label at the end of its line; a series without data has no end, and its label stands by itself. */
export interface EndLabel extends Entry {
  readonly end: { readonly x: number; readonly y: number } | undefined;
}

const LEADER = 22;

/** Pixels right of the plot that labels at the line ends need, or undefined when they would take too much. */
export function endLabelRoom(
  entries: readonly Entry[],
  { font, size, scale }: LegendText,
  most: number,
): number | undefined {
  const widest = Math.max(...entries.map(({ label }) => widthOf(label, font, size)));
  const room = LEADER * scale + widest;
  return room <= most ? Math.ceil(room) : undefined;
}

/** Labels beside the plot, moved apart where lines end close together, each tied to its line. */
export function endLabelMark(
  plot: Plot,
  wells: InkWell,
  { labels, text }: { labels: readonly EndLabel[]; text: LegendText },
): Shape[] {
  const { size, scale } = text;
  const places = moveApart(
    labels.map(({ end }) => end?.y ?? plot.bottom),
    { apart: size * 1.25, top: plot.top + size * 0.5, bottom: plot.bottom - size * 0.3 },
  );
  return labels.flatMap((label, i): Shape[] => {
    const y = places[i]!;
    const x = plot.right + (LEADER - 4) * scale;
    const bend = plot.right + 6 * scale;
    const leader = (end: { x: number; y: number }): Shape => ({
      kind: 'path',
      points: Float32Array.of(end.x + 2 * scale, end.y, bend, end.y, x - 3 * scale, y, x, y),
      width: scale,
      ink: wells.of(label.colour),
    });
    return [
      ...(label.end ? [leader(label.end)] : []),
      {
        kind: 'text',
        x: plot.right + LEADER * scale,
        y: y + size * 0.36,
        text: label.label,
        size,
        bold: false,
        anchor: 'start',
        ink: wells.of(wells.theme.text),
      },
    ];
  });
}

/** Nearest places to the wanted ones, in the same order, at least `apart` from each other and within the bounds. */
export function moveApart(
  wanted: readonly number[],
  { apart, top, bottom }: { apart: number; top: number; bottom: number },
): number[] {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b);
  const places = [...wanted];
  let floor = top;
  for (const i of order) {
    places[i] = Math.max(places[i]!, floor);
    floor = places[i]! + apart;
  }
  let ceiling = bottom;
  for (const i of order.reverse()) {
    places[i] = Math.min(places[i]!, ceiling);
    ceiling = places[i]! - apart;
  }
  return places;
}
