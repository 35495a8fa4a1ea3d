import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { nowcast } from '#detection';
import { readGolden } from './golden.js';
import { dayOf, type LineList, triangleOf } from './line-list.js';

const GOLDEN = resolve('../shared/reference/detection/golden');

interface Posterior {
  readonly params: { readonly now: string; readonly max_D: number };
  readonly onset_date: readonly string[];
  readonly estimate: readonly number[];
}

describe('the chain ladder beside NobBS', () => {
  if (!existsSync(join(GOLDEN, 'nobbs.json'))) it.skip('is nearer (SKIPPED: no ../shared/reference)', () => undefined);
  else
    it('where a third of the reports are in, the chain ladder is nearer to what came to be than NobBS', () => {
      const posteriors = readGolden<{ cases: readonly Posterior[] }>(GOLDEN, 'nobbs.json').cases;
      const { lineLists } = readGolden<{ lineLists: Readonly<Record<string, LineList>> }>(GOLDEN, 'nowcast.json');
      const list = lineLists['husO104Hosp']!;
      expect(posteriors.length).toBeGreaterThan(1);
      const { event } = list;
      let [ours, theirs, rows] = [0, 0, 0];
      for (const { params, onset_date, estimate } of posteriors) {
        const triangle = triangleOf(list, {
          first: '2011-05-02',
          last: params.now,
          longest: params.max_D,
          longer: 'longest',
        });
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
});
