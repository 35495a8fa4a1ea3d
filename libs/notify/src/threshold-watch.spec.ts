import { beforeEach, describe, expect, it } from '@jest/globals';
import { parseDay } from '#vocabulary';
import type { Notice } from './event.js';
import { openThresholdWatch, type ThresholdWatch } from './threshold-watch.js';

const NOW = Date.parse('2026-03-10T12:00:00Z');
const PA = { level: 'state', code: 'PA' } as const;
const onDay = (text: string): number => parseDay(text) ?? 0;

let reporting: Record<string, number>;
let totals: Record<string, number | null>;
let notices: Notice[];
let fails = false;

function open(): ThresholdWatch {
  return openThresholdWatch({
    settings: {
      completeness: [{ dataset: 'ed', region: 'state:PA', share: 0.8 }],
      revisions: [{ dataset: 'ed', region: 'state:PA', change: 0.2, counts: 10, days: 2 }],
    },
    completenessOf: async () => Object.entries(reporting).map(([day, count]) => ({ day: onDay(day), reporting: count, participating: 10 })), // prettier-ignore
    totalsOf: async ({ from, to }) =>
      new Map([['fever', Array.from({ length: to - from + 1 }, (_, n) => {
        const found = Object.entries(totals).find(([day]) => onDay(day) === from + n);
        return found ? found[1] : null;
      })]]), // prettier-ignore
    async tell(notice) {
      if (fails) throw new Error('the disk is full');
      notices.push(notice);
    },
    now: () => NOW,
    log: () => undefined,
    gatherMs: 60_000,
  });
}
const commit = { dataset: 'ed', touched: [{ region: PA }] };
const dataOf = (topic: string) => notices.filter((one) => one.topic === topic).map(({ data }) => data);

beforeEach(() => {
  [reporting, totals, notices, fails] = [{}, {}, [], false];
});

describe('completeness', () => {
  it('is told once, when enough have reported for a day, in the order of the days', async () => {
    const watch = open();
    reporting = { '2026-03-08': 8, '2026-03-09': 7 };
    await watch.settled();
    watch.changed(commit);
    await watch.settled();
    reporting = { '2026-03-08': 10, '2026-03-09': 9 };
    watch.changed(commit);
    await watch.settled();
    expect(dataOf('completeness')).toEqual([
      { dataset: 'ed', region: 'state:PA', day: '2026-03-08', reporting: 8, participating: 10, share: 0.8 },
      { dataset: 'ed', region: 'state:PA', day: '2026-03-09', reporting: 9, participating: 10, share: 0.8 },
    ]);
    expect(notices.map(({ key }) => key)).toEqual(['state:PA', 'state:PA']);
    await watch.close();
  });

  it('has the same id after a restart, so that receivers know it again', async () => {
    reporting = { '2026-03-08': 8 };
    for (const watch of [open(), open()]) await watch.settled();
    expect(new Set(notices.map(({ id }) => id)).size).toBe(1);
    expect(notices).toHaveLength(2);
  });

  it('that could not be told is told at the next change', async () => {
    reporting = { '2026-03-08': 8 };
    fails = true;
    const watch = open();
    await watch.settled();
    fails = false;
    watch.changed(commit);
    await watch.settled();
    expect(dataOf('completeness')).toHaveLength(1);
  });
});

describe('a revision', () => {
  it('is told when a count known for a while changes by as much as was asked, and not below', async () => {
    totals = { '2026-03-01': 100, '2026-03-02': 100, '2026-03-03': 5, '2026-03-09': 100, '2026-03-04': null };
    const watch = open();
    await watch.settled();
    totals = { '2026-03-01': 120, '2026-03-02': 119, '2026-03-03': 14, '2026-03-09': 300, '2026-03-04': 50 };
    watch.changed(commit);
    await watch.settled();
    expect(dataOf('revision')).toEqual([
      { dataset: 'ed', region: 'state:PA', category: 'fever', day: '2026-03-01', was: 100, is: 120 },
    ]);
    totals = { ...totals, '2026-03-01': 0 };
    watch.changed(commit);
    await watch.settled();
    expect(dataOf('revision').at(-1)).toMatchObject({ was: 120, is: 0 });
  });

  it('of a region that nobody asked about is not looked at', async () => {
    const watch = open();
    await watch.settled();
    watch.changed({ dataset: 'ed', touched: [{ region: { level: 'state', code: 'NJ' } }] });
    watch.changed({ dataset: 'other', touched: [{ region: PA }] });
    await watch.settled();
    expect(notices).toEqual([]);
  });
});
