import { coarseExp, logistic } from './exact-math.js';
import { COUNTING, dayOfYear, DYNAMICS, HOLIDAY_FACTORS, NOISE, type Preset, PROMOTION, SHARES } from './presets.js';

/** Counts from here on are not modelled; the writer falls back to plain integers. */
export const MODEL_LIMIT = 2 ** 30;

/** Odds beyond which a week's regime counts as known. */
const SURE = 64;
/** Squared distance of the two regimes' means, in variances, from which the regime is coded by itself. */
const APART = 12;
/** How far a holiday's own factor may be off, as a share of its departure from 1. */
const HOLIDAY_DOUBT = 0.2;

/**
 * What is believed of a series before a day: a Kalman filter on relative errors. mean = level × passing × weekday ×
 * holiday × promotion; uncertainties are relative variances. The second half does the same for the logit of the share
 * of unflagged counts, in weeks with and without promotion. Then what is predicted for the day at hand.
 * docs/series-codec.md has the formulas.
 */
export interface Model {
  readonly preset: Preset;
  readonly days: number;
  readonly promoted: boolean;
  readonly noise: number;
  readonly counting: number;
  readonly holiday: Float64Array;
  level: number;
  passing: number;
  levelDoubt: number;
  passingDoubt: number;
  /** Covariance of level and passing. */
  jointDoubt: number;
  readonly weekday: Float64Array;
  readonly weekdayDoubt: Float64Array;
  lift: number;
  liftDoubt: number;
  odds: number;
  known: boolean;
  share: number;
  sharePassing: number;
  shareDoubt: number;
  sharePassingDoubt: number;
  shareJointDoubt: number;
  shift: number;
  shiftDoubt: number;
  // --- the day at hand
  /** Mean without promotion, and its relative variance without that of counting and of promotion. */
  base: number;
  doubt: number;
  extra: number;
  mean: number;
  variance: number;
  // --- the unflagged part of the day's total
  plainShare: number;
  promotedShare: number;
  plainVariance: number;
  promotedVariance: number;
  partShare: number;
  partVariance: number;
}

export function startModel(preset: Preset, days: number): Model {
  const dynamics = DYNAMICS[preset.dynamics]!;
  const sharing = SHARES[preset.sharing]!;
  let level = preset.level % 2 === 1 ? 1.4142135623730951 : 1;
  for (let i = preset.level >> 1; i > 4; i--) level *= 2;
  for (let i = preset.level >> 1; i < 4; i++) level /= 2;
  return {
    preset,
    days,
    promoted: preset.promotion > 0,
    noise: NOISE[preset.noise]!,
    counting: COUNTING[preset.counting]!,
    holiday: HOLIDAY_FACTORS[preset.holidays]!,
    level,
    passing: 1,
    levelDoubt: dynamics.level,
    passingDoubt: dynamics.passingADay / (1 - dynamics.passingKept * dynamics.passingKept),
    jointDoubt: 0,
    weekday: new Float64Array(7).fill(1),
    weekdayDoubt: new Float64Array(7).fill(dynamics.weekday),
    lift: PROMOTION.lift,
    liftDoubt: PROMOTION.liftVariance,
    odds: preset.promotion > 0 ? PROMOTION.odds : 0,
    known: preset.promotion === 0,
    share: (preset.share - 7) / 2,
    sharePassing: 0,
    shareDoubt: sharing.level,
    sharePassingDoubt: sharing.passingADay / (1 - sharing.passingKept * sharing.passingKept),
    shareJointDoubt: 0,
    shift: PROMOTION.shift,
    shiftDoubt: PROMOTION.shiftVariance,
    base: 0,
    doubt: 0,
    extra: 0,
    mean: 0,
    variance: 0,
    plainShare: 0,
    promotedShare: 0,
    plainVariance: 0,
    promotedVariance: 0,
    partShare: 0,
    partVariance: 0,
  };
}

/** Predicts the total of a day: mean and variance. */
export function predictTotal(model: Model, day: number): void {
  const weekday = day % 7;
  const holiday = model.holiday[dayOfYear(day, model.days)]!;
  const base = model.level * model.passing * model.weekday[weekday]! * holiday;
  const doubt = model.levelDoubt + model.passingDoubt + 2 * model.jointDoubt + model.weekdayDoubt[weekday]!;
  const departure = HOLIDAY_DOUBT * (holiday - 1) * (holiday - 1);
  let mean = base;
  let relative = doubt + model.noise + departure;
  if (model.promoted) {
    if (weekday === model.preset.promotion - 1) {
      model.odds = PROMOTION.odds;
      model.known = false;
    }
    const promotion = model.odds / (1 + model.odds);
    const gain = model.lift - 1;
    mean *= 1 + promotion * gain;
    relative += promotion * ((1 - promotion) * gain * gain + promotion * model.liftDoubt);
  }
  model.base = base;
  model.doubt = doubt;
  model.extra = model.noise + departure;
  if (mean < 0.004) mean = 0.004;
  if (mean > MODEL_LIMIT) mean = MODEL_LIMIT;
  model.mean = mean;
  model.variance = mean * (model.counting + relative * mean);
}

/** Takes in the day's total, after its unflagged part. */
export function learnTotal(model: Model, day: number, total: number): void {
  let mean = model.base;
  let spread = model.extra;
  let promotion = 0;
  if (model.promoted) {
    promotion = model.odds / (1 + model.odds);
    const gain = model.lift - 1;
    mean *= 1 + promotion * gain;
    spread += promotion * ((1 - promotion) * gain * gain + promotion * model.liftDoubt);
  }
  if (mean < 0.004) mean = 0.004;
  const each = 1 / mean;
  let error = (total - mean) * each;
  const all = model.doubt + spread + model.counting * each;
  const surprise = error * error;
  if (total === 0 && mean > 8 && 16 * all < 1) return; // a day that was not reported, not a level of 0
  const dynamics = DYNAMICS[model.preset.dynamics]!;
  const part = 1 / all;
  const most = dynamics.clip * dynamics.clip * all;
  if (surprise > most) error = error < 0 ? -Math.sqrt(most) : Math.sqrt(most);
  const weekday = day % 7;
  const levelShare = model.levelDoubt + model.jointDoubt;
  const passingShare = model.passingDoubt + model.jointDoubt;
  const levelGain = levelShare * part;
  const passingGain = passingShare * part;
  const weekdayGain = model.weekdayDoubt[weekday]! * part;
  model.level *= 1 + levelGain * error;
  model.passing *= 1 + passingGain * error;
  model.weekday[weekday]! *= 1 + weekdayGain * error;
  model.levelDoubt -= levelGain * levelShare;
  model.passingDoubt -= passingGain * passingShare;
  model.jointDoubt -= levelGain * passingShare;
  model.weekdayDoubt[weekday]! *= 1 - weekdayGain;
  if (promotion > 0.5) {
    const liftGain = promotion * model.liftDoubt * part;
    model.lift *= 1 + liftGain * error;
    model.liftDoubt *= 1 - liftGain;
  }
  if (surprise > dynamics.jump * all) {
    const over = surprise / (dynamics.jump * all) - 1;
    model.levelDoubt += over > 1 ? 0.3 : 0.3 * over;
  }
}

/** What time does to a series between two days, whether a count was seen or not. */
export function passDay(model: Model, day: number): void {
  const { levelADay, passingADay, passingKept, weekdayADay } = DYNAMICS[model.preset.dynamics]!;
  model.weekdayDoubt[day % 7]! += weekdayADay;
  model.levelDoubt += levelADay;
  model.passingDoubt = model.passingDoubt * passingKept * passingKept + passingADay;
  model.jointDoubt *= passingKept;
  model.passing = 1 + (model.passing - 1) * passingKept;
  if (model.preset.same) return;
  const sharing = SHARES[model.preset.sharing]!;
  model.shareDoubt += sharing.levelADay;
  model.sharePassingDoubt = model.sharePassingDoubt * sharing.passingKept * sharing.passingKept + sharing.passingADay;
  model.shareJointDoubt *= sharing.passingKept;
  model.sharePassing *= sharing.passingKept;
}

/** Predicts the unflagged part of a total. True when the week's regime is to be coded first, then {@link settle} it. */
export function predictPart(model: Model, total: number): boolean {
  const noise = SHARES[model.preset.sharing]!.noise;
  const doubt = model.shareDoubt + model.sharePassingDoubt + 2 * model.shareJointDoubt + noise;
  const logit = model.share + model.sharePassing;
  if (!model.known || model.odds < 1) {
    const share = logistic(logit);
    const spread = share * (1 - share);
    model.plainShare = share;
    model.plainVariance = partVariance(total, spread, spread * doubt);
    if (model.known) {
      model.partShare = share;
      model.partVariance = model.plainVariance;
      return false;
    }
  }
  const share = logistic(logit + model.shift);
  const spread = share * (1 - share);
  model.promotedShare = share;
  model.promotedVariance = partVariance(total, spread, spread * (doubt + model.shiftDoubt));
  if (model.known) {
    model.partShare = share;
    model.partVariance = model.promotedVariance;
    return false;
  }
  const gap = (model.plainShare - share) * total;
  if (gap * gap > APART * (model.plainVariance + model.promotedVariance)) return true;
  const promotion = model.odds / (1 + model.odds);
  model.partShare = model.plainShare + promotion * (share - model.plainShare);
  model.partVariance =
    model.plainVariance + promotion * (model.promotedVariance - model.plainVariance + (1 - promotion) * gap * gap);
  return false;
}

/** n q (1 − q) (1 + (n − 1) × correlation), with the correlation held below 0.3. */
function partVariance(total: number, spread: number, correlation: number): number {
  return total * spread * (1 + (total - 1) * (correlation < 0.3 ? correlation : 0.3));
}

/** Frequency of "a promotion week" in 2^15. */
export function promotionFrequency(model: Model): number {
  return ((32_768 * model.odds) / (1 + model.odds)) | 0 || 1;
}

/** The week's regime is known from now on. */
export function settle(model: Model, promoted: boolean): void {
  model.known = true;
  model.odds = promoted ? SURE : 1 / SURE;
  model.partShare = promoted ? model.promotedShare : model.plainShare;
  model.partVariance = promoted ? model.promotedVariance : model.plainVariance;
}

/** Takes in the unflagged part of a total above 0. */
export function learnPart(model: Model, total: number, unflagged: number): void {
  if (!model.known) {
    const plain = unflagged - model.plainShare * total;
    const promoted = unflagged - model.promotedShare * total;
    const likelier = coarseExp(
      0.5 * ((plain * plain) / model.plainVariance - (promoted * promoted) / model.promotedVariance),
    );
    model.odds *= likelier * Math.sqrt(model.plainVariance / model.promotedVariance);
    if (model.odds > SURE) {
      model.odds = SURE;
      model.known = true;
    } else if (model.odds < 1 / SURE) {
      model.odds = 1 / SURE;
      model.known = true;
    }
  }
  const promotion = model.promoted ? model.odds / (1 + model.odds) : 0;
  let share = model.plainShare;
  if (promotion > 0.5 && model.known) share = model.promotedShare;
  else if (promotion > 0 && !model.known) share += promotion * (model.promotedShare - share);
  const spread = total * share * (1 - share);
  const each = 1 / spread;
  const shiftDoubt = promotion > 0.5 ? promotion * model.shiftDoubt : 0;
  const levelShare = model.shareDoubt + model.shareJointDoubt;
  const passingShare = model.sharePassingDoubt + model.shareJointDoubt;
  const all = levelShare + passingShare + each + SHARES[model.preset.sharing]!.noise + shiftDoubt;
  let error = (unflagged - share * total) * each;
  if (error * error > 12 * all) error = error < 0 ? -Math.sqrt(12 * all) : Math.sqrt(12 * all);
  const part = 1 / all;
  const trust = model.known ? part : part * (1 - 3.2 * promotion * (1 - promotion));
  const levelGain = levelShare * trust;
  const passingGain = passingShare * trust;
  model.share += levelGain * error;
  model.sharePassing += passingGain * error;
  model.shareDoubt -= levelGain * levelShare;
  model.sharePassingDoubt -= passingGain * passingShare;
  model.shareJointDoubt -= levelGain * passingShare;
  if (shiftDoubt > 0) {
    const shiftGain = shiftDoubt * part;
    model.shift += shiftGain * error;
    model.shiftDoubt *= 1 - shiftGain;
  }
}
