import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const PATH = join(resolve('../shared/reference/detection/golden'), 'scan.json');

interface Tests {
  readonly tests: readonly {
    readonly params: { readonly model: string; readonly analysis: string; readonly scan?: string };
  }[];
}

describe('the reference outputs of SaTScan', () => {
  if (!existsSync(PATH)) it.skip('are of every kind (SKIPPED: no ../shared/reference)', () => undefined);
  else
    it('are of both models, of space alone, and of low rates', () => {
      const { tests } = JSON.parse(readFileSync(PATH, 'utf8')) as Tests;
      expect(new Set(tests.map(({ params }) => params.model))).toEqual(new Set(['discrete Poisson', 'space-time permutation'])); // prettier-ignore
      expect(tests.some(({ params }) => params.analysis === 'purely spatial')).toBe(true);
      expect(tests.some(({ params }) => params.scan === 'high and low')).toBe(true);
    });
});
