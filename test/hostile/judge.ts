import type { Expected, Verdict } from './input.js';

/** undefined when the verdict is what was expected; otherwise both, for the report. */
export function misjudged(expected: Expected, verdict: Verdict): string | undefined {
  return isAsExpected(expected, verdict) ? undefined : `expected ${brief(expected)}, was ${brief(verdict)}`;
}

function isAsExpected(expected: Expected, verdict: Verdict): boolean {
  if (!('refused' in expected)) return JSON.stringify(expected) === JSON.stringify(verdict);
  if (!('refused' in verdict)) return false;
  const { refused: code, ...place } = expected;
  const codes: readonly string[] = typeof code === 'string' ? [code] : code;
  const found: Readonly<Record<string, unknown>> = verdict;
  return (
    codes.includes(verdict.refused as string) && Object.entries(place).every(([key, value]) => found[key] === value)
  );
}

const brief = (verdict: object): string => JSON.stringify(verdict).slice(0, 400);
