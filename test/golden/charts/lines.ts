import { type ChartInput, lineChart } from '#chart';
import { day, series } from './data.js';
import type { Picture } from './picture.js';

const from = day('2024-01-01');
const days = 731;

const SIX = [
  { label: 'Cough and cold', mean: 410, winter: 0.45 },
  { label: 'Fever, pediatric', mean: 240, winter: 0.4 },
  { label: 'Stomach remedies', mean: 300, winter: 0.12, outbreak: [395, 16] as const },
  { label: 'Electrolytes', mean: 150, winter: 0.2, outbreak: [398, 14] as const },
  { label: 'Thermometers', mean: 60, winter: 0.5 },
  { label: 'Bronchial remedies', mean: 110, winter: 0.35 },
];

export const sixSeries: ChartInput = {
  title: 'Over-the-counter sales, Allegheny County',
  subtitle: 'Daily, all stores',
  unit: 'units sold',
  from,
  to: from + days - 1,
  series: SIX.map((kind, i) => series({ ...kind, seed: i + 1, from, days })),
  show: 'total',
  width: 800,
  height: 400,
  theme: 'light',
};

const quarter: ChartInput = {
  ...sixSeries,
  subtitle: 'Daily, all stores; dashed: sold without promotion',
  from: from + 330,
  to: from + 435,
  series: [1, 2].map((i) => sixSeries.series[i]!),
  show: 'both',
  unflaggedLabel: 'not promoted',
};

export const lines: readonly Picture[] = [
  {
    name: 'six-series',
    heading: 'Six series over two years',
    says: 'Lines are named where they end. The axis begins at zero; months stand below it, years where they begin.',
    draw: () => lineChart(sixSeries),
  },
  {
    name: 'six-series-dark',
    heading: 'The same on dark ground',
    says: 'Colours of their own: lighter, and as far apart for colour-blind readers as the light ones.',
    draw: () => lineChart({ ...sixSeries, theme: 'dark' }),
  },
  {
    name: 'total-and-unflagged',
    heading: 'Total and unflagged',
    says: 'The unflagged part of a count is a thinner line of the same colour: dashed where days are wide enough, pale where they are not.',
    draw: () => lineChart(quarter),
  },
  {
    name: 'long-labels',
    heading: 'Labels that do not fit beside the lines',
    says: 'They move above the plot, wrap, and end in an ellipsis; in SVG the whole label is a tooltip.',
    draw: () =>
      lineChart({
        ...quarter,
        subtitle: 'Daily, all stores',
        show: 'total',
        width: 640,
        height: 320,
        series: quarter.series.map((one, i) => ({
          ...one,
          label: [
            'Antipyretics and analgesics for children under twelve, liquid forms only',
            'Antidiarrheal and rehydration products, all brands',
          ][i]!,
        })),
      }),
  },
  {
    name: 'sparkline',
    heading: 'A sparkline',
    says: 'Below 320 × 160 pixels: lines only, no text.',
    draw: () => lineChart({ ...quarter, show: 'total', width: 200, height: 100 }),
  },
];
