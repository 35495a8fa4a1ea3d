import { type Day, parseDay, type StatusName, weekdayOf } from '#vocabulary';
import {
  COMPARED_WEEKS,
  DAILY_LINE_DAYS,
  type ReportFacts,
  type ReportKind,
  type ReportRegion,
  WEEKLY_LINE_DAYS,
} from './facts.js';

const STATES: readonly (readonly [string, string])[] = [
  ['PA', 'Pennsylvania'],
  ['NJ', 'New Jersey'],
  ['NY', 'New York'],
  ['OH', 'Ohio'],
  ['WV', 'West Virginia'],
  ['DE', 'Delaware'],
  ['unknown', 'Unknown state'],
];

/** Numbers from 0 up to 1, the same on every machine. Source: Mulberry32 (T. Ettinger, public domain). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Kind {
  readonly code: string;
  readonly name: string;
  readonly from: Day;
  readonly to: Day;
  readonly seed: number;
  readonly mean: number;
  /** The last days are this much higher. */
  readonly rise?: number;
  /** Share of the facilities that have reported the last day. */
  readonly come?: number;
  readonly silent?: boolean;
}

function regionOf({ code, name, from, to, seed, mean, rise = 1, come = 1, silent = false }: Kind): ReportRegion {
  const next = random(seed);
  const days = to - from + 1;
  const all = Math.max(2, Math.round(mean / 10));
  const reporting = Array.from({ length: days }, (_, i) =>
    silent ? 0 : Math.round(all * (i === days - 1 ? come : 1)),
  );
  const usual = reporting.map((came, i) => (mean * came * (weekdayOf(from + i) % 6 === 0 ? 0.8 : 1.1)) / all);
  const total = usual.map((expected, i) =>
    silent ? null : Math.round(expected * (i > days - 4 ? rise : 1) + (next() - 0.5) * 2 * Math.sqrt(expected)),
  );
  return {
    region: code === 'us' ? { level: 'nation', code } : { level: 'state', code },
    name,
    total,
    status: total.map((value): StatusName => (value === null ? 'missing' : 'reported')),
    reporting,
    participating: reporting.map(() => all),
    expected: usual.map((value) => (silent ? null : value)),
    z: usual.map((value, i) => (silent ? null : (total[i]! - value) / Math.sqrt(value))),
  };
}

/** A made-up nation of seven states and three categories; one state is silent, one has half reported. */
export function madeUpFacts(kind: ReportKind, more: Partial<ReportFacts> = {}): ReportFacts {
  const day = parseDay('2026-10-31')!;
  const wholeFrom = day - (kind === 'daily' ? DAILY_LINE_DAYS : WEEKLY_LINE_DAYS) + 1;
  const partsFrom = kind === 'daily' ? day : day - 7 * (COMPARED_WEEKS + 1) + 1;
  const category = (id: string, title: string, { mean, rise, seed }: { mean: number; rise: number; seed: number }) => ({
    id,
    title,
    whole: regionOf({ code: 'us', name: 'United States', from: wholeFrom, to: day, seed, mean, rise, come: 0.86 }),
    parts: STATES.map(([code, name], i) =>
      regionOf({
        ...{
          code,
          name,
          from: partsFrom,
          to: day,
          seed: seed + i,
          mean: mean / (2 + i),
          rise: i === 1 ? rise * 1.5 : 1,
        },
        come: i === 2 ? 0.5 : 1,
        silent: i === 4,
      }),
    ),
  });
  return {
    kind,
    dataset: { id: 'ed-visits', title: 'Emergency department visits', unit: 'visits', kind: 'sum' },
    region: { level: 'nation', code: 'us' },
    name: 'United States',
    partLevel: 'state',
    day,
    wholeFrom,
    partsFrom,
    asOf: Date.parse('2026-11-01T12:00:00Z'),
    address: `/v1/reports/${kind}?dataset=ed-visits&date=2026-10-31&as_of=2026-11-01T12:00:00Z`,
    categories: [
      category('respiratory', 'Respiratory', { mean: 900, rise: 1, seed: 1 }),
      category('gastrointestinal', 'Gastrointestinal', { mean: 400, rise: 1.4, seed: 20 }),
      category('rash', 'Rash <&> Ausschlag, świąd', { mean: 60, rise: 1, seed: 40 }),
    ],
    ...more,
  };
}
