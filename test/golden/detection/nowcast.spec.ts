import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { completed, delayShares, lawless, nowcast, type ReportingTriangle } from '#detection';

/** Outputs of baselinenowcast, surveillance and NobBS, see ../shared/reference/detection/golden/README.md. */
const GOLDEN = resolve('../shared/reference/detection/golden');
const isThere = existsSync(join(GOLDEN, 'nowcast.json'));
const read = <T>(name: string, without: T): T =>
  isThere ? (JSON.parse(readFileSync(join(GOLDEN, name), 'utf8')) as T) : without;

interface Ladder {
  readonly id: string;
  readonly triangle: readonly (readonly (number | null)[])[];
  readonly delayPmf: readonly number[];
  readonly pointNowcast: readonly number[];
  readonly pointMatrixLast: readonly (readonly number[])[];
}

interface Lawless {
  readonly id: string;
  readonly params: { readonly now: string; readonly D: number; readonly method: string; readonly rangeFirst: string };
  readonly output: {
    readonly nx: readonly number[];
    readonly Nx: readonly number[];
    readonly NtT: readonly number[];
    readonly hazard: readonly number[];
    readonly W: readonly number[];
    readonly Nhat: readonly number[];
    readonly varAsCoded: readonly number[];
    readonly varLawless2_16: readonly number[];
    readonly truth: readonly number[];
  };
}

interface Posterior {
  readonly params: { readonly now: string; readonly moving_window: number; readonly max_D: number };
  readonly onset_date: readonly string[];
  readonly estimate: readonly number[];
  readonly lower: readonly number[];
  readonly upper: readonly number[];
}

const ladders = read<{ cases: Ladder[] }>('baselinenowcast.json', { cases: [] }).cases;
const { cases, lineLists } = read<{
  cases: Lawless[];
  lineLists: Record<string, { event: string[]; report: string[] }>;
}>('nowcast.json', { cases: [], lineLists: {} });
const posteriors = read<{ cases: Posterior[] }>('nobbs.json', { cases: [] }).cases;

const dayOf = (text: string): number => Date.parse(text) / 86_400_000;

/** Rows from `first` to `now`; longer delays than the longest count as that, as in surveillance. */
function triangleOf({ first, now, longest }: { first: string; now: string; longest: number }): ReportingTriangle {
  const days = dayOf(now) - dayOf(first) + 1;
  const triangle = Array.from({ length: days }, (_, day) =>
    Float64Array.from({ length: longest + 1 }, (__, delay) => (day + delay < days ? 0 : NaN)),
  );
  const { event, report } = lineLists['husO104Hosp']!;
  for (const [i, on] of event.entries()) {
    const day = dayOf(on) - dayOf(first);
    const delay = dayOf(report[i]!) - dayOf(on);
    if (day >= 0 && day + delay < days) triangle[day]![Math.min(delay, longest)]!++;
  }
  return triangle;
}

function expectNear(found: Iterable<number>, wanted: readonly number[], relative: number): void {
  for (const [i, is] of [...found].entries())
    if (!(Math.abs(is - wanted[i]!) <= relative * Math.max(1, Math.abs(wanted[i]!)))) expect([i, is]).toEqual([i, wanted[i]]); // prettier-ignore
  expect([...found]).toHaveLength(wanted.length);
}

describe('nowcasts against their reference implementations', () => {
  if (!isThere) it.skip('agree (SKIPPED: no ../shared/reference)', () => undefined);
  else {
    it.each(ladders)('$id: delays, points and every cell are those of baselinenowcast', (ladder) => {
      const triangle = ladder.triangle.map((row) => Float64Array.from(row, (count) => count ?? NaN));
      const shares = delayShares(triangle);
      expectNear(shares, ladder.delayPmf, 1e-12);
      const whole = completed(triangle, shares).slice(-ladder.pointNowcast.length);
      expectNear(whole.map((row) => row.reduce((sum, count) => sum + count, 0)), ladder.pointNowcast, 1e-12); // prettier-ignore
      for (const [row, cells] of ladder.pointMatrixLast.entries()) expectNear(whole[row]!, cells, 1e-12);
      const found = nowcast(triangle, { history: triangle.length, retrospective: 0, leastKnown: 0 });
      const points = ladder.pointNowcast.slice(1).toReversed();
      expectNear(found.map(({ known, missing }) => known + missing), points, 1e-12); // prettier-ignore
    });

    const ofLawless = cases.filter(({ params }) => params.method === 'lawless');
    it.each(ofLawless)('$id: hazards, expectations and both terms of the variance are those of Lawless', ({ params, output }) => {
      const triangle = triangleOf({ first: params.rangeFirst, now: params.now, longest: params.D });
      const { hazards, rows } = lawless(triangle);
      expectNear(hazards, output.hazard, 1e-9);
      const last = rows.slice(-params.D - 1);
      expectNear(last.map(({ known }) => known), output.NtT, 0); // prettier-ignore
      expectNear(last.map(({ arrived }) => arrived), output.W, 1e-9); // prettier-ignore
      expectNear(last.map(({ expected }) => expected), output.Nhat, 1e-9); // prettier-ignore
      expectNear(last.map(({ variance }) => variance), output.varLawless2_16, 1e-9); // prettier-ignore
      // The reference lacks the first term.
      expectNear(last.map(({ known, arrived }) => (known * (1 - arrived)) / arrived ** 2), output.varAsCoded, 1e-9); // prettier-ignore
    }); // prettier-ignore

    it('where a third of the reports are in, the chain ladder is nearer to what came to be than NobBS', () => {
      expect(posteriors.length).toBeGreaterThan(1);
      const { event } = lineLists['husO104Hosp']!;
      let [ours, theirs, rows] = [0, 0, 0];
      for (const { params, onset_date, estimate } of posteriors) {
        const triangle = triangleOf({ first: '2011-05-02', now: params.now, longest: params.max_D });
        for (const row of nowcast(triangle, { history: triangle.length, retrospective: 0, leastKnown: 0.33 })) {
          const day = dayOf('2011-05-02') + row.row;
          const truth = event.filter((on) => dayOf(on) === day).length;
          // An estimate stands beside the date before its own: the first, 1, is of 7 May, the first case.
          const at = onset_date.findIndex((date) => dayOf(date) === day - 1);
          ours += Math.abs(row.known + row.missing - truth);
          theirs += Math.abs(estimate[at]! - truth);
          rows++;
        }
      }
      expect(rows).toBeGreaterThan(10);
      expect(ours).toBeLessThan(theirs);
    });
  }
});
