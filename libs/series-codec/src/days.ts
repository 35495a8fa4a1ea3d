import { logistic } from './curves.js';
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
const { CORRELATION_CLASSES } = tables;
const MEAN_CLASSES = tables.MEANS.classes;
const SHARE_CLASSES = tables.SHARES.classes;
const SHARE_COUNT = tables.SHARES.middles.length;
const { PRECISION } = rans;
const MASK = (1 << PRECISION) - 1;
const LOW = 1 << 23;

const LIMIT = 2 ** 30;
/** Counts from here on are not modelled; the writer falls back to plain integers. */
export const MODEL_LIMIT = LIMIT;

/** Log-odds beyond which a week's regime counts as known, and the probabilities that then stand for yes and no. */
const SURE = 4.1588830833596715;
const YES = 64 / 65;
const NO = 1 / 65;
const PRIOR = presets.PROMOTION;
const PRIOR_ODDS = -1.0986122886681098; // ln 1/3
const PROMOTION_AT_FIRST = 0.25;
/** Squared distance of the two regimes' means, in sums of their variances, from which the regime is coded by itself. */
const APART = 12;
/** How far a holiday's own factor may be off, as a share of its departure from 1. */
const HOLIDAY_DOUBT = 0.2;
const LEAST_MEAN = 0.004;
const LEAST_SHARE = 1 / 256;
/** Counts that scatter much less than by chance are coded with bells from any mean on. */
const LEAST_DISPERSION = 0.85;
/** No surprise makes a factor smaller than this part of itself. */
const LEAST_FACTOR = 0.05;
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
const LEAST_SHARE_STEP = tables.SHARES.least + 8 * ONE;
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
const ODDS = 14; // of a promotion in this week, their logarithm
const PROMOTION = 15; // its probability
const KNOWN = 16; // 1: whether it is one is known
const ON = 17; // 1: it is known to be one
const WEEKDAYS = 18; // seven factors
const WEEKDAY_DOUBTS = 25; // and their doubts

/** A record on its way: what does not change, and the state between weeks. */
interface Run extends Days {
  readonly same: boolean;
  /** Weekday on which promotion weeks begin; −1: there are none. */
  readonly weekStart: number;
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
 * and a second one on the logit of the share of unflagged counts, in weeks with and without promotion.
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
  state[LIFT] = PRIOR[1]!;
  state[LIFT_DOUBT] = PRIOR[2]!;
  state[SHARE] = (preset.share - 7) / 2;
  state[SHARE_DOUBT] = sharing[0]!;
  state[SHARE_PASSING_DOUBT] = sharing[2]! / (1 - sharing[3]! * sharing[3]!);
  state[SHIFT] = PRIOR[3]!;
  state[SHIFT_DOUBT] = PRIOR[4]!;
  state[ODDS] = PRIOR[0]!;
  state[PROMOTION] = preset.promotion > 0 ? PROMOTION_AT_FIRST : 0;
  state[KNOWN] = preset.promotion > 0 ? 0 : 1;
  state.fill(1, WEEKDAYS, WEEKDAYS + 7);
  state.fill(dynamics[4]!, WEEKDAY_DOUBTS, WEEKDAY_DOUBTS + 7);
  const run: Run = {
    total,
    unflagged,
    status,
    same: preset.same,
    weekStart: preset.promotion - 1,
    noise: presets.NOISE[preset.noise]!,
    counting: presets.COUNTING[preset.counting]!,
    dynamics,
    sharing,
    holidays: presets.HOLIDAY_FACTORS[preset.holidays]!,
    state,
    statuses: coder.hasStatus ? startStatuses() : undefined,
    stream: coder.stream,
    symbols: coder.symbols,
  };
  for (let day = 0; day < total.length; day += 7) codeWeek(run, day);
}

/**
 * Up to seven days from `first` on. One loop codes and decodes, so that both do the same arithmetic; its state lies in
 * locals, for that is three times faster than any structure. A week and not a record, because a loop that runs for
 * long is compiled by V8 in mid-run, with its locals as it finds them: boxed. That code is half as fast, and stays.
 */
function codeWeek(run: Run, first: number): void {
  const { total: totals, unflagged: unflaggeds, status, same, statuses, stream, symbols, state, holidays } = run;
  const days = totals.length;
  const afterLast = first + 7 < days ? first + 7 : days;
  const bytes = stream ? stream.bytes : status;
  const end = stream ? stream.end | 0 : 0;
  const lastPair = (end - 1) | 0;
  let at = stream ? stream.at | 0 : 0;
  let x = stream ? stream.x | 0 : 0;

  const { weekStart, dynamics, sharing } = run;
  const noise = run.noise * 1;
  const countingNoise = run.counting * 1;
  const leap = days === 366;
  const levelADay = dynamics[1]!;
  const passingADay = dynamics[2]!;
  const passingKept = dynamics[3]!;
  const passingKept2 = passingKept * passingKept;
  const weekdayADay = dynamics[5]!;
  const jump = dynamics[6]!;
  const clip = dynamics[7]! * dynamics[7]!;
  const shareLevelADay = sharing[1]!;
  const sharePassingADay = sharing[2]!;
  const sharePassingKept = sharing[3]!;
  const sharePassingKept2 = sharePassingKept * sharePassingKept;
  const shareNoise = sharing[4]!;

  let level = state[LEVEL]!;
  let passing = state[PASSING]!;
  let levelDoubt = state[LEVEL_DOUBT]!;
  let passingDoubt = state[PASSING_DOUBT]!;
  let jointDoubt = state[JOINT_DOUBT]!;
  let lift = state[LIFT]!;
  let liftDoubt = state[LIFT_DOUBT]!;
  let share = state[SHARE]!;
  let sharePassing = state[SHARE_PASSING]!;
  let shareDoubt = state[SHARE_DOUBT]!;
  let sharePassingDoubt = state[SHARE_PASSING_DOUBT]!;
  let shareJointDoubt = state[SHARE_JOINT_DOUBT]!;
  let shift = state[SHIFT]!;
  let shiftDoubt = state[SHIFT_DOUBT]!;
  let odds = state[ODDS]!;
  let promotion = state[PROMOTION]!;
  let known = state[KNOWN]! === 1;
  let on = state[ON]! === 1;

  for (let day = first; day < afterLast; day++) {
    const weekday = day - first;
    const dayOfYear = leap && day >= 59 ? day - 1 : day % 365;
    if (weekday === weekStart) {
      odds = PRIOR_ODDS;
      promotion = PROMOTION_AT_FIRST;
      known = false;
      on = false;
    }

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
      const base = level * passing * state[WEEKDAYS + weekday]! * holiday;
      const weekdayDoubt = state[WEEKDAY_DOUBTS + weekday]!;
      const doubt =
        levelDoubt + passingDoubt + 2 * jointDoubt + weekdayDoubt + noise + HOLIDAY_DOUBT * departure * departure;
      const gain = lift - 1;
      let expected = base * (1 + promotion * gain);
      let relative = doubt + promotion * ((1 - promotion) * gain * gain + promotion * liftDoubt);
      if (expected < LEAST_MEAN) expected = LEAST_MEAN;
      if (expected > LIMIT) expected = LIMIT;
      let mean = expected;
      let dispersion = countingNoise + relative * expected; // variance ÷ mean
      let counted = expected; // the variance of plain counting
      let lesser = 1;
      let lean = 1; // factor of the skewness
      let correlation = 0;

      // --- code the total, then the lesser side of it: flagged or unflagged
      let total = 0;
      let value = 0;
      let unsure = false; // of the week, before the part was seen
      let partial = false;
      let flaggedIsLess = false;
      let partShare = 0;
      let plainShare = 0;
      let promotedShare = 0;
      let plainVariance = 0;
      let promotedVariance = 0;
      for (;;) {
        let table: number;
        let middle: number; // what symbol 0 with low bits 0 stands for
        let leftOut = 0;
        let escape = 0;
        if (partial && total <= SMALL_WHOLE) {
          looked[0] = lesser;
          looked[1] = correlation;
          let kind = (words[SECOND_WORD]! >>> 20) - (ONE - 7);
          kind &= ~(kind >> 31);
          if (kind > CORRELATION_CLASSES - 1) kind = CORRELATION_CLASSES - 1;
          const step = (words[FIRST_WORD]! >>> 17) - LEAST_SHARE_STEP;
          const key = (total * SHARE_COUNT + SHARE_CLASSES[step]!) * CORRELATION_CLASSES + kind;
          table = shareTables[key]!;
          if (table === 0) table = tables.makeShareTable(key) | 0;
          middle = 0;
          escape = -1;
        } else if (mean < LARGE_MEAN && dispersion >= LEAST_DISPERSION) {
          looked[0] = mean;
          looked[1] = dispersion;
          let kind = (words[SECOND_WORD]! >>> 18) - (4 * ONE - 1);
          kind &= ~(kind >> 31); // at least 0, without a branch
          if (kind > DISPERSIONS - 1) kind = DISPERSIONS - 1;
          const key = MEAN_CLASSES[(words[FIRST_WORD]! >>> 17) - LEAST_MEAN_STEP]! * DISPERSIONS + kind;
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
        const logit = share + sharePassing;
        const uncertain = shareDoubt + sharePassingDoubt + 2 * shareJointDoubt + shareNoise;
        partShare = logistic(on ? logit + shift : logit) * 1;
        const spread = partShare * (1 - partShare);
        correlation = spread * (on ? uncertain + shiftDoubt : uncertain);
        if (correlation > MOST_CORRELATION) correlation = MOST_CORRELATION;
        dispersion = 1 + (total - 1) * correlation; // of the variance against that of plain counting
        if (!known) {
          unsure = true;
          plainShare = partShare;
          plainVariance = total * spread * dispersion;
          promotedShare = logistic(logit + shift) * 1;
          const otherSpread = promotedShare * (1 - promotedShare);
          let otherCorrelation = otherSpread * (uncertain + shiftDoubt);
          if (otherCorrelation > MOST_CORRELATION) otherCorrelation = MOST_CORRELATION;
          const otherDispersion = 1 + (total - 1) * otherCorrelation;
          promotedVariance = total * otherSpread * otherDispersion;
          const gap = (plainShare - promotedShare) * total;
          if (gap * gap > APART * (plainVariance + promotedVariance)) {
            const frequency = (32_768 * promotion) | 0;
            if (symbols) {
              const plain = unflaggeds[day]! - plainShare * total;
              const other = unflaggeds[day]! - promotedShare * total;
              const plainCost = (plain * plain) / plainVariance + Math.log(plainVariance);
              const otherCost = (other * other) / promotedVariance + Math.log(promotedVariance);
              on = otherCost - 2 * odds < plainCost;
              pushChoice(symbols, frequency, on);
            } else if (stream) {
              stream.x = x;
              stream.at = at;
              on = pullChoice(stream, frequency);
              x = stream.x | 0;
              at = stream.at | 0;
            }
            known = true;
            promotion = on ? YES : NO;
            if (on) {
              partShare = promotedShare;
              dispersion = otherDispersion;
              correlation = otherCorrelation;
            }
          } else {
            partShare = plainShare + promotion * (promotedShare - plainShare);
            const variance =
              plainVariance + promotion * (promotedVariance - plainVariance + (1 - promotion) * gap * gap);
            dispersion = variance / (total * partShare * (1 - partShare));
            correlation = total > 1 && dispersion > 1 ? (dispersion - 1) / (total - 1) : 0;
          }
        }
        flaggedIsLess = partShare > 0.5;
        lesser = flaggedIsLess ? 1 - partShare : partShare;
        if (lesser < LEAST_SHARE) lesser = LEAST_SHARE;
        mean = total * lesser;
        counted = mean * (1 - lesser);
        dispersion = dispersion * (1 - lesser); // now of the variance against the mean
        lean = 1 - 2 * lesser;
        partial = true;
      }
      totals[day] = total;

      // --- learn from the unflagged part
      if (partial) {
        if (value < 0 || value > total) throw damaged('a part exceeds its whole');
        const unflagged = (flaggedIsLess ? total - value : value) | 0;
        unflaggeds[day] = unflagged;
        let trust = 1;
        if (!known) {
          const plain = unflagged - plainShare * total;
          const other = unflagged - promotedShare * total;
          odds +=
            0.5 * ((plain * plain) / plainVariance - (other * other) / promotedVariance) +
            (plainVariance - promotedVariance) / (plainVariance + promotedVariance);
          promotion = logistic(odds) * 1;
          if (odds > SURE || odds < -SURE) {
            known = true;
            on = odds > 0;
            promotion = on ? YES : NO;
          }
          partShare = plainShare + promotion * (promotedShare - plainShare);
          trust = 1 - 3.2 * promotion * (1 - promotion);
        }
        const weight = total * partShare * (1 - partShare);
        const shiftShare = promotion > 0.5 ? promotion * shiftDoubt : 0;
        const levelShare = shareDoubt + shareJointDoubt;
        const passingShare = sharePassingDoubt + shareJointDoubt;
        const all = (levelShare + passingShare + shareNoise + shiftShare) * weight + 1; // variances of counting
        const each = 1 / all;
        let error = unflagged - partShare * total;
        const most = SHARE_CLIP * all * weight;
        if (error * error > most) error = error < 0 ? -Math.sqrt(most) : Math.sqrt(most);
        error *= each;
        const part = weight * each;
        const levelGain = levelShare * part * trust;
        const passingGain = passingShare * part * trust;
        share += levelShare * trust * error;
        sharePassing += passingShare * trust * error;
        sharePassing *= sharePassingKept;
        shareDoubt = shareDoubt - levelGain * levelShare + shareLevelADay;
        sharePassingDoubt = (sharePassingDoubt - passingGain * passingShare) * sharePassingKept2 + sharePassingADay;
        shareJointDoubt = (shareJointDoubt - levelGain * passingShare) * sharePassingKept;
        if (shiftShare > 0) {
          shift += shiftShare * error;
          shiftDoubt *= 1 - shiftShare * part;
        }
      } else if (total > 0) unflaggeds[day] = total;

      // --- learn from the total, the week now being better known
      if (unsure) {
        expected = base * (1 + promotion * gain);
        relative = doubt + promotion * ((1 - promotion) * gain * gain + promotion * liftDoubt);
        if (expected < LEAST_MEAN) expected = LEAST_MEAN;
        if (expected > LIMIT) expected = LIMIT;
      }
      const all = relative * expected + countingNoise; // variance ÷ mean
      let error = total - expected;
      const surprise = error * error;
      const unit = all * expected;
      if (total > 0 || expected < 8 || surprise < 16 * unit) {
        // else: a day that was not reported, and not a level of 0
        const each = 1 / all;
        if (surprise > clip * unit) error = error < 0 ? -Math.sqrt(clip * unit) : Math.sqrt(clip * unit);
        error *= each;
        const part = expected * each;
        const levelShare = levelDoubt + jointDoubt;
        const passingShare = passingDoubt + jointDoubt;
        const levelGain = levelShare * part;
        const passingGain = passingShare * part;
        const weekdayGain = weekdayDoubt * part;
        const levelFactor = 1 + levelShare * error;
        const passingFactor = 1 + passingShare * error;
        const weekdayFactor = 1 + weekdayDoubt * error;
        level *= levelFactor > LEAST_FACTOR ? levelFactor : LEAST_FACTOR;
        passing *= passingFactor > LEAST_FACTOR ? passingFactor : LEAST_FACTOR;
        state[WEEKDAYS + weekday] =
          state[WEEKDAYS + weekday]! * (weekdayFactor > LEAST_FACTOR ? weekdayFactor : LEAST_FACTOR);
        levelDoubt -= levelGain * levelShare;
        passingDoubt -= passingGain * passingShare;
        jointDoubt -= levelGain * passingShare;
        state[WEEKDAY_DOUBTS + weekday] = weekdayDoubt * (1 - weekdayGain);
        if (promotion > 0.5) {
          const liftShare = promotion * liftDoubt;
          const liftFactor = 1 + liftShare * error;
          lift *= liftFactor > LEAST_FACTOR ? liftFactor : LEAST_FACTOR;
          liftDoubt *= 1 - liftShare * part;
        }
        if (surprise > jump * unit) {
          levelDoubt += surprise > 2 * jump * unit ? 0.3 : 0.3 * (surprise / (jump * unit) - 1);
          if (expected < OPENING_MEAN && total > OPENING_TOTAL) level *= (0.5 * total) / expected; // a series begins
        }
      }
    }

    // --- a day passes, whether a count was seen or not
    state[WEEKDAY_DOUBTS + weekday] = state[WEEKDAY_DOUBTS + weekday]! + weekdayADay;
    levelDoubt += levelADay;
    passing = 1 + (passing - 1) * passingKept;
    passingDoubt = passingDoubt * passingKept2 + passingADay;
    jointDoubt *= passingKept;
  }
  state[LEVEL] = level;
  state[PASSING] = passing;
  state[LEVEL_DOUBT] = levelDoubt;
  state[PASSING_DOUBT] = passingDoubt;
  state[JOINT_DOUBT] = jointDoubt;
  state[LIFT] = lift;
  state[LIFT_DOUBT] = liftDoubt;
  state[SHARE] = share;
  state[SHARE_PASSING] = sharePassing;
  state[SHARE_DOUBT] = shareDoubt;
  state[SHARE_PASSING_DOUBT] = sharePassingDoubt;
  state[SHARE_JOINT_DOUBT] = shareJointDoubt;
  state[SHIFT] = shift;
  state[SHIFT_DOUBT] = shiftDoubt;
  state[ODDS] = odds;
  state[PROMOTION] = promotion;
  state[KNOWN] = known ? 1 : 0;
  state[ON] = on ? 1 : 0;
  if (stream) {
    stream.x = x;
    stream.at = at;
  }
}
