import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

const UNITS: Readonly<Record<string, number>> = { Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30 };
const NAMES: Readonly<Record<string, number>> = { MB: 2 ** 20 };

/** `512 MiB`, `8 Mi`, `100,000` */
function statedNumber(text: string): number {
  const [, digits = '', unit] = /^([\d,]+)(?: ([KMG]i)B?)?$/.exec(text) ?? [];
  return Number(digits.replaceAll(',', '')) * (unit === undefined ? 1 : (UNITS[unit] ?? NaN));
}

/** Products of numbers, powers of two and known names; `128 << 20`; `2 ** 32 - 1`. */
function writtenNumber(expression: string): number {
  const less = expression.split(' - ');
  if (less.length === 2) return writtenNumber(less[0] ?? '') - writtenNumber(less[1] ?? '');
  const [, number, shift] = /^(\d+) << (\d+)$/.exec(expression) ?? [];
  if (shift !== undefined) return Number(number) * 2 ** Number(shift);
  return expression.split(/ \* /).reduce((product, factor) => {
    const power = /^2 \*\* (\d+)$/.exec(factor)?.[1];
    return product * (power === undefined ? (NAMES[factor] ?? Number(factor.replaceAll('_', ''))) : 2 ** Number(power));
  }, 1);
}

const rows = [...read('docs/limits.md').matchAll(/^\| (.+?) \| (.+?) \| `(\S+)` `(.+?)` \|$/gm)].map(
  ([, what = '', most = '', path = '', written = '']) => ({ what, most, path, written }),
);

/** The objects of limits: each of their numbers is on the page. */
const OBJECTS: readonly (readonly [string, string])[] = [
  ['libs/intake/src/archive/contract.ts', 'ARCHIVE_LIMITS'],
  ['libs/intake/src/parse/contract.ts', 'PARSE_LIMITS'],
  ['libs/sql-door/src/limits.ts', 'SQL_LIMITS'],
  ['libs/api/src/ask/limits.ts', 'LIMITS'],
  ['libs/api/src/graphql/bounds.ts', 'BOUNDS'],
  ['libs/api/src/graphql/weights.ts', 'WEIGHTS'],
];

describe('docs/limits.md', () => {
  it('has every line of its tables in a form that can be checked', () => {
    const lines = read('docs/limits.md').match(/^\| (?!What|---).*$/gm) ?? [];
    expect(lines.length).toBe(rows.length);
    expect(rows.length).toBeGreaterThan(50);
  });

  it.each(rows)('$what: $most, as $path says', ({ most, path, written }) => {
    expect(read(path)).toMatch(new RegExp(`\\b${written.replaceAll(/[*+()<]/g, '\\$&')}(?=[,;\\n]| \\})`));
    expect(writtenNumber(written.replace(/^.*?\w(?: =|:) /, ''))).toBe(statedNumber(most));
  });

  it.each(OBJECTS)('names every limit of %s %s', (path, name) => {
    const body = new RegExp(`\\b${name}\\b[^=]*= \\{([^]*?)^\\}`, 'm').exec(read(path))?.[1] ?? '';
    const keys = [...body.replaceAll(/\/\*[^]*?\*\//g, '').matchAll(/^ {2}(\w+): [\d(]/gm)].map((found) => found[1]);
    expect(keys.length).toBeGreaterThan(4);
    const named = rows.filter((row) => row.path === path).map(({ written }) => written.split(':')[0]);
    expect(keys.filter((key) => !named.includes(key))).toEqual([]);
  });
});

describe('docs/api.md', () => {
  it('repeats the limits of a question as they are', () => {
    const page = read('docs/api.md');
    const most = (what: string): string | undefined => rows.find((row) => row.what === what)?.most;
    expect(page).toContain(`| days of a question | ${most('days')} |`);
    expect(page).toContain(`| values (series × days) of an answer | ${most('values (series × days) of an answer')} |`);
    expect(page).toContain(
      `| chart | ${most('width of a chart, pixels')} × ${most('height of a chart, pixels')} pixels |`,
    );
  });
});
