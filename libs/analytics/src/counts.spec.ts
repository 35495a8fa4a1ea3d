import { describe, expect, it } from '@jest/globals';
import type { Dataset } from '#registry';
import type { RegionRow } from '#warehouse';
import { withheld } from './counts.js';
import { buildRegionYear } from './region-year.js';
import { STATUS, startOfYear, statusName } from '#vocabulary';

const DATASET: Dataset = {
  id: 'd', title: 'D', unit: 'visits', kind: 'sum', absence: 'zero', openCategories: false,
  categories: ['stated', 'silent', 'secret'].map((id) => ({ id, title: id })),
  flags: ['N', 'Y'].map((id) => ({ id, title: id })),
  total: 'sum', unflagged: undefined, cadence: 'day', timeZone: 'UTC',
  suppression: { threshold: 10, protection: 5, finest: 'county', wait: 0, every: 24 },
}; // prettier-ignore

/** One category stated by numbers in both flags, one withheld by its sender, one not mentioned. */
const ROW: RegionRow = {
  region: '42091', day: startOfYear(2024), rev: 7, reporting: 2, withdrawn: 0,
  categories: ['stated', 'stated', 'secret'], flags: ['N', 'Y', 'N'], values: [30, 12, 0],
  reported: [2, 2, 0], suppressed: [0, 0, 1], missing: [0, 0, 0],
}; // prettier-ignore

/** What is answered of the first day: category → status and value. */
function answered(numbers: ReadonlyMap<string, number> | undefined, dataset = DATASET, row = ROW, flag?: string) {
  const asked = flag === undefined ? dataset : { ...dataset, total: { flag } };
  const year = buildRegionYear(asked, { level: 'county', year: 2024, rows: [withheld(row, { dataset, numbers })] });
  return Object.fromEntries(
    [...year.categories].map(([category, { total, status }]) => [
      category,
      status[0] === STATUS.reported ? total[0] : statusName(status[0]!),
    ]),
  );
}

describe('counts for those who may not see small ones', () => {
  it('are the released numbers, and suppressed where there is none', () => {
    expect(answered(new Map([['stated', 40]]))).toEqual({ stated: 40, silent: 'suppressed', secret: 'suppressed' });
    expect(answered(undefined)).toEqual({ stated: 'suppressed', silent: 'suppressed', secret: 'suppressed' });
  });

  it('are zero where zero was released, also of what nobody mentioned', () => {
    expect(answered(new Map([['silent', 0]]))).toMatchObject({ silent: 0 });
  });

  it('do not tell what was mentioned from what was not', () => {
    const { stated, silent } = answered(undefined);
    expect(stated).toBe(silent);
  });

  it('are suppressed for each flag, whatever is released of the total', () => {
    for (const flag of ['N', 'Y'])
      expect(answered(new Map([['stated', 40]]), DATASET, ROW, flag)).toMatchObject({
        stated: 'suppressed',
        silent: 'suppressed',
      });
  });

  it('leave missing what was not reported, and deleted what was taken back', () => {
    const absent: Dataset = { ...DATASET, absence: 'missing' };
    expect(answered(new Map(), absent)).toMatchObject({ silent: 'missing', stated: 'suppressed' });
    const gone: RegionRow = {
      ...ROW, reporting: 0, withdrawn: 2, categories: [], flags: [], values: [], reported: [], suppressed: [], missing: [],
    }; // prettier-ignore
    expect(answered(new Map([['stated', 40]]), DATASET, gone)).toMatchObject({ stated: 'deleted' });
  });

  it('of a flag that reports the total itself are that flag', () => {
    const total: Dataset = { ...DATASET, total: { flag: 'N' } };
    expect(answered(new Map([['stated', 28]]), total)).toMatchObject({ stated: 28 });
    expect(answered(new Map([['stated', 28]]), total, ROW, 'Y')).toMatchObject({ stated: 'suppressed' });
  });
});
