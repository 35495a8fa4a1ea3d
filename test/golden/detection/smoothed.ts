import { smoothedNowcast } from '#detection';
import { type Checked, comparison, type GoldenFile, readGolden } from './golden.js';
import { dayOf, type LineList, triangleOf } from './line-list.js';

interface Posterior {
  readonly params: {
    readonly now: string;
    readonly moving_window: number;
    readonly max_D: number;
    readonly dist: string;
  };
  readonly estimate: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

/** ±5 %, or two counts where those are more. */
const DRAWN = { tolerance: 0.05, floor: 2 / 0.05 };
/** Of the negative binomial: a tail so long that chains of 10,000 sweeps differ by counts. */
const LONG_TAILED = { tolerance: 0.12, floor: 5 / 0.12 };

const dateOf = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

function check({ params, estimate, lower, upper }: Posterior, list: LineList): Checked {
  const compare = comparison(`hus ${params.now} ${params.dist}`);
  // NobBS counts rows from the first case of its window, which here is a day later than the window: its last row is that of tomorrow, and today's delay of 1 is known to be 0.
  const first = Math.min(...list.event.map(dayOf).filter((day) => day > dayOf(params.now) - params.moving_window));
  const triangle = triangleOf(list, {
    first: dateOf(first),
    last: dateOf(first + params.moving_window - 1),
    now: params.now,
    longest: params.max_D,
    longer: 'none',
  });
  const drawn = smoothedNowcast(triangle, {
    spread: params.dist === 'NB' ? 'negative-binomial' : 'poisson',
    burnIn: 2000,
    sweeps: 10_000,
    seed: 1,
  }).map((row) => row.toSorted());
  const at = (share: number): number[] => drawn.map((row) => row[Math.round(share * (row.length - 1))]!);
  const isLongTailed = params.dist === 'NB';
  const medians = at(0.5);
  compare.numbers('estimate', medians, estimate, isLongTailed ? LONG_TAILED : DRAWN);
  const apart = (i: number): boolean => Math.abs(medians[i]! - estimate[i]!) > Math.max(2, 0.05 * estimate[i]!);
  const beyond = medians.flatMap((median, i) => (apart(i) ? [`${median} for ${estimate[i]!}`] : []));
  if (beyond.length > 0)
    compare.except(`${params.dist}: of ${medians.length} medians ${beyond.length} are beyond ±5 % and ±2 counts of R's (${beyond.join(', ')}): R ran one chain of 10,000, ours by other seeds differ by 2 to 3, and 60,000 sweeps of ours lie 2 to 3 above R; a difference of the models is not excluded. All are held to ±12 % or ±5`); // prettier-ignore
  const off = (found: readonly number[], wanted: readonly number[]): string =>
    Math.max(...found.map((is, i) => Math.abs(is - wanted[i]!) / Math.max(40, wanted[i]!))).toFixed(3);
  compare.except(`${params.dist}: a seeded chain of our own against one of JAGS; ends of the 95 % interval are off by ${off(at(0.025), lower)} and ${off(at(0.975), upper)} at most and not held to it`); // prettier-ignore
  return compare.done();
}

export const smoothed: GoldenFile = {
  file: 'nobbs.json',
  isLong: true,
  check: (folder) => {
    const { lineLists } = readGolden<{ lineLists: Readonly<Record<string, LineList>> }>(folder, 'nowcast.json');
    return readGolden<{ cases: readonly Posterior[] }>(folder, 'nobbs.json').cases.map((one) =>
      check(one, lineLists['husO104Hosp']!),
    );
  },
};
