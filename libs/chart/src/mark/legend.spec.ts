import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { moveApart } from './legend.js';

const wanted = fc.array(fc.double({ min: 0, max: 300, noNaN: true }), { minLength: 1, maxLength: 12 });

describe('labels at line ends', () => {
  it('stay where their lines end when there is room', () => {
    expect(moveApart([200, 50, 120], { apart: 15, top: 0, bottom: 300 })).toEqual([200, 50, 120]);
  });

  it('never overlap, keep the order of their lines and stay inside', () => {
    fc.assert(
      fc.property(wanted, (ends) => {
        const places = moveApart(ends, { apart: 20, top: 0, bottom: 300 });
        const order = ends.map((_, i) => i).sort((a, b) => places[a]! - places[b]!);
        order.forEach((label, i) => {
          if (i > 0) {
            expect(places[label]! - places[order[i - 1]!]!).toBeGreaterThanOrEqual(20 - 1e-9);
            expect(ends[label]!).toBeGreaterThanOrEqual(ends[order[i - 1]!]!);
          }
          expect(places[label]).toBeGreaterThanOrEqual(0);
          expect(places[label]).toBeLessThanOrEqual(300);
        });
      }),
    );
  });
});
