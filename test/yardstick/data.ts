import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** The seeded simulation, whose README says what is in each file. */
export const YARDSTICK = resolve('../shared/reference/detection/yardstick');

const text = (name: string): string => gunzipSync(readFileSync(join(YARDSTICK, name))).toString('utf8');
const parse = <T>(name: string): T => JSON.parse(text(name)) as T;

export type Size = 'small' | 'medium' | 'large';
export const SIZES: readonly Size[] = ['small', 'medium', 'large'];

/** Cases to add from a day on; `start` counts from 1. */
export type Outbreaks = Readonly<Record<Size, readonly number[]>> & { readonly start: number };

export interface Simulated {
  /** Such as N1_01: signal and replicate. */
  readonly id: string;
  readonly signal: string;
  /** Seven years of 364 days from a Monday, without outbreaks. */
  readonly counts: Float64Array;
  readonly outbreaks: Outbreaks;
  /** Days, from 1, that a real system would have been told of. */
  readonly promotions: readonly number[];
}

/** Every series, or the first `replicates` of each signal. */
export function readSeries(replicates = 20): Simulated[] {
  const outbreaks = parse<Record<string, Outbreaks>>('outbreaks.json.gz');
  const extras = parse<Record<string, { promoDays?: number[] }>>('extras.json.gz');
  return text('baseline.csv.gz')
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', ...counts] = line.split(',');
      return {
        id,
        signal: id.slice(0, 2),
        counts: Float64Array.from(counts, Number),
        outbreaks: outbreaks[id]!,
        promotions: extras[id]?.promoDays ?? [],
      };
    })
    .filter(({ id }) => Number(id.slice(3)) <= replicates);
}

/** A series as eight chains report it. */
export interface Chains {
  readonly id: string;
  readonly signal: string;
  /** Per chain, counts from {@link Arrivals.firstDay} on, 399 days. */
  readonly counts: readonly Float64Array[];
  /** Per size, cases to add by day and chain; there are no small ones. */
  readonly outbreaks: Readonly<Record<'medium' | 'large', readonly (readonly number[])[]>>;
  /** Per day and chain, minutes after midnight of the reporting day; Infinity where it never came. */
  readonly minutes: readonly (readonly number[])[];
}

export interface Arrivals {
  /** Day, from 1, of the first count and minute. */
  readonly firstDay: number;
  /** Stores of each chain, as a share of all. */
  readonly storeShare: readonly number[];
  readonly series: readonly Chains[];
}

const NEVER = 9999;

/** The first `replicates` (of eight) of each signal, with who reported when. */
export function readArrivals(replicates = 8): Arrivals {
  const { firstDay, storeShare, minutesByRep } = parse<{
    firstDay: number;
    storeShare: number[];
    minutesByRep: number[][][];
  }>('arrivals.json.gz');
  const outbreaks = parse<Record<string, Chains['outbreaks']>>('chains_outbreaks.json.gz');
  const minutes = minutesByRep.map((days) => days.map((chains) => chains.map((m) => (m >= NEVER ? Infinity : m))));
  const byId = new Map<string, Float64Array[]>();
  for (const line of text('chains.csv.gz').trim().split('\n')) {
    const [id = '', , ...counts] = line.split(',');
    byId.set(id, [...(byId.get(id) ?? []), Float64Array.from(counts, Number)]);
  }
  const series = [...byId]
    .map(([id, counts]) => ({
      id,
      signal: id.slice(0, 2),
      counts,
      outbreaks: outbreaks[id]!,
      minutes: minutes[Number(id.slice(3)) - 1]!,
    }))
    .filter(({ id }) => Number(id.slice(3)) <= replicates);
  return { firstDay, storeShare, series };
}
