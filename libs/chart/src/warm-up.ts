import { lineChart } from './line-chart.js';
import { renderPng } from './render/png/index.js';

const DAYS = 730;
const SERIES = 6;
const TIMES = 12;

/**
 * Reads the fonts, draws the glyphs of numbers and months, and lets the compiler see the hot loops, so that the first chart of a
 * process costs no more than the next. About a third of a second; for the start, before the doors open.
 */
export function warmUpCharts(): void {
  const values = Array.from({ length: DAYS }, (_, day) => 40 + 30 * Math.sin(day / 9) + ((day * 7919) % 23));
  const total = values.map(Math.round);
  const status = total.map(() => 'reported' as const);
  const label = 'The quick brown fox jumps over the lazy dog, THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG: 0123456789';
  const series = Array.from({ length: SERIES }, (_, i) => ({
    label: label.slice(i * 14, i * 14 + 16),
    from: 19_700,
    total: total.map((value) => value * (i + 1)),
    unflagged: total,
    status,
  }));
  for (let time = 0; time < TIMES; time++) {
    const theme = time % 2 === 0 ? 'light' : 'dark';
    renderPng(
      lineChart({
        title: label, unit: 'visits', from: 19_700, to: 19_700 + DAYS - 1, series, show: 'total', width: 800, height: 400, theme,
      }), // prettier-ignore
    );
  }
}
