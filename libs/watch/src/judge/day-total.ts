import { MAX_COUNT } from '#vocabulary';
import type { Dataset } from '#registry';
import type { FacilityCount } from '#warehouse';

export type Stated = Pick<
  FacilityCount,
  'reporting' | 'withdrawn' | 'categories' | 'flags' | 'values' | 'reported' | 'suppressed'
>;

/** The totals of one facility and day by category; NaN where it has no number. */
export interface DayTotals {
  readonly stated: ReadonlyMap<string, number>;
  /** Of every other category: what absence means. */
  readonly otherwise: number;
}

/** As the series of a facility has them: the total is not known when a part of it is suppressed. */
export function dayTotals(count: Stated, dataset: Pick<Dataset, 'absence' | 'total'>): DayTotals {
  const { reporting, withdrawn, categories, flags, values, reported, suppressed } = count;
  const stated = new Map<string, number>();
  if (reporting === 0 && withdrawn > 0) return { stated, otherwise: NaN };
  const otherwise = reporting > 0 && dataset.absence === 'zero' ? 0 : NaN;
  const hidden = new Set<string>();
  for (const [i, category] of categories.entries()) {
    if (dataset.total !== 'sum' && flags[i] !== dataset.total.flag) continue;
    const known = stated.get(category) ?? NaN;
    const value = reported[i]! > 0 ? values[i]! : NaN;
    stated.set(category, Number.isNaN(known) ? value : known + (Number.isNaN(value) ? 0 : value));
    if (suppressed[i]! > 0) hidden.add(category);
  }
  for (const [category, total] of stated) stated.set(category, hidden.has(category) ? NaN : Math.min(total, MAX_COUNT));
  return { stated, otherwise };
}
