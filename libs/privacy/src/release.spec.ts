import { describe, expect, it } from '@jest/globals';
import { type DayRelease, nextRelease, releasedCounts } from './release.js';
import { protectionFor } from './rule.js';

const rule = { threshold: 10, protection: 5 };
/** Facilities `state.county.name`. */
const place = (facility: string) => {
  const [state, county] = facility.split('.');
  return { facility, path: ['nation', `nation.${state}`, `nation.${state}.${county}`] };
};

/** Releases a day in steps; gives what is shown after each. */
function shownOf(...steps: Readonly<Record<string, number>>[]): Record<string, number>[] {
  let day: DayRelease | undefined;
  return steps.map((step) => {
    const numbers = new Map([['c', new Map(Object.entries(step))]]);
    day = nextRelease(day, { rule, places: Object.keys(step).map(place), numbers }) ?? day;
    return day ? Object.fromEntries(releasedCounts(day, 'c')) : {};
  });
}

describe('the first release of a day', () => {
  it('shows every number when none is small, and zero is not small', () => {
    expect(shownOf({ 'A.a.1': 20, 'A.b.1': 0, 'B.a.1': 11 })).toEqual([
      { nation: 31, 'nation.A': 20, 'nation.A.a': 20, 'nation.A.b': 0, 'nation.B': 11, 'nation.B.a': 11 },
    ]);
  });

  it('hides a small number, and with it a sibling that would give it away', () => {
    const [shown] = shownOf({ 'A.a.1': 3, 'A.b.1': 40, 'A.c.1': 50, 'A.c.2': 7, 'B.a.1': 30 });
    expect(shown).toMatchObject({ nation: 130, 'nation.A': 100, 'nation.B': 30, 'nation.A.c': 57 });
    expect(shown).not.toHaveProperty('nation.A.a');
    expect(shown).not.toHaveProperty('nation.A.b');
  });

  it('hides a further sibling when two small numbers add up to nearly the most they can', () => {
    const [shown] = shownOf({ 'A.a.1': 10, 'A.b.1': 9, 'A.c.1': 40, 'B.a.1': 30 });
    expect(shown).toEqual({ nation: 89, 'nation.A': 59, 'nation.B': 30, 'nation.B.a': 30 });
  });

  it('lets two small numbers stand for each other when their sum says little of either', () => {
    const [shown] = shownOf({ 'A.a.1': 6, 'A.b.1': 6, 'A.c.1': 40, 'B.a.1': 30 });
    expect(shown).toMatchObject({ 'nation.A': 52, 'nation.A.c': 40 });
  });

  it('hides a region whose parts cannot be told apart from it, and a sibling of it', () => {
    const [shown] = shownOf({ 'A.a.1': 3, 'A.b.1': 12, 'B.a.1': 30, 'C.a.1': 90 });
    expect(Object.keys(shown!)).not.toContain('nation.A.a');
    expect(Object.keys(shown!)).not.toContain('nation.A.b');
    expect(shown!['nation']).toBe(135);
  });

  it('shows nothing of a day whose only number is small', () => {
    expect(shownOf({ 'A.a.1': 4 })).toEqual([{}]);
  });

  it('chooses the same for the same numbers, in whatever order they come', () => {
    const entries = Object.entries({ 'A.a.1': 3, 'A.b.1': 40, 'A.c.1': 41, 'B.a.1': 30, 'B.b.1': 5, 'B.c.1': 60 });
    const [one] = shownOf(Object.fromEntries(entries));
    const day = nextRelease(undefined, {
      rule,
      places: entries.map(([facility]) => place(facility)),
      numbers: new Map([['c', new Map(entries.toReversed())]]),
    });
    expect(Object.fromEntries(releasedCounts(day!, 'c'))).toEqual(one);
  });
});

describe('a later release', () => {
  const first = { 'A.a.1': 30, 'A.b.1': 40, 'B.a.1': 50 };

  it('shows a change that is not small', () => {
    const [, shown] = shownOf(first, { ...first, 'A.a.1': 60 });
    expect(shown).toMatchObject({ nation: 150, 'nation.A': 100, 'nation.A.a': 60 });
  });

  it('waits with a change that is small, at every level', () => {
    const [before, after] = shownOf(first, { ...first, 'A.a.1': 33 });
    expect(after).toEqual(before);
  });

  it('does not tell the small number of a late facility as a difference', () => {
    const [before, after] = shownOf(first, { ...first, 'A.a.2': 4 });
    expect(after).toEqual(before);
  });

  it('lets late facilities in together', () => {
    const [, , shown] = shownOf(first, { ...first, 'A.a.2': 4 }, { ...first, 'A.a.2': 4, 'A.a.3': 9 });
    expect(shown).toMatchObject({ nation: 133, 'nation.A.a': 43 });
  });

  it('keeps hidden what is hidden, however large it grows', () => {
    const start = { 'A.a.1': 3, 'A.b.1': 40, 'A.c.1': 50, 'B.a.1': 30 };
    const [, shown] = shownOf(start, { ...start, 'A.a.1': 300 });
    expect(shown).toMatchObject({ 'nation.A': 390 });
    expect(shown).not.toHaveProperty('nation.A.a');
    expect(shown).not.toHaveProperty('nation.A.b');
  });

  it('keeps the last number when the newest is small', () => {
    const [, shown] = shownOf(first, { ...first, 'B.a.1': 5 });
    expect(shown).toMatchObject({ nation: 120, 'nation.B': 50 });
  });

  it('counts a region that had not reported at first in the regions above it only', () => {
    const [, shown] = shownOf(first, { ...first, 'A.x.1': 70 });
    expect(shown).toMatchObject({ nation: 190, 'nation.A': 140, 'nation.A.a': 30 });
    expect(shown).not.toHaveProperty('nation.A.x');
  });

  it('follows a facility that takes its large number back', () => {
    const { 'A.a.1': gone, ...rest } = first;
    const [, shown] = shownOf(first, rest);
    expect(gone).toBe(30);
    expect(shown).toMatchObject({ nation: 90, 'nation.A': 40 });
  });

  it('is none when nothing changes', () => {
    const given = {
      rule,
      places: Object.keys(first).map(place),
      numbers: new Map([['c', new Map(Object.entries(first))]]),
    };
    const day = nextRelease(undefined, given);
    expect(day?.no).toBe(1);
    expect(nextRelease(day, given)).toBeUndefined();
  });

  it('keeps the rule with which the day began', () => {
    const given = { places: Object.keys(first).map(place), numbers: new Map([['c', new Map(Object.entries(first))]]) };
    const day = nextRelease(undefined, { ...given, rule });
    const numbers = new Map([['c', new Map(Object.entries({ ...first, 'A.a.1': 36 }))]]);
    expect(nextRelease(day, { ...given, numbers, rule: { threshold: 5, protection: 3 } })).toBeUndefined();
  });
});

it('protects by half the threshold unless told otherwise', () => {
  expect([1, 4, 5, 10, 11].map(protectionFor)).toEqual([1, 2, 3, 5, 6]);
});
