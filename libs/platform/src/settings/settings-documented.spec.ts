import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { describeSettings } from './describe-settings.js';

describe('docs/operations.md', () => {
  it('lists every setting as it is defined, and no other', () => {
    const page = readFileSync(join(import.meta.dirname, '../../../../docs/operations.md'), 'utf8');
    const rows = page.split('\n').filter((line) => /^\| `(BELLWETHER|CLICKHOUSE|REDIS)_/.test(line));
    const expected = describeSettings().map(({ variable, option, otherwise, expected: accepted, meaning }) => {
      const names = variable
        .split(' or ')
        .map((name) => `\`${name}\``)
        .join(' or ');
      const cells = [
        names,
        option === undefined ? '' : `\`${option}\``,
        otherwise === undefined ? '' : `\`${otherwise}\``,
      ];
      return `| ${[...cells, accepted, meaning].join(' | ')} |`;
    });
    expect(rows).toEqual(expected);
  });
});
