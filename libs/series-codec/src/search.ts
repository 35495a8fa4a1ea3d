import type { SeriesRecord } from '#vocabulary';
import { symbolsOfRecord } from './modelled.js';
import { DYNAMICS, NOISE, type Preset, SHARES } from './presets.js';
import { type Symbols, WHOLE } from './rans.js';

let bitsOf: Float32Array | undefined;

/** Bits that a list of symbols takes. */
function bits({ list, length }: Symbols): number {
  bitsOf ??= Float32Array.from({ length: WHOLE + 1 }, (_, frequency) => Math.log2(WHOLE / frequency));
  let sum = 0;
  for (let i = 0; i < length; i++) sum += bitsOf[(list[i]! & 0xffff) + 1]!;
  return sum;
}

const within = (value: number, most: number): number => Math.min(Math.max(Math.round(value), 0), most);

interface Sums {
  readonly mean: number;
  /** Of the first four reported weeks. */
  readonly firstMean: number;
  readonly firstShare: number;
  /** Variance ÷ mean² beyond that of counting, of the counts against those of a week before. */
  readonly noise: number;
  /** 0: no promotion weeks, else 1 + the weekday on which the share changes most. */
  readonly promotion: number;
  readonly same: boolean;
}

const DAYS_AT_FIRST = 28;

function sumsOf({ total, unflagged, status }: SeriesRecord): Sums {
  let [reported, all, first, firstPlain, squares, pairs, plain] = [0, 0, 0, 0, 0, 0, 0];
  let same = true;
  for (let day = 0; day < total.length; day++) {
    if (status[day] !== 0) continue;
    const count = total[day]!;
    if (count !== unflagged[day]) same = false;
    all += count;
    plain += unflagged[day]!;
    if (++reported <= DAYS_AT_FIRST) {
      first += count;
      firstPlain += unflagged[day]!;
    }
    if (day >= 7 && status[day - 7] === 0) {
      squares += (count - total[day - 7]!) ** 2 / 2;
      pairs++;
    }
  }
  const mean = Math.max(all / Math.max(reported, 1), 0.01);
  return {
    mean,
    firstMean: Math.max(first / Math.max(Math.min(reported, DAYS_AT_FIRST), 1), 0.05),
    firstShare: (firstPlain + 1) / (first + 2),
    noise: pairs > 0 ? squares / pairs / (mean * mean) - 1 / mean : 0,
    promotion: same ? 0 : promotionOf({ total, unflagged }, (plain + 1) / (all + 2)),
    same,
  };
}

/** The weekday by which to cut the year in weeks so that the shares of the weeks differ most, if they differ at all. */
function promotionOf({ total, unflagged }: Pick<SeriesRecord, 'total' | 'unflagged'>, share: number): number {
  let best = 0;
  let most = 0;
  for (let start = 0; start < 7; start++) {
    let weeks = 0;
    let sum = 0;
    for (let day = start; day + 7 <= total.length; day += 7) {
      let all = 0;
      let plain = 0;
      for (let i = day; i < day + 7; i++) {
        all += total[i]!;
        plain += unflagged[i]!;
      }
      if (all === 0) continue;
      weeks++;
      sum += (plain - share * all) ** 2 / (all * share * (1 - share));
    }
    if (sum > most && sum > 1.5 * weeks) {
      most = sum;
      best = start + 1;
    }
  }
  return best;
}

/** A first guess, without a pass over the model. */
function guess(sums: Sums): Preset {
  const { mean, firstMean, firstShare, noise, promotion, same } = sums;
  return {
    level: within(8 + 2 * Math.log2(firstMean), 63),
    noise: noise > 0 ? within(11.5 + Math.log2(noise * 0.6), 15) : 0,
    counting: 0,
    holidays: mean > 40 ? 1 : 0,
    dynamics: mean > 2000 ? 0 : mean > 40 ? 1 : mean > 1 ? 4 : 5,
    promotion,
    share: within(7 + 2 * Math.log(firstShare / (1 - firstShare)), 15),
    sharing: 0,
    same,
  };
}

/** A good preset in four passes: for a value that is made while somebody waits. */
export function quickPreset(record: SeriesRecord): Preset {
  const first = guess(sumsOf(record));
  const tried = [
    first,
    { ...first, dynamics: first.dynamics < 2 ? 2 : 3, noise: Math.max(first.noise - 1, 0) },
    { ...first, promotion: 0, sharing: 1 },
    { ...first, counting: 1, noise: 0, dynamics: 5 },
  ];
  const sizes = tried.map((preset) => bits(symbolsOfRecord(record, preset)));
  return tried[sizes.indexOf(Math.min(...sizes))]!;
}

type Field = Exclude<keyof Preset, 'same'>;

const TRIED: readonly (readonly [Field, number])[] = [
  ['dynamics', DYNAMICS.length],
  ['noise', NOISE.length],
  ['counting', 4],
  ['promotion', 8],
  ['sharing', SHARES.length],
  ['holidays', 4],
  ['share', 16],
  ['level', 64],
];

/** Fields whose neighbours alone are tried, for they lie on a scale and the guess is near. */
const SCALES: ReadonlySet<Field> = new Set(['noise', 'share', 'level']);

/**
 * The preset that makes a record smallest, found by turning one knob at a time, twice round. About 60 passes over the
 * record; done once for a series, and kept by its daily updates.
 */
export function searchPreset(record: SeriesRecord): Preset {
  let best = guess(sumsOf(record));
  let least = bits(symbolsOfRecord(record, best));
  const attempt = (preset: Preset): boolean => {
    const size = bits(symbolsOfRecord(record, preset));
    if (size >= least) return false;
    least = size;
    best = preset;
    return true;
  };
  for (let round = 0; round < 2; round++) {
    for (const [field, values] of TRIED) {
      if (best.same && (field === 'promotion' || field === 'share' || field === 'sharing')) continue;
      const from = best[field];
      if (SCALES.has(field)) {
        for (const step of [1, -1])
          for (let value = from + step; value >= 0 && value < values; value += step)
            if (!attempt({ ...best, [field]: value })) break;
      } else {
        for (let value = 0; value < values; value++) if (value !== from) attempt({ ...best, [field]: value });
      }
    }
  }
  return best;
}
