import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Observed } from './attacker.js';
import { type Auditor, openAuditor } from './auditor.js';

let auditor: Auditor;
beforeAll(async () => {
  auditor = await openAuditor();
});

const regions = [
  { key: 'nation', parent: -1 },
  { key: 'A', parent: 0 },
  { key: 'B', parent: 0 },
  { key: 'C', parent: 0 },
];
const leaves = new Map([
  ['a', 1],
  ['b', 2],
  ['c', 3],
]);
const counted = (counts: Readonly<Record<string, number>>, statements: Readonly<Record<string, number>> = {}) =>
  new Map(Object.entries(counts).map(([f, count]) => [f, { statement: statements[f] ?? 0, count }]));
const shown = (numbers: Readonly<Record<string, number>>) => new Map(Object.entries(numbers));
const day = (...releases: Observed['releases']): Observed => ({ regions, leaves, releases, threshold: 10 });

describe('the auditor', () => {
  it('derives a number that alone is hidden', () => {
    const truth = counted({ a: 4, b: 30, c: 40 });
    const { derivable } = auditor.audit(day({ shown: shown({ nation: 74, B: 30, C: 40 }), counted: truth }), 5);
    expect(derivable).toEqual([{ cell: 'A at release 1', low: 4, high: 4 }]);
  });

  it('derives nothing from a sum of a small and a large number', () => {
    const truth = counted({ a: 4, b: 30, c: 40 });
    const audit = auditor.audit(day({ shown: shown({ nation: 74, C: 40 }), counted: truth }), 5);
    expect(audit).toMatchObject({ derivable: [], narrowest: 34, sought: 1, solved: 2, hidden: 5, cells: 7 });
  });

  it('derives two numbers of which it is known that both are small', () => {
    const truth = counted({ a: 10, b: 9, c: 40 });
    const known = ['a', 'b'].map((f) => ({ statements: counted({ [f]: f === 'a' ? 10 : 9 }), low: 1, high: 10 }));
    const { derivable } = auditor.audit(day({ shown: shown({ nation: 59, C: 40 }), counted: truth, known }), 5);
    expect(derivable).toEqual([
      { cell: 'A at release 1', low: 9, high: 10 },
      { cell: 'B at release 1', low: 9, high: 10 },
    ]);
  });

  it('derives the number of a facility that came between two releases', () => {
    const { derivable } = auditor.audit(
      day(
        { shown: shown({ nation: 70 }), counted: counted({ b: 30, c: 40 }) },
        { shown: shown({ nation: 73 }), counted: counted({ a: 3, b: 30, c: 40 }) },
      ),
      5,
    );
    expect(derivable).toEqual([{ cell: 'A at release 2', low: 3, high: 3 }]);
  });

  it('derives an older number from a pattern that has changed', () => {
    const { derivable } = auditor.audit(
      day(
        { shown: shown({ nation: 74, C: 40 }), counted: counted({ a: 4, b: 30, c: 40 }) },
        {
          shown: shown({ nation: 85, A: 15, B: 30, C: 40 }),
          counted: counted({ a: 15, b: 30, c: 40 }, { a: 1 }),
        },
      ),
      5,
    );
    expect(derivable).toEqual([{ cell: 'A at release 1', low: 4, high: 4 }]);
  });

  it('says when a shown number is small, or no sum of what is counted', () => {
    const truth = counted({ a: 4, b: 30, c: 40 });
    const { wrong } = auditor.audit(day({ shown: shown({ nation: 75, A: 4 }), counted: truth }), 5);
    expect(wrong).toEqual([
      'nation at release 1: not the sum of what is counted',
      'A at release 1: a small count is shown',
    ]);
  });
});
