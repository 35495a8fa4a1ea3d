import { describe, expect, it } from '@jest/globals';
import type { Dataset } from '#registry';
import { type Stated, dayTotals } from './day-total.js';

const DATASET: Dataset = {
  id: 'd', title: 'D', unit: 'visits', kind: 'sum', absence: 'zero', categories: [{ id: 'fever', title: 'Fever' }],
  openCategories: false, flags: [{ id: 'Y', title: 'Y' }, { id: 'N', title: 'N' }], total: 'sum', unflagged: undefined,
  cadence: 'day', timeZone: 'UTC',
}; // prettier-ignore

/** Cells of `fever`: flag, value, and facilities that report and suppress. */
const count = (cells: readonly [flag: string, value: number, reported: number, suppressed: number][], change: Partial<Stated> = {}): Stated => ({
  reporting: 1, withdrawn: 0, categories: cells.map(() => 'fever'), flags: cells.map(([flag]) => flag),
  values: cells.map(([, value]) => value), reported: cells.map(([, , reported]) => reported),
  suppressed: cells.map(([, , , suppressed]) => suppressed), ...change,
}); // prettier-ignore
const total = (of: Stated, dataset = DATASET): number => {
  const { stated, otherwise } = dayTotals(of, dataset);
  return stated.get('fever') ?? otherwise;
}; // prettier-ignore

describe('the total of a facility and day', () => {
  it('adds the flags, and is not known when a part of it is suppressed', () => {
    expect(total(count([['Y', 2, 1, 0], ['N', 3, 1, 0]]))).toBe(5); // prettier-ignore
    expect(total(count([['Y', 2, 1, 0], ['N', 0, 0, 1]]))).toBeNaN(); // prettier-ignore
    expect(total(count([['Y', 0, 0, 1], ['N', 3, 1, 0]]))).toBeNaN(); // prettier-ignore
    expect(total(count([['Y', 0, 0, 1]]))).toBeNaN();
    expect(total(count([['Y', 0, 1, 0]]))).toBe(0);
  });

  it('is the flag that reports the total, where there is one', () => {
    const own = { ...DATASET, total: { flag: 'Y' } };
    expect(total(count([['Y', 9, 1, 0], ['N', 3, 1, 0]]), own)).toBe(9); // prettier-ignore
    expect(total(count([['N', 3, 1, 0]]), own)).toBe(0);
  });

  it('of what nobody mentions is what absence means, and nothing where nobody reports or all have withdrawn', () => {
    expect(total(count([]))).toBe(0);
    expect(total(count([]), { ...DATASET, absence: 'missing' })).toBeNaN();
    expect(total(count([], { reporting: 0 }))).toBeNaN();
    expect(total(count([['Y', 2, 1, 0]], { reporting: 0, withdrawn: 1 }))).toBeNaN();
  });
});
