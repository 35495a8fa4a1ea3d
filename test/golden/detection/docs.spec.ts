import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { METHODS, REFERENCE_NAMES } from '#detection';

const page = readFileSync(join(import.meta.dirname, '../../../docs/detection.md'), 'utf8');

describe('docs/detection.md', () => {
  it.each([...METHODS.keys()])('says what %s does', (id) => {
    const [, methods = ''] = page.split('## The methods');
    expect(methods.split('## Equal to')[0]).toContain(`\`${id}\``);
  });

  it('names parameters that exist', () => {
    const known = new Set([...METHODS.values()].flatMap(({ parameters }) => Object.keys(parameters)));
    const [, methods = ''] = page.split('## The methods');
    const named = [...methods.matchAll(/\(`(\w+)`\)/g)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((name) => !known.has(name ?? ''))).toEqual([]);
  });

  it('quirks are of functions that can be called', () => {
    const rows = [...page.matchAll(/^\| `([\w.]+)`.*\| .+ \|$/gm)].map(([, name]) => name ?? '');
    const functions = rows.filter((name) => /^alert_|^algo|^earsC|^farringtonFlexible/.test(name));
    expect(functions.length).toBeGreaterThanOrEqual(6);
    expect(functions.filter((name) => !REFERENCE_NAMES.includes(name))).toEqual([]);
  });
});
