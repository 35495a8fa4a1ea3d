import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { lawless, nowcast, type ReportingTriangle } from '#detection';
import { judge, tally, type Tally } from './tally.js';

const CALLS = resolve('../shared/data/montco-911/calls.csv.gz');
const CASES = join(resolve('../shared/reference/detection/golden'), 'nowcast.json');

/** Rows are quarters of an hour; delays are counted from their end, in minutes. What is later still, 1 in 1,000, is left out. */
const ROW_MINUTES = 15;
const DELAYS = [0, 2, 4, 6, 60] as const;
export const MINUTES = [0, 2, 4] as const;
const OF_CALLS = { history: 384, retrospective: 192, leastKnown: 0.2 };

interface Call {
  /** Row since the first, and minutes from the end of it to the post. */
  readonly row: number;
  readonly late: number;
}

function readCalls(): Call[] {
  const minutesOf = (stamp: string): number => Date.parse(`${stamp.replace(' ', 'T')}Z`) / 60_000;
  const rows = gunzipSync(readFileSync(CALLS)).toString('utf8').trim().split('\n').slice(1);
  // The first and the last day are partial.
  const [from, to] = [minutesOf('2015-12-11 00:00:00'), minutesOf('2016-08-24 00:00:00')];
  return rows.flatMap((line) => {
    const [event = '', posted = ''] = line.split(',');
    const at = minutesOf(event);
    if (!(at >= from && at < to)) return [];
    const row = Math.floor((at - from) / ROW_MINUTES);
    return [{ row, late: minutesOf(posted) - (from + (row + 1) * ROW_MINUTES) }];
  });
}

/**
 * Emergency calls of ../shared/data/montco-911: 99,000 real reports, each with the time of the event and of the post, the
 * only set there with real delays in number. Each `step`-th quarter of an hour is nowcast at its end, and 2 and 4 minutes
 * later; the three before it lack what came later than they can know.
 */
export function callNowcasts(step: number): Map<string, Tally> {
  const calls = readCalls();
  const rows = Math.max(...calls.map(({ row }) => row)) + 1;
  const table = Array.from({ length: rows }, () => new Float64Array(DELAYS.length));
  for (const { row, late } of calls) {
    const delay = DELAYS.findIndex((end) => late <= end);
    if (delay >= 0) table[row]![delay]!++;
  }
  const tallies = new Map(MINUTES.map((minutes) => [`ladder|911 calls|${minutes} min`, tally()]));
  const open = DELAYS.at(-1)! / ROW_MINUTES;
  for (let row = OF_CALLS.history + OF_CALLS.retrospective; row < rows; row += step) {
    const truth = table[row]!.reduce((sum, count) => sum + count, 0);
    for (const minutes of MINUTES) {
      const triangle = table.slice(row - OF_CALLS.history - OF_CALLS.retrospective, row + 1).map((counts, i, { length }) => {
        const back = length - 1 - i;
        if (back >= open) return counts;
        const passed = minutes + back * ROW_MINUTES;
        return counts.map((count, delay) => (DELAYS[delay]! <= passed ? count : NaN));
      }); // prettier-ignore
      const found = nowcast(triangle, OF_CALLS)[0];
      if (found) judge(tallies.get(`ladder|911 calls|${minutes} min`)!, found, truth);
    }
  }
  return tallies;
}

/** Days of delay within which nearly all of the cases of 2011 were reported. */
const LONGEST = 15;

/**
 * Hospitalised HUS cases of the German outbreak of 2011 (R surveillance's husO104Hosp): 630 cases in eight weeks, delays
 * of one to two weeks that became shorter while it lasted. Every day from 25 May to 20 June is nowcast as of then; rows of
 * which a fifth or more has usually arrived. Lawless beside the chain ladder.
 */
export function outbreakNowcasts(): Map<string, Tally> {
  const { lineLists } = JSON.parse(readFileSync(CASES, 'utf8')) as {
    lineLists: { husO104Hosp: { event: string[]; report: string[] } };
  };
  const dayOf = (text: string): number => Date.parse(text) / 86_400_000;
  const { event, report } = lineLists.husO104Hosp;
  const first = dayOf('2011-05-02');
  const triangleAt = (now: number): ReportingTriangle => {
    const triangle = Array.from({ length: now - first + 1 }, (_, day) =>
      Float64Array.from({ length: LONGEST + 1 }, (__, delay) => (first + day + delay <= now ? 0 : NaN)),
    );
    for (const [i, on] of event.entries()) {
      const [day, delay] = [dayOf(on) - first, dayOf(report[i]!) - dayOf(on)];
      if (day + delay < triangle.length && delay <= LONGEST) triangle[day]![delay]!++;
    }
    return triangle;
  };
  const final = triangleAt(dayOf('2011-08-01'));
  const tallies = new Map([['ladder|HUS 2011|days', tally()], ['lawless|HUS 2011|days', tally()]]); // prettier-ignore
  for (let now = dayOf('2011-05-25'); now <= dayOf('2011-06-20'); now++) {
    const triangle = triangleAt(now);
    const history = Math.min(21, triangle.length - 3);
    const truthOf = (row: number): number => final[row]!.reduce((sum, count) => sum + count, 0);
    for (const found of nowcast(triangle, { history, retrospective: triangle.length - history, leastKnown: 0.2 }))
      judge(tallies.get('ladder|HUS 2011|days')!, found, truthOf(found.row));
    const { rows } = lawless(triangle);
    for (const [row, found] of rows.entries())
      if (row >= rows.length - LONGEST && found.arrived >= 0.2)
        judge(tallies.get('lawless|HUS 2011|days')!, found, truthOf(row));
  }
  return tallies;
}
