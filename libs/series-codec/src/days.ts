import { logistic, LOGISTIC } from './curves.js';
import { damaged } from './damaged.js';
import { HIGH } from './exact-math.js';
import * as presets from './presets.js';
import type { Preset } from './presets.js';
import * as rans from './rans.js';
import { pullAnything, pullBits, pullChoice, type Stream, type Symbols } from './rans.js';
import { pushAnything, pushBits, pushChoice } from './rans.js';
import type { Adaptive } from './adaptive.js';
import { pullStatus, pushStatus, startStatuses } from './statuses.js';
import * as tables from './tables.js';

// V8 folds a constant of the same module into the code, but loads an imported or exported one each time, as a value of
// any type: a number that may become such a one is boxed each day.
const { jumps, cumulated, countTables, shareTables, bellTables, pushSymbol } = tables;
const { JUMP_SHIFT, LARGE_MEAN, SMALL_WHOLE, DISPERSIONS, REACHES, FINE_VARIANCES, SKEWNESS_CLASSES } = tables;
const { SCATTER_CLASSES } = tables;
const LOGIT_LIMIT = 10;
const MEAN_CLASSES = tables.MEANS.classes;
const LOGIT_CLASSES = tables.LOGITS.classes;
const LOGIT_COUNT = tables.LOGITS.middles.length;
const { PRECISION } = rans;
const MASK = (1 << PRECISION) - 1;
const LOW = 1 << 23;

const LIMIT = 2 ** 30;
/** Counts from here on are not modelled; the writer falls back to plain integers. */
export const MODEL_LIMIT = LIMIT;

const PRIOR = presets.PROMOTION;
/** Frequency of a promotion week, of 2^15, and twice the logarithm of the odds against it. */
const PROMOTED = 8192;
const AGAINST = 2.1972245773362196;
/** A weekday's factor is learned once a week, but its doubt is that of all seven. */
const SEVENTH = 1 / 7;
/** How far a holiday's own factor may be off, as a share of its departure from 1. */
const HOLIDAY_DOUBT = 0.2;
const LEAST_MEAN = 0.004;
const LEAST_SHARE = 1 / 256;
/** Counts that scatter much less than by chance are coded with bells from any mean on. */
const LEAST_DISPERSION = 0.85;
const LEAST_LEVEL = 2 ** -12;
/** A total above the second where less than the first was expected begins a series anew, as when a store opens. */
const OPENING_MEAN = 0.5;
const OPENING_TOTAL = 3;
/** A surprise of the share counts as at most √12 standard deviations. */
const SHARE_CLIP = 12;
const MOST_CORRELATION = 0.3;

/** Doubles whose exponent and first bits of fraction are wanted: `>>> 17` gives eight steps an octave, `>>> 18` four, `>>> 20` one. */
const looked = new Float64Array(3);
const words = new Uint32Array(looked.buffer);
const FIRST_WORD = HIGH;
const SECOND_WORD = 2 + HIGH;
const THIRD_WORD = 4 + HIGH;
const ONE = 1023; // the exponent of 1
const LEAST_MEAN_STEP = tables.MEANS.least + 8 * ONE;
const LEAST_VARIANCE_STEP = 4 * (ONE - 5);

/** The arrays of a record: read by the writer, filled by the reader. */
export interface Days {
  readonly total: Uint32Array;
  readonly unflagged: Uint32Array;
  readonly status: Uint8Array;
}

/** Where the state of a record lies between weeks. */
const LEVEL = 0;
const PASSING = 1;
const LEVEL_DOUBT = 2;
const PASSING_DOUBT = 3;
const JOINT_DOUBT = 4; // covariance of level and passing
const LIFT = 5;
const LIFT_DOUBT = 6;
const SHARE = 7; // its logit
const SHARE_PASSING = 8;
const SHARE_DOUBT = 9;
const SHARE_PASSING_DOUBT = 10;
const SHARE_JOINT_DOUBT = 11;
const SHIFT = 12;
const SHIFT_DOUBT = 13;
const WEEKDAY_DOUBT = 14;
const PROMOTION = 15; // 1: this is a promotion week
const WEEKDAYS = 16; // seven factors

/** A record on its way: what does not change, and the state between weeks. */
interface Run extends Days {
  readonly same: boolean;
  readonly noise: number;
  readonly counting: number;
  readonly dynamics: Float64Array;
  readonly sharing: Float64Array;
  readonly holidays: Float64Array;
  readonly state: Float64Array;
  readonly statuses: Adaptive | undefined;
  readonly stream: Stream | undefined;
  readonly symbols: Symbols | undefined;
}

/**
 * Codes the days of a record one after the other: to `symbols` when writing, from `stream` when reading. It is a Kalman
 * filter on relative errors,
 *
 *     mean = level × passing × weekday × holiday × promotion        (doubts are relative variances),
 *
 * and a second one on the logit of the share of unflagged counts. Whether a week is one of promotion is told at its beginning.
 * docs/series-codec.md, "The model", has every formula in the order of this text. Preconditions: the three arrays are equally
 * long; when writing, statuses are 0 … 3, unflagged ≤ total < 2^30, all 0 where not reported.
 */
export function codeDays(
  { total, unflagged, status }: Days,
  preset: Preset,
  coder: { hasStatus: boolean; stream?: Stream; symbols?: Symbols },
): void {
  const dynamics = presets.DYNAMICS[preset.dynamics]!;
  const sharing = presets.SHARES[preset.sharing]!;
  const state = new Float64Array(32);
  state[LEVEL] = presets.firstLevel(preset.level);
  state[PASSING] = 1;
  state[LEVEL_DOUBT] = dynamics[0]!;
  state[PASSING_DOUBT] = dynamics[2]! / (1 - dynamics[3]! * dynamics[3]!);
  state[LIFT] = PRIOR[0]!;
  state[LIFT_DOUBT] = PRIOR[1]!;
  state[SHARE] = (preset.share - 7) / 2;
  state[SHARE_DOUBT] = sharing[0]!;
  state[SHARE_PASSING_DOUBT] = sharing[2]! / (1 - sharing[3]! * sharing[3]!);
  state[SHIFT] = PRIOR[2]!;
  state[SHIFT_DOUBT] = PRIOR[3]!;
  state[WEEKDAY_DOUBT] = dynamics[4]!;
  state.fill(1, WEEKDAYS, WEEKDAYS + 7);
  const { stream, symbols } = coder;
  const run: Run = {
    total,
    unflagged,
    status,
    same: preset.same,
    noise: presets.NOISE[preset.noise]!,
    counting: presets.COUNTING[preset.counting]!,
    dynamics,
    sharing,
    holidays: presets.HOLIDAY_FACTORS[preset.holidays]!,
    state,
    statuses: coder.hasStatus ? startStatuses() : undefined,
    stream,
    symbols,
  };
  const days = total.length;
  const promotions = !preset.same && preset.promotion > 0;
  const weekStart = promotions ? preset.promotion - 1 : 0;
  for (let day = 0; day < days;) {
    const next = day + 7 - ((day + 7 - weekStart) % 7);
    const week = next < days ? next : days; // the day after this week
    if (promotions) {
      let promoted = false;
      if (symbols) {
        promoted = isPromoted(run, day, week);
        pushChoice(symbols, PROMOTED, promoted);
      } else if (stream) promoted = pullChoice(stream, PROMOTED);
      state[PROMOTION] = promoted ? 1 : 0;
    }
    codeWeek(run, day, week);
    day = week;
  }
}

/** Whether the shares of a week are likelier under a promotion; asked by the writer. */
function isPromoted({ total, unflagged, state, sharing }: Run, first: number, afterLast: number): boolean {
  let [all, part, squares] = [0, 0, 0];
  for (let day = first; day < afterLast; day++) {
    const count = total[day]!;
    all += count;
    part += unflagged[day]!;
    squares += count * count;
  }
  if (all === 0) return false;
  const cost = (logit: number, common: number): number => {
    const share = logistic(logit);
    const spread = share * (1 - share);
    const variance = all * spread + spread * spread * (all * all * common + squares * sharing[4]!);
    const error = part - share * all;
    return (error * error) / variance + Math.log(variance);
  };
  const logit = state[SHARE]! + state[SHARE_PASSING]!;
  const common = state[SHARE_DOUBT]! + state[SHARE_PASSING_DOUBT]! + 2 * state[SHARE_JOINT_DOUBT]!;
  return cost(logit + state[SHIFT]!, common + state[SHIFT_DOUBT]!) + AGAINST < cost(logit, common);
}

/**
 * The days of a week (of promotion, or not) from `first` on. One loop codes and decodes, so that both do the same arithmetic;
 * its state lies in locals, for that is three times faster than any structure. A week and not a record, because a loop that runs for
 * long is compiled by V8 in mid-run, with its locals as it finds them: boxed. That code is half as fast, and stays.
 */
function codeWeek(run: Run, first: number, afterLast: number): void {
  const { total: totals, unflagged: unflaggeds, status, same, statuses, stream, symbols, state, holidays } = run;
  const days = totals.length;
  const bytes = stream ? stream.bytes : status;
  const end = stream ? stream.end | 0 : 0;
  const lastPair = (end - 1) | 0;
  let at = stream ? stream.at | 0 : 0;
  let x = stream ? stream.x | 0 : 0;

  const { dynamics, sharing } = run;
  const countingNoise = run.counting * 1;
  const leap = days === 366;
  const kept = dynamics[3]!;
  const jump = dynamics[6]!;
  const clip = dynamics[7]! * dynamics[7]!;
  const least = clip < jump ? clip : jump;
  const rare = least < 16 ? least : 16;
  const shareKept = sharing[3]!;

  const promoted = state[PROMOTION]! === 1;
  const noise = run.noise * 1;
  const levelADay = dynamics[1]!;
  const passingADay = dynamics[2]!;
  const kept2 = kept * kept;
  const weekdayADay = dynamics[5]! * SEVENTH;
  const shareADay = sharing[1]!;
  const sharePassingADay = sharing[2]!;
  const shareKept2 = shareKept * shareKept;
  const shareNoise = sharing[4]!;

  let level = state[LEVEL]!;
  let passing = state[PASSING]!;
  let levelDoubt = state[LEVEL_DOUBT]!;
  let passingDoubt = state[PASSING_DOUBT]!;
  let jointDoubt = state[JOINT_DOUBT]!;
  let weekdayDoubt = state[WEEKDAY_DOUBT]!;
  let lift = promoted ? state[LIFT]! : 1;
  let liftDoubt = promoted ? state[LIFT_DOUBT]! : 0;
  let share = state[SHARE]!;
  let sharePassing = state[SHARE_PASSING]!;
  let shareDoubt = state[SHARE_DOUBT]!;
  let sharePassingDoubt = state[SHARE_PASSING_DOUBT]!;
  let shareJointDoubt = state[SHARE_JOINT_DOUBT]!;
  let shift = promoted ? state[SHIFT]! : 0;
  let shiftDoubt = promoted ? state[SHIFT_DOUBT]! : 0;
  looked[0] = shareDoubt + sharePassingDoubt + 2 * shareJointDoubt + shareNoise + shiftDoubt;
  let kind = (words[FIRST_WORD]! >>> 20) - (ONE - 6);
  kind &= ~(kind >> 31);
  if (kind > SCATTER_CLASSES - 1) kind = SCATTER_CLASSES - 1;

  for (let day = first; day < afterLast; day++) {
    const weekday = day % 7;
    const dayOfYear = leap && day >= 59 ? day - 1 : day % 365;

    let reported = true;
    if (statuses) {
      if (symbols) pushStatus(symbols, statuses, status, day);
      else if (stream) {
        stream.x = x;
        stream.at = at;
        status[day] = pullStatus(stream, statuses, status, day);
        x = stream.x | 0;
        at = stream.at | 0;
      }
      reported = status[day] === 0;
    }

    if (reported) {
      // --- predict the total
      const holiday = holidays[dayOfYear]!;
      const departure = holiday - 1;
      const factor = state[WEEKDAYS + weekday]!;
      let expected = level * passing * (factor * holiday * lift);
      if (expected < LEAST_MEAN) expected = LEAST_MEAN;
      if (expected > LIMIT) expected = LIMIT;
      const levelShare = levelDoubt + jointDoubt;
      const passingShare = passingDoubt + jointDoubt;
      const doubt = levelShare + passingShare + weekdayDoubt + liftDoubt + noise;
      const all = countingNoise + (doubt + HOLIDAY_DOUBT * departure * departure) * expected; // variance ÷ mean
      let mean = expected;
      let dispersion = all;
      let counted = expected; // the variance of plain counting
      let lean = 1; // factor of the skewness
      let scatter = 0; // total × correlation
      let spread = 0;
      let partShare = 0;
      let cell = 0;

      // --- code the total, then the lesser side of it: flagged or unflagged
      let total = 0;
      let value = 0;
      let partial = false;
      let flaggedIsLess = false;
      for (;;) {
        let table: number;
        let middle: number; // what symbol 0 with low bits 0 stands for
        let leftOut = 0;
        let escape = 0;
        if (partial && total <= SMALL_WHOLE) {
          const key = (total * LOGIT_COUNT + LOGIT_CLASSES[cell]!) * SCATTER_CLASSES + kind;
          table = shareTables[key]!;
          if (table === 0) table = tables.makeShareTable(key) | 0;
          middle = 0;
          escape = -1;
        } else if (mean < LARGE_MEAN && dispersion >= LEAST_DISPERSION) {
          looked[0] = mean;
          looked[1] = dispersion;
          let dispersed = (words[SECOND_WORD]! >>> 18) - (4 * ONE - 1);
          dispersed &= ~(dispersed >> 31); // at least 0, without a branch
          if (dispersed > DISPERSIONS - 1) dispersed = DISPERSIONS - 1;
          const key = MEAN_CLASSES[(words[FIRST_WORD]! >>> 17) - LEAST_MEAN_STEP]! * DISPERSIONS + dispersed;
          table = countTables[key]!;
          if (table === 0) table = tables.makeCountTable(key) | 0;
          middle = -1;
        } else {
          const variance = mean * dispersion;
          const numerator = (2 * variance - counted) * lean;
          looked[0] = variance;
          looked[1] = numerator * numerator;
          looked[2] = counted * counted * variance;
          const word = words[FIRST_WORD]! >>> 18;
          const octave = (word >> 2) - ONE;
          leftOut = octave < 6 ? 0 : (octave - 4) >> 1;
          let step = word - 8 * leftOut - LEAST_VARIANCE_STEP;
          step &= ~(step >> 31);
          let skew = ((words[SECOND_WORD]! >>> 20) - (words[THIRD_WORD]! >>> 20) + 9) >> 1;
          skew &= ~(skew >> 31);
          if (skew > SKEWNESS_CLASSES - 1) skew = SKEWNESS_CLASSES - 1;
          middle = (mean + 0.5) | 0;
          let quarter = 0;
          if (step < FINE_VARIANCES) {
            quarter = ((mean - middle + 0.5) * 4) | 0;
            if (quarter > 3) quarter = 3;
          }
          const key = (step * SKEWNESS_CLASSES + skew) * 4 + quarter;
          table = bellTables[key]!;
          if (table === 0) table = tables.makeBellTable(key) | 0;
          middle = (middle - ((1 << leftOut) >> 1) - ((REACHES[step]! + 1) << leftOut)) | 0;
        }

        if (stream) {
          const slot = x & MASK;
          const first = (table + 1) << 5;
          let symbol = jumps[(table << 6) + (slot >> JUMP_SHIFT)]!;
          // Two symbols on without a branch, which would be foreseen half of the time: the sign of a difference is 0 or 1.
          symbol =
            (symbol +
              ((cumulated[first + symbol + 1]! - slot - 1) >>> 31) +
              ((cumulated[first + symbol + 2]! - slot - 1) >>> 31)) |
            0;
          let start = cumulated[first + symbol]!;
          let next = cumulated[first + symbol + 1]!;
          while (next <= slot) {
            symbol = (symbol + 1) | 0;
            start = next;
            next = cumulated[first + symbol + 1]!;
          }
          x = (Math.imul(next - start, x >> PRECISION) + slot - start) | 0;
          if (at < lastPair) {
            const wanted = (Math.clz32(x) - 1) & 24; // bits to fill in, without a branch again
            x = (x << wanted) | (((bytes[at]! << 8) | bytes[at + 1]!) >> (16 - wanted));
            at = (at + (wanted >> 3)) | 0;
          } else if (x < LOW && at < end) {
            x = (x << 8) | bytes[at++]!;
          }
          if (symbol === escape || leftOut > PRECISION) {
            stream.x = x;
            stream.at = at;
            value =
              (symbol === escape ? pullAnything(stream) : middle + (symbol << leftOut) + pullBits(stream, leftOut)) | 0;
            x = stream.x | 0;
            at = stream.at | 0;
          } else if (leftOut > 0) {
            const shift = PRECISION - leftOut;
            const low = x & MASK;
            x = (((x >> PRECISION) << shift) + (low & ((1 << shift) - 1))) | 0;
            if (at < lastPair) {
              const wanted = (Math.clz32(x) - 1) & 24;
              x = (x << wanted) | (((bytes[at]! << 8) | bytes[at + 1]!) >> (16 - wanted));
              at = (at + (wanted >> 3)) | 0;
            } else if (x < LOW && at < end) {
              x = (x << 8) | bytes[at++]!;
            }
            value = (middle + (symbol << leftOut) + (low >> shift)) | 0;
          } else value = (middle + symbol) | 0;
        } else if (symbols) {
          value = (partial ? (flaggedIsLess ? total - unflaggeds[day]! : unflaggeds[day]!) : totals[day]!) | 0;
          const place = (value - middle) | 0;
          const symbol = place < 0 ? escape : place >> leftOut;
          if (symbol <= escape || symbol > tables.lastSymbol(table)) {
            pushSymbol(symbols, table, 0);
            pushAnything(symbols, value);
          } else {
            pushSymbol(symbols, table, symbol);
            if (leftOut > 0) pushBits(symbols, place & ((1 << leftOut) - 1), leftOut);
          }
        }

        if (partial) break;
        if (value < 0 || value >= LIMIT) throw damaged('a count is out of range');
        total = value;
        if (total === 0 || same) break;

        // --- predict the unflagged part
        const logit = share + sharePassing + shift;
        const uncertain = shareDoubt + sharePassingDoubt + 2 * shareJointDoubt + shareNoise + shiftDoubt;
        const place = (logit < -LOGIT_LIMIT ? 0 : logit > LOGIT_LIMIT ? 2 * LOGIT_LIMIT : logit + LOGIT_LIMIT) * 16;
        cell = place | 0;
        const left = LOGISTIC[cell]!;
        partShare = left + (LOGISTIC[cell + 1]! - left) * (place - cell);
        spread = partShare * (1 - partShare);
        let correlation = spread * uncertain;
        if (correlation > MOST_CORRELATION) correlation = MOST_CORRELATION;
        scatter = total * correlation;
        flaggedIsLess = cell >= 16 * LOGIT_LIMIT;
        if (total > SMALL_WHOLE) {
          let lesser = flaggedIsLess ? 1 - partShare : partShare;
          if (lesser < LEAST_SHARE) lesser = LEAST_SHARE;
          mean = total * lesser;
          counted = mean * (1 - lesser);
          dispersion = (1 + scatter - correlation) * (1 - lesser); // of the variance against the mean
          lean = 1 - 2 * lesser;
        }
        partial = true;
      }
      totals[day] = total;

      // --- learn from the unflagged part
      if (partial) {
        if (value < 0 || value > total) throw damaged('a part exceeds its whole');
        const unflagged = (flaggedIsLess ? total - value : value) | 0;
        unflaggeds[day] = unflagged;
        const weight = total * spread;
        const each = 1 / (1 + scatter);
        let error = unflagged - partShare * total;
        const most = SHARE_CLIP * (1 + scatter) * weight;
        if (error * error > most) error = error < 0 ? -Math.sqrt(most) : Math.sqrt(most);
        error *= each;
        const part = weight * each;
        const levelShare = shareDoubt + shareJointDoubt;
        const passingShare = sharePassingDoubt + shareJointDoubt;
        const levelGain = levelShare * part;
        share += levelShare * error;
        sharePassing = (sharePassing + passingShare * error) * shareKept;
        shift += shiftDoubt * error;
        shareDoubt = shareDoubt - levelGain * levelShare + shareADay;
        sharePassingDoubt = (sharePassingDoubt - passingShare * part * passingShare) * shareKept2 + sharePassingADay;
        shareJointDoubt = (shareJointDoubt - levelGain * passingShare) * shareKept;
        shiftDoubt *= 1 - shiftDoubt * part;
      } else if (total > 0) unflaggeds[day] = total;

      // --- learn from the total
      const each = 1 / all;
      let part = expected * each;
      let error = (total - expected) * each;
      if (error * error > rare * part) {
        const surprise = (error * error) / part;
        if (total === 0 && expected >= 8 && surprise >= 16) {
          // a day that was not reported, and not a level of 0
          error = 0;
          part = 0;
        } else {
          if (surprise > clip) error = error < 0 ? -Math.sqrt(clip * part) : Math.sqrt(clip * part);
          if (surprise > jump) {
            levelDoubt += surprise > 2 * jump ? 0.3 : 0.3 * (surprise / jump - 1);
            if (expected < OPENING_MEAN && total > OPENING_TOTAL) level *= (0.5 * total) / expected; // a series begins
          }
        }
      }
      const levelGain = levelShare * part;
      level *= 1 + levelShare * error;
      passing *= 1 + passingShare * error;
      state[WEEKDAYS + weekday] = factor * (1 + weekdayDoubt * error);
      lift *= 1 + liftDoubt * error;
      levelDoubt -= levelGain * levelShare;
      passingDoubt -= passingShare * part * passingShare;
      jointDoubt -= levelGain * passingShare;
      weekdayDoubt *= 1 - weekdayDoubt * part * SEVENTH;
      liftDoubt *= 1 - liftDoubt * part;
    }

    // --- a day passes, whether a count was seen or not
    levelDoubt += levelADay;
    passing = 1 + (passing - 1) * kept;
    passingDoubt = passingDoubt * kept2 + passingADay;
    jointDoubt *= kept;
    weekdayDoubt += weekdayADay;
  }
  state[LEVEL] = level > LEAST_LEVEL ? level : LEAST_LEVEL;
  state[PASSING] = passing;
  state[LEVEL_DOUBT] = levelDoubt;
  state[PASSING_DOUBT] = passingDoubt;
  state[JOINT_DOUBT] = jointDoubt;
  state[WEEKDAY_DOUBT] = weekdayDoubt;
  state[SHARE] = share;
  state[SHARE_PASSING] = sharePassing;
  state[SHARE_DOUBT] = shareDoubt;
  state[SHARE_PASSING_DOUBT] = sharePassingDoubt;
  state[SHARE_JOINT_DOUBT] = shareJointDoubt;
  if (promoted) {
    state[LIFT] = lift;
    state[LIFT_DOUBT] = liftDoubt;
    state[SHIFT] = shift;
    state[SHIFT_DOUBT] = shiftDoubt;
  }
  if (stream) {
    stream.x = x;
    stream.at = at;
  }
}
