import type { Shape } from '../scene/scene.js';
import type { Fonts } from '../text/fonts.js';
import { fit, printable } from '../text/measure.js';
import type { InkWell } from './plot.js';

interface Place {
  readonly left: number;
  readonly top: number;
  readonly room: number;
  readonly scale: number;
  readonly fonts: Fonts;
}

/** Title, and below it the subtitle with the unit; `bottom` is where the next thing may begin. */
export function headingMark(
  wells: InkWell,
  { title, subtitle = '', unit }: { title: string; subtitle?: string | undefined; unit: string },
  { left, top, room, scale, fonts }: Place,
): { shapes: Shape[]; bottom: number } {
  const shapes: Shape[] = [];
  let y = top;
  const line = (content: string, { size, bold, ink }: { size: number; bold: boolean; ink: number }): void => {
    const whole = printable(content);
    if (whole === '') return;
    const text = fit(whole, bold ? fonts.bold : fonts.regular, { size, room });
    shapes.push({
      kind: 'text',
      x: left,
      y: y + size * 0.8,
      text,
      whole,
      size,
      bold,
      anchor: 'start',
      ink: wells.of(ink),
    });
    y += size * 1.4;
  };
  line(title, { size: 17 * scale, bold: true, ink: wells.theme.text });
  const second = [subtitle, unit].map(printable).filter((part) => part !== '');
  line(second.join(' · '), { size: 12.5 * scale, bold: false, ink: wells.theme.quietText });
  return { shapes, bottom: y };
}
