import { describe, expect, it } from '@jest/globals';
import { isRevised } from './revised.js';

describe('a revision', () => {
  it('is a change by one and by two percent', () => {
    expect(isRevised(101, 100)).toBe(false);
    expect(isRevised(102, 100)).toBe(true);
    expect(isRevised(98, 100)).toBe(true);
    expect(isRevised(3, 2)).toBe(true);
    expect(isRevised(0, 1)).toBe(true);
    expect(isRevised(2, 2)).toBe(false);
  });

  it('is not a value that there was none of, nor one that there is none of', () => {
    expect(isRevised(5, null)).toBe(false);
    expect(isRevised(null, 5)).toBe(false);
    expect(isRevised(1, 0)).toBe(true);
  });
});
