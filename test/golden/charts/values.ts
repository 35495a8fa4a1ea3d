import { type ChartInput, lineChart } from '#chart';
import { day, reportedBy, series, withStatus } from './data.js';
import type { Picture } from './picture.js';

const from = day('2025-09-01');
const days = 92;

const visits = (label: string, seed: number, mean: number) => series({ label, seed, from, days, mean, winter: 0.2 });

const frame = {
  unit: 'visits',
  subtitle: 'Emergency departments, daily',
  from,
  to: from + days - 1,
  show: 'total',
  width: 800,
  height: 360,
  theme: 'light',
} as const;

const fourValues: ChartInput = {
  ...frame,
  title: 'Rash, two counties',
  series: [
    withStatus(withStatus(visits('Montgomery', 11, 46), 'missing', [20, 26], [34, 34], [36, 36]), 'deleted', [60, 63]),
    withStatus(withStatus(visits('Fulton', 12, 1.6), 'suppressed', [9, 9], [44, 52], [75, 75]), 'missing', [80, 81]),
  ],
};

// The last five days fill up as reports come in; on two days in October a network was down.
const share = (i: number): number =>
  [0.31, 0.55, 0.74, 0.83, 0.88][days - 1 - i] ?? (i === 42 || i === 43 ? 0.6 : 0.97);

const filling: ChartInput = {
  ...frame,
  title: 'Respiratory complaints, Pennsylvania',
  series: [
    reportedBy(visits('Respiratory', 21, 900), 412, share),
    reportedBy(visits('Influenza-like illness', 22, 320), 412, share),
  ],
};

// An outbreak in the middle; of the last five days an expectation, with the interval of it.
const marked: ChartInput = {
  ...filling,
  title: 'Gastrointestinal complaints, Bucks County',
  series: [
    {
      ...reportedBy(
        series({ label: 'Gastrointestinal', seed: 31, from, days, mean: 42, winter: 0.2, outbreak: [60, 5] }),
        24,
        share,
      ),
      alarmed: Array.from({ length: days }, (_, i) => i >= 58 && i <= 63),
      nowcast: Array.from({ length: days }, (_, i) =>
        i < days - 5
          ? null
          : { expected: 47 - i / 40, low: 42 - (i - days + 5) * 2.5, high: 52 + (i - days + 5) * 3.5 },
      ),
    },
  ],
};

export const values: readonly Picture[] = [
  {
    name: 'four-values',
    heading: 'Zero, missing, suppressed and deleted',
    says: 'A day without a value breaks its line, and a mark below its day says why. A zero is a point on the baseline. A day alone between two gaps is a dot.',
    draw: () => lineChart(fourValues),
  },
  {
    name: 'not-yet-complete',
    heading: 'Days that are not complete',
    says: 'Days of which fewer than 90 % of the facilities reported are hatched and their lines are faint, so that a late report does not look like a falling count. The last of them are named.',
    draw: () => lineChart(filling),
  },
  {
    name: 'not-yet-complete-dark',
    heading: 'The same on dark ground',
    says: 'Shading keeps the same weight against the ground.',
    draw: () => lineChart({ ...filling, theme: 'dark' }),
  },
  {
    name: 'alarms-and-nowcasts',
    heading: 'Alarms, and what incomplete days will come to',
    says: 'A filled diamond is a day in alarm. A bar with a dot stands where an incomplete day is expected to lie once everybody has reported; the line is what has been counted so far. Ask with `marks=alarms,nowcast`.',
    draw: () => lineChart(marked),
  },
  {
    name: 'no-data',
    heading: 'No data',
    says: 'An empty chart says so, instead of showing a line at zero.',
    draw: () =>
      lineChart({
        ...frame,
        title: 'Rash, Cameron County',
        width: 480,
        height: 220,
        series: [{ label: 'Cameron', from, total: [], status: [] }],
      }),
  },
];
