import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { discoveryThreshold } from './discovery.js';

/** The fifteen p-values of Benjamini & Hochberg 1995, section 4.1: at 0.05 they reject four, Bonferroni three. */
const PAPER = [
  0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1,
];

describe('the threshold of discoveries', () => {
  it('is that of the paper', () => {
    expect(discoveryThreshold(PAPER, { control: 'benjamini-hochberg', rate: 0.05 })).toBe(0.0095);
  });

  it('without assumptions on dependence asks for more', () => {
    expect(discoveryThreshold(PAPER, { control: 'benjamini-yekutieli', rate: 0.05 })).toBe(0.0019);
  });

  it('is none where nothing stands out, and everything where nothing is controlled', () => {
    expect(discoveryThreshold([0.4, 0.9], { control: 'benjamini-hochberg', rate: 0.1 })).toBe(0);
    expect(discoveryThreshold([], { control: 'benjamini-hochberg', rate: 0.1 })).toBe(0);
    expect(discoveryThreshold([0.9], { control: 'none', rate: 0.1 })).toBe(1);
  });

  it('does not depend on the order, nor on cells that are no tests', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true })), (ps) => {
        const setting = { control: 'benjamini-hochberg', rate: 0.2 } as const;
        const known = discoveryThreshold(ps, setting);
        expect(discoveryThreshold([...ps, NaN].reverse(), setting)).toBe(known);
        // By the definition, with adjusted p-values: p(i) = min over j ≥ i of p(j) m / j.
        const sorted = [...ps].sort((a, b) => a - b);
        const adjusted = sorted.map((_, i) =>
          Math.min(...sorted.slice(i).map((p, k) => p / ((i + k + 1) / ps.length))),
        );
        const found = sorted.filter((_, i) => adjusted[i]! <= 0.2);
        if (found.length > 0) expect(sorted.filter((p) => p <= known).length).toBeGreaterThanOrEqual(found.length - 1);
        expect(sorted.filter((p) => p <= known && known > 0).length).toBeLessThanOrEqual(found.length + 1);
      }),
    );
  });
});
