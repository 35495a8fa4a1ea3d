import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Region, parseRegion, regionKey } from '#vocabulary';
import type { Cell } from '../judge/judge-cell.js';
import { type Event, foldCells } from './fold.js';

const PARENTS: Readonly<Record<string, string>> = {
  'county:42091': 'state:PA',
  'county:42017': 'state:PA',
  'county:34023': 'state:NJ',
  'state:PA': 'nation:us',
  'state:NJ': 'nation:us',
};
const at = (key: string): Region => parseRegion(key)!;
const isWithin = (inner: Region, outer: Region): boolean => {
  for (let key = PARENTS[regionKey(inner)]; key !== undefined; key = PARENTS[key])
    if (key === regionKey(outer)) return true;
  return false;
};
const cell = (region: string, p: number, rest: Partial<Cell> = {}): Cell => ({
  region: at(region), category: 'fever', day: 100, judged: 'alarm', value: 50, expected: 10, upperbound: 20, statistic: -Math.log(p),
  p, share: 1, usualShare: 1, matched: 5, ...rest,
}); // prettier-ignore
const nameOf = ({ region, category, day }: Cell): string => `${regionKey(region)} ${category} ${day}`;

function fold(cells: readonly Cell[], known: readonly Event[] = []) {
  const { eventOf, events } = foldCells(cells, known, {
    gap: 3,
    isWithin,
    cellAt: (region, category, day) =>
      cells.find((one) => regionKey(one.region) === regionKey(region) && one.category === category && one.day === day),
    idOf: nameOf,
  });
  return { events, ids: cells.map((one) => eventOf.get(one)) };
}

describe('one event is one alarm', () => {
  it('in a county, and in every region around it that the county explains', () => {
    const cells = [cell('county:42091', 1e-9), cell('state:PA', 1e-6, { value: 90, expected: 40 }), cell('nation:us', 1e-4, { value: 260, expected: 210 })]; // prettier-ignore
    expect(fold(cells).ids).toEqual(new Array(3).fill('county:42091 fever 100'));
  });

  it('but a rise around it that it does not explain is another', () => {
    const cells = [cell('county:42091', 1e-9), cell('nation:us', 1e-6, { value: 900, expected: 400 })];
    expect(new Set(fold(cells).ids).size).toBe(2);
  });

  it('in a wave of the nation, with the counties that rise with it', () => {
    const cells = [cell('nation:us', 1e-20, { value: 900, expected: 400 }), cell('county:42091', 1e-5), cell('county:34023', 1e-4)]; // prettier-ignore
    expect(new Set(fold(cells).ids)).toEqual(new Set(['nation:us fever 100']));
  });

  it('but a county that stands out more than the wave ever did is another, also in the days after', () => {
    const wave: Event = { id: 'wave', region: at('nation:us'), category: 'fever', categories: ['fever'], first: 90, last: 99, p: 1e-5 }; // prettier-ignore
    expect(fold([cell('county:42091', 1e-9), cell('county:34023', 1e-4)], [wave]).ids).toEqual([
      'county:42091 fever 100',
      'wave',
    ]);
  });

  it('in several categories of one place, and around it in those categories', () => {
    const cells = [
      cell('county:42091', 1e-9),
      cell('county:42091', 1e-3, { category: 'rash' }),
      cell('state:PA', 1e-4, { category: 'rash' }),
      cell('state:PA', 1e-4, { category: 'injury' }),
    ];
    expect(fold(cells).ids).toEqual([
      ...new Array<string>(3).fill('county:42091 fever 100'),
      'state:PA injury 100',
    ]); // prettier-ignore
  });

  it('over days without a longer gap', () => {
    const days = [100, 101, 104, 108].map((day) => cell('county:42091', 1e-6, { day }));
    const { ids, events } = fold(days);
    expect(ids).toEqual([...new Array<string>(3).fill(ids[0]!), 'county:42091 fever 108']);
    expect(events[0]).toMatchObject({ first: 100, last: 104 });
  });

  it('and not in neighbouring counties', () => {
    expect(new Set(fold([cell('county:42091', 1e-6), cell('county:42017', 1e-6)]).ids).size).toBe(2);
  });

  const anyCell = fc.record({
    region: fc.constantFrom('county:42091', 'county:42017', 'county:34023', 'state:PA', 'state:NJ', 'nation:us'),
    p: fc.constantFrom(1e-9, 1e-6, 1e-3, NaN),
    category: fc.constantFrom('fever', 'rash'),
    day: fc.integer({ min: 100, max: 110 }),
  });
  const someCells = fc.uniqueArray(anyCell, {
    selector: ({ region, category, day }) => `${region} ${category} ${day}`,
    maxLength: 25,
  });

  it('whatever the order in which its cells are found', () => {
    fc.assert(
      fc.property(someCells, fc.infiniteStream(fc.nat()), (given, numbers) => {
        const cells = given.map(({ region, p, ...rest }) => cell(region, p, { ...rest, statistic: 1 }));
        const shuffled = cells.map((one) => ({ one, key: numbers.next().value! })).sort((a, b) => a.key - b.key).map(({ one }) => one); // prettier-ignore
        const [a, b] = [fold(cells), fold(shuffled)];
        for (const [i, one] of cells.entries()) expect(b.ids[shuffled.indexOf(one)]).toBe(a.ids[i]);
        expect(a.ids.every((id) => id !== undefined)).toBe(true);
      }),
    );
  });

  it('and once its cells are known, finding them again begins none', () => {
    fc.assert(
      fc.property(someCells, (given) => {
        const cells = given.map(({ region, p, ...rest }) => cell(region, p, { ...rest, statistic: 1 }));
        const first = fold(cells);
        const known = new Set(first.events.map(({ id }) => id));
        expect(fold(cells, first.events).ids.every((id) => known.has(id!))).toBe(true);
      }),
    );
  });
});
