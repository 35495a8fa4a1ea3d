import { damaged } from '../damaged.js';
import { HIGH } from '../exact-math.js';
import { pullAnything, pullBits, pullChoice, type Stream } from '../rans.js';
import { pullStatus, startStatuses } from '../statuses.js';
import { coarseExp, logistic } from './curves.js';
import * as presets from './presets.js';
import type { Preset } from './presets.js';
import * as tables from './tables.js';

// V8 folds a constant of the same module into the code, but loads an imported one each time.
const { cumulated, countTables, shareTables, bellTables } = tables;
const { PRECISION, JUMPS, JUMP_SHIFT, LARGE_MEAN, SMALL_WHOLE, FINE_STEP } = tables;
const { DISPERSION_STEPS, SHARE_STEPS, CORRELATION_STEPS, SKEWNESS_STEPS } = tables;
const [CORRELATION_1, CORRELATION_2, CORRELATION_3, CORRELATION_4] = tables.CORRELATION_LIMITS;
const [SKEWNESS_1, SKEWNESS_2, SKEWNESS_3, SKEWNESS_4] = tables.SKEWNESS2_LIMITS;
const LEAST_DISPERSION = tables.LEAST_DISPERSION_STEP;
const MASK = (1 << PRECISION) - 1;
const LOW = 1 << 23;

/** Counts from here on are not modelled. */
const MODEL_LIMIT = 2 ** 30;

/** Odds beyond which a week's regime counts as known, and the probabilities that then stand for yes and no. */
const SURE = 64;
const YES = SURE / (1 + SURE);
const NO = 1 / (1 + SURE);
const PRIOR = presets.PROMOTION;
const ODDS_AT_FIRST = PRIOR.odds;
const PROMOTION_AT_FIRST = PRIOR.odds / (1 + PRIOR.odds);
/** Squared distance of the two regimes' means, in sums of their variances, from which the regime is coded by itself. */
const APART = 12;
/** How far a holiday's own factor may be off, as a share of its departure from 1. */
const HOLIDAY_DOUBT = 0.2;
const LEAST_MEAN = 0.004;
const LEAST_SHARE = 1 / 256;
/** No surprise makes a factor smaller than this part of itself. */
const LEAST_FACTOR = 0.05;
/** A total above the second where less than the first was expected begins a series anew, as when a store opens. */
const OPENING_MEAN = 0.5;
const OPENING_TOTAL = 3;
/** A surprise of the share counts as at most √12 standard deviations. */
const SHARE_CLIP = 12;
const MOST_CORRELATION = 0.3;

/** Doubles whose exponent and first three bits of fraction are wanted: eight steps an octave, as octaveStep. */
const looked = new Float64Array(2);
const words = new Uint32Array(looked.buffer);
const STEP_SHIFT = 17;
const STEP_OF_ONE = 8184;
const LEAST_MEAN_STEP = tables.LEAST_MEAN_STEP + STEP_OF_ONE;
const LEAST_VARIANCE_STEP = tables.LEAST_VARIANCE_STEP + STEP_OF_ONE;
const LEAST_SHARE_STEP = tables.LEAST_SHARE_STEP + STEP_OF_ONE;
const FIRST_WORD = HIGH;
const SECOND_WORD = 2 + HIGH;

/** The arrays of a record, filled by the reader. */
export interface Days {
  readonly total: Uint32Array;
  readonly unflagged: Uint32Array;
  readonly status: Uint8Array;
}

/**
 * Reads the days of a record of content version 2, one after the other. It is the Kalman filter that the present
 * version grew out of; docs/series-codec-2.md has every formula in the order of this text.
 */
export function readDays(
  record: Days,
  preset: Preset,
  { hasStatus, stream }: { hasStatus: boolean; stream: Stream },
): void {
  const { total: totals, unflagged: unflaggeds, status } = record;
  const days = totals.length;
  const statuses = hasStatus ? startStatuses() : undefined;
  const { bytes, end } = stream;
  let { at, x } = stream;

  const dynamics = presets.DYNAMICS[preset.dynamics]!;
  const sharing = presets.SHARES[preset.sharing]!;
  const noise = presets.NOISE[preset.noise]!;
  const countingNoise = presets.COUNTING[preset.counting]!;
  const holidays = presets.HOLIDAY_FACTORS[preset.holidays]!;
  const leap = days === 366;
  const { same } = preset;
  const promoted = preset.promotion > 0;
  const weekStart = preset.promotion - 1;
  const { levelADay, passingADay, passingKept, weekdayADay, jump } = dynamics;
  const clip = dynamics.clip * dynamics.clip;
  const shareLevelADay = sharing.levelADay;
  const sharePassingADay = sharing.passingADay;
  const sharePassingKept = sharing.passingKept;
  const shareNoise = sharing.noise;

  let level = presets.firstLevel(preset.level);
  let passing = 1;
  let levelDoubt = dynamics.level;
  let passingDoubt = passingADay / (1 - passingKept * passingKept);
  let jointDoubt = 0; // covariance of level and passing
  const weekdays = new Float64Array(7).fill(1);
  const weekdayDoubts = new Float64Array(7).fill(dynamics.weekday);
  let lift = PRIOR.lift + 0;
  let liftDoubt = PRIOR.liftVariance + 0;
  let share = (preset.share - 7) / 2; // its logit
  let sharePassing = 0;
  let shareDoubt = sharing.level;
  let sharePassingDoubt = sharePassingADay / (1 - sharePassingKept * sharePassingKept);
  let shareJointDoubt = 0;
  let shift = PRIOR.shift + 0;
  let shiftDoubt = PRIOR.shiftVariance + 0;
  let odds = ODDS_AT_FIRST + 0;
  let promotion = promoted ? PROMOTION_AT_FIRST : 0; // probability that the week is one
  let known = !promoted;
  let on = false; // if known: it is one

  let weekday = -1;
  let dayOfYear = -1;
  for (let day = 0; day < days; day++) {
    weekday = weekday === 6 ? 0 : weekday + 1;
    dayOfYear = dayOfYear === 364 ? 0 : dayOfYear + 1;
    if (leap && (day === 59 || day === 365)) dayOfYear = day - 1;
    if (promoted && weekday === weekStart) {
      odds = ODDS_AT_FIRST;
      promotion = PROMOTION_AT_FIRST;
      known = false;
    }

    let state = 0;
    if (statuses) {
      stream.x = x;
      stream.at = at;
      status[day] = pullStatus(stream, statuses, status, day);
      x = stream.x;
      at = stream.at;
      state = status[day]!;
    }

    if (state === 0) {
      // --- predict the total
      const holiday = holidays[dayOfYear]!;
      const departure = holiday - 1;
      const base = level * passing * weekdays[weekday]! * holiday;
      const weekdayDoubt = weekdayDoubts[weekday]!;
      const doubt =
        levelDoubt + passingDoubt + 2 * jointDoubt + weekdayDoubt + noise + HOLIDAY_DOUBT * departure * departure;
      const gain = lift - 1;
      let expected = base * (1 + promotion * gain);
      let relative = doubt + promotion * ((1 - promotion) * gain * gain + promotion * liftDoubt);
      if (expected < LEAST_MEAN) expected = LEAST_MEAN;
      if (expected > MODEL_LIMIT) expected = MODEL_LIMIT;
      let mean = expected;
      let counted = expected; // the variance of plain counting
      let variance = expected * (countingNoise + relative * expected);
      let lesser = 1;
      let lean = 1; // factor of the skewness

      // --- code the total, then the lesser side of it: flagged or unflagged
      let total = 0;
      let value: number;
      let partial = false;
      let flaggedIsLess = false;
      let partShare = 0;
      let plainShare = 0;
      let promotedShare = 0;
      let plainVariance = 0;
      let promotedVariance = 0;
      for (;;) {
        looked[0] = mean;
        looked[1] = variance;
        const varianceStep = words[SECOND_WORD]! >>> STEP_SHIFT;
        let table: number;
        let middle = 0;
        let leftOut = 0;
        let escape: number;
        if (partial && total <= SMALL_WHOLE) {
          looked[0] = lesser;
          let step = (words[FIRST_WORD]! >>> STEP_SHIFT) - LEAST_SHARE_STEP;
          if (step < 0) step = 0;
          const over = variance - counted;
          const unit = counted * (total - 1);
          let correlation = 0;
          if (total > 1 && over >= CORRELATION_1 * unit) {
            correlation =
              over < CORRELATION_2 * unit ? 1 : over < CORRELATION_3 * unit ? 2 : over < CORRELATION_4 * unit ? 3 : 4;
          }
          const key = (total * SHARE_STEPS + step) * CORRELATION_STEPS + correlation;
          table = shareTables[key]!;
          if (table === 0) table = tables.makeShareTable(key);
          escape = total + 1;
        } else if (mean < LARGE_MEAN && variance >= 0.85 * mean) {
          const meanStep = words[FIRST_WORD]! >>> STEP_SHIFT;
          let step = varianceStep - meanStep - LEAST_DISPERSION;
          if (step < 0) step = 0;
          if (step >= DISPERSION_STEPS) step = DISPERSION_STEPS - 1;
          const key = (meanStep - LEAST_MEAN_STEP) * DISPERSION_STEPS + step;
          table = countTables[key]!;
          if (table === 0) table = tables.makeCountTable(key);
          escape = cumulated[table - JUMPS - 1]! - 1;
        } else {
          const octave = (varianceStep >>> 3) - 1023;
          leftOut = octave < 8 ? 0 : (octave - 6) >> 1;
          let step = varianceStep - 16 * leftOut - LEAST_VARIANCE_STEP;
          if (step < 0) step = 0;
          const numerator = (2 * variance - counted) * lean;
          const square = numerator * numerator;
          const unit = counted * counted * variance;
          let skew = 0;
          if (square >= SKEWNESS_1 * unit) {
            skew = square < SKEWNESS_2 * unit ? 1 : square < SKEWNESS_3 * unit ? 2 : square < SKEWNESS_4 * unit ? 3 : 4;
          }
          middle = (mean + 0.5) | 0;
          let quarter = 0;
          if (step < FINE_STEP) {
            quarter = ((mean - middle + 0.5) * 4) | 0;
            if (quarter > 3) quarter = 3;
          }
          const key = (step * SKEWNESS_STEPS + skew) * 4 + quarter;
          table = bellTables[key]!;
          if (table === 0) table = tables.makeBellTable(key);
          escape = cumulated[table - JUMPS - 1]! - 1;
          middle = (middle - ((1 << leftOut) >> 1) - ((escape >> 1) << leftOut)) | 0; // what symbol 0 with low bits 0 stands for
        }

        const slot = x & MASK;
        let symbol = cumulated[table - JUMPS + (slot >> JUMP_SHIFT)]!;
        let start = cumulated[table + symbol]!;
        let next = cumulated[table + symbol + 1]!;
        while (next <= slot) {
          symbol++;
          start = next;
          next = cumulated[table + symbol + 1]!;
        }
        x = (Math.imul(next - start, x >> PRECISION) + slot - start) | 0;
        if (x < LOW && at < end) {
          x = (x << 8) | bytes[at++]!;
          if (x < LOW && at < end) x = (x << 8) | bytes[at++]!; // never a third: x is at least 2^8 here
        }
        if (symbol === escape || leftOut > PRECISION) {
          stream.x = x;
          stream.at = at;
          value =
            (symbol === escape ? pullAnything(stream) : middle + (symbol << leftOut) + pullBits(stream, leftOut)) | 0;
          x = stream.x;
          at = stream.at;
        } else if (leftOut > 0) {
          const shift = PRECISION - leftOut;
          const low = x & MASK;
          x = (((x >> PRECISION) << shift) + (low & ((1 << shift) - 1))) | 0;
          if (x < LOW && at < end) {
            x = (x << 8) | bytes[at++]!;
            if (x < LOW && at < end) x = (x << 8) | bytes[at++]!; // never a third: x is at least 2^8 here
          }
          value = (middle + (symbol << leftOut) + (low >> shift)) | 0;
        } else value = (middle + symbol) | 0;

        if (partial) break;
        if (value < 0 || value >= MODEL_LIMIT) throw damaged('a count is out of range');
        total = value;
        if (total === 0 || same) break;

        // --- predict the unflagged part
        const logit = share + sharePassing;
        const uncertain = shareDoubt + sharePassingDoubt + 2 * shareJointDoubt + shareNoise;
        if (known) {
          partShare = logistic(on ? logit + shift : logit);
          const spread = partShare * (1 - partShare);
          let correlation = spread * (on ? uncertain + shiftDoubt : uncertain);
          if (correlation > MOST_CORRELATION) correlation = MOST_CORRELATION;
          variance = total * spread * (1 + (total - 1) * correlation);
        } else {
          plainShare = logistic(logit);
          const plainSpread = plainShare * (1 - plainShare);
          let plainCorrelation = plainSpread * uncertain;
          if (plainCorrelation > MOST_CORRELATION) plainCorrelation = MOST_CORRELATION;
          plainVariance = total * plainSpread * (1 + (total - 1) * plainCorrelation);
          promotedShare = logistic(logit + shift);
          const spread = promotedShare * (1 - promotedShare);
          let correlation = spread * (uncertain + shiftDoubt);
          if (correlation > MOST_CORRELATION) correlation = MOST_CORRELATION;
          promotedVariance = total * spread * (1 + (total - 1) * correlation);
          const gap = (plainShare - promotedShare) * total;
          if (gap * gap > APART * (plainVariance + promotedVariance)) {
            const frequency = (32_768 * promotion) | 0;
            stream.x = x;
            stream.at = at;
            on = pullChoice(stream, frequency);
            x = stream.x;
            at = stream.at;
            known = true;
            promotion = on ? YES : NO;
            partShare = on ? promotedShare : plainShare;
            variance = on ? promotedVariance : plainVariance;
          } else {
            partShare = plainShare + promotion * (promotedShare - plainShare);
            variance = plainVariance + promotion * (promotedVariance - plainVariance + (1 - promotion) * gap * gap);
          }
        }
        flaggedIsLess = partShare > 0.5;
        lesser = flaggedIsLess ? 1 - partShare : partShare;
        if (lesser < LEAST_SHARE) lesser = LEAST_SHARE;
        mean = total * lesser;
        counted = mean * (1 - lesser);
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
          const each = 1 / plainVariance;
          const ratio = promotedVariance * each; // of the variances
          const surprise = 0.5 * each * (plain * plain - (other * other) / ratio);
          odds = (odds * coarseExp(surprise)) / Math.sqrt(ratio);
          promotion = odds / (1 + odds);
          if (odds > SURE || odds < NO) {
            known = true;
            on = odds > 1;
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
        shareDoubt -= levelGain * levelShare;
        sharePassingDoubt -= passingGain * passingShare;
        shareJointDoubt -= levelGain * passingShare;
        if (shiftShare > 0) {
          shift += shiftShare * error;
          shiftDoubt *= 1 - shiftShare * part;
        }
      } else if (total > 0) unflaggeds[day] = total;

      // --- learn from the total, the week now being better known
      expected = base * (1 + promotion * gain);
      relative = doubt + promotion * ((1 - promotion) * gain * gain + promotion * liftDoubt);
      if (expected < LEAST_MEAN) expected = LEAST_MEAN;
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
        weekdays[weekday] = weekdays[weekday]! * (weekdayFactor > LEAST_FACTOR ? weekdayFactor : LEAST_FACTOR);
        levelDoubt -= levelGain * levelShare;
        passingDoubt -= passingGain * passingShare;
        jointDoubt -= levelGain * passingShare;
        weekdayDoubts[weekday] = weekdayDoubt * (1 - weekdayGain);
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
    weekdayDoubts[weekday] = weekdayDoubts[weekday]! + weekdayADay;
    levelDoubt += levelADay;
    passing = 1 + (passing - 1) * passingKept;
    passingDoubt = passingDoubt * passingKept * passingKept + passingADay;
    jointDoubt *= passingKept;
    shareDoubt += shareLevelADay;
    sharePassing *= sharePassingKept;
    sharePassingDoubt = sharePassingDoubt * sharePassingKept * sharePassingKept + sharePassingADay;
    shareJointDoubt *= sharePassingKept;
  }
  stream.x = x;
  stream.at = at;
}
