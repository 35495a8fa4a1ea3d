import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';

/** A CSV file with a header, as rows of texts by column. */
export function readTable(path: string): Record<string, string>[] {
  return parse(readFileSync(path), { columns: true, bom: true }) as Record<string, string>[];
}

export interface Comparison {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
  /** Lines only in the answers, and only in what we found. */
  readonly lacking: readonly string[];
  readonly extra: readonly string[];
}

/** Compares two sets of lines. Lines are unique on both sides, or the comparison says so. */
export function compareLines(what: string, expected: readonly string[], found: readonly string[]): Comparison {
  const answers = new Set(expected);
  const ours = new Set(found);
  const doubles = found.length - ours.size;
  return {
    what: doubles > 0 ? `${what} (${doubles} doubles)` : what,
    expected: expected.length,
    found: found.length,
    lacking: [...answers].filter((line) => !ours.has(line)),
    extra: doubles > 0 ? ['doubled lines'] : [...ours].filter((line) => !answers.has(line)),
  };
}
