import type { SeriesRecord } from '#vocabulary';
import { symbolsOfRecord } from './modelled.js';
import { DYNAMICS, NOISE, type Preset, SHARES } from './presets.js';
import { type Symbols } from './rans.js';
import { WHOLE } from './tables.js';

let bitsOf: Float32Array | undefined;

/** Bits that a list of symbols takes. */
function bits({ list, length }: Symbols): number {
  bitsOf ??= Float32Array.from({ length: WHOLE + 1 }, (_, frequency) => Math.log2(WHOLE / frequency));
  let sum = 0;
  for (let i = 0; i < length; i++) sum += bitsOf[(list[i]! & 0xffff) + 1]!;
  return sum;
}

const within = (value: number, most: number): number => Math.min(Math.max(Math.round(value), 0), most);

/** A first guess from sums; what it costs to be wrong is found by {@link searchPreset}. */
function guess({ total, unflagged, status }: SeriesRecord): Preset {
  let reported = 0;
  let all = 0;
  let plain = 0;
  let same = true;
  for (let day = 0; day < total.length; day++) {
    if (status[day] !== 0) continue;
    if (reported < 28) {
      reported++;
      all += total[day]!;
      plain += unflagged[day]!;
    }
    if (total[day] !== unflagged[day]) same = false;
  }
  const level = within(8 + 2 * Math.log2(Math.max(all / Math.max(reported, 1), 0.05)), 63);
  const share = (plain + 1) / (all + 2);
  return {
    level,
    noise: all > 28 * 2000 ? 3 : all > 28 * 40 ? 5 : 8,
    counting: 0,
    holidays: 0,
    dynamics: all > 28 * 2000 ? 0 : all > 28 * 40 ? 1 : 3,
    promotion: 0,
    share: within(7 + 2 * Math.log(share / (1 - share)), 15),
    sharing: 0,
    same,
  };
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
  let best = guess(record);
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
