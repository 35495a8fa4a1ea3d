import type { Shape } from '../scene/scene.js';
import { fit } from '../text/measure.js';
import type { LegendText } from './legend.js';
import type { InkWell } from './plot.js';

const BOX = 46;

export const classLegendHeight = ({ size, scale }: LegendText): number => Math.round(size * 2.9 + 10 * scale);

/** A box per class, lowest first, with the boundaries between them; zero, where it occurs, stands apart before them. */
export function classLegendMark(
  wells: InkWell,
  legend: {
    readonly title: string;
    readonly zero: number | undefined;
    readonly colours: readonly number[];
    /** Between the classes. */
    readonly labels: readonly string[];
  },
  { left, top, room, text }: { left: number; top: number; room: number; text: LegendText },
): Shape[] {
  const { font, size, scale } = text;
  const boxes = legend.labels.length + 1;
  const ahead = legend.zero === undefined ? 0 : 30 * scale;
  const width = Math.floor(Math.min(BOX * scale, (room - ahead) / boxes));
  const height = Math.round(10 * scale);
  const y = Math.round(top + size * 1.5);
  const label = (content: string, x: number): Shape => ({
    kind: 'text',
    x,
    y: y + height + size * 1.1,
    text: content,
    size: size * 0.94,
    bold: false,
    anchor: 'middle',
    ink: wells.of(wells.theme.quietText),
  });
  const shapes: Shape[] = [
    {
      kind: 'text',
      x: left,
      y: top + size * 0.9,
      text: fit(legend.title, font, { size, room }),
      whole: legend.title,
      size,
      bold: false,
      anchor: 'start',
      ink: wells.of(wells.theme.text),
    },
  ];
  if (legend.zero !== undefined) {
    const zeroWidth = Math.round(22 * scale);
    shapes.push({ kind: 'rect', x: left, y, width: zeroWidth, height, ink: wells.of(wells.theme.axis) });
    shapes.push({
      kind: 'rect',
      x: left + 1,
      y: y + 1,
      width: zeroWidth - 2,
      height: height - 2,
      ink: wells.of(legend.zero),
    });
    shapes.push(label('0', left + zeroWidth / 2));
  }
  for (let i = 0; i < boxes; i++) {
    const x = left + ahead + i * width;
    shapes.push({ kind: 'rect', x, y, width, height, ink: wells.of(legend.colours[i]!) });
    if (i > 0) shapes.push(label(legend.labels[i - 1]!, x));
  }
  return shapes;
}
