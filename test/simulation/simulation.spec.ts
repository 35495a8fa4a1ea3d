import { describe, expect, it } from '@jest/globals';
import { PLANTS } from './plants.js';
import { simulate } from './world.js';

const WORLD = 4000;
/** Installations in which a planted mistake must show; each has a seed of its own. */
const WORLDS = 80;

describe('the simulation', () => {
  it('finds nothing wrong with the product', async () => {
    for (const seed of [1001, 1002, 1003]) {
      const { violation, tally } = await simulate({ seed, steps: WORLD });
      expect({ seed, violation }).toEqual({ seed, violation: undefined });
      expect(tally.submissions).toBeGreaterThan(0);
    }
  });

  it('does the same again, step by step, from the same seed, and something else from another', async () => {
    const first = await simulate({ seed: 1004, steps: WORLD });
    const again = await simulate({ seed: 1004, steps: WORLD });
    const other = await simulate({ seed: 1005, steps: WORLD });
    expect({ hash: again.hash, tally: again.tally }).toEqual({ hash: first.hash, tally: first.tally });
    expect(other.hash).not.toBe(first.hash);
  });

  it.each(PLANTS)('finds $name, and finds it again from the one integer', async (plant) => {
    let found: number | undefined;
    const { from = 1 } = plant;
    for (let seed = from; found === undefined && seed < from + WORLDS; seed++)
      if ((await simulate({ seed, steps: WORLD, plant })).violation !== undefined) found = seed;
    expect(found).toBeDefined();
    const [first, again] = [await simulate({ seed: found!, steps: WORLD, plant }), await simulate({ seed: found!, steps: WORLD, plant })]; // prettier-ignore
    expect(first.violation).toBeDefined();
    expect(again).toEqual(first);
  });
});
