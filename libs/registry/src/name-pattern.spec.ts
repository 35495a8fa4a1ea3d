import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compileNamePattern } from './name-pattern.js';

function groups(pattern: string, name: string): Readonly<Record<string, string | undefined>> | undefined {
  const compiled = compileNamePattern(pattern);
  if (!('pattern' in compiled)) throw new Error(compiled.found);
  const found = compiled.pattern.exec(name)?.groups;
  return found && { ...found };
}
const AGREED = '{facility}_{period}_v{version}[.{repeat}].{ext}';

describe('a name pattern', () => {
  it('reads facility, period, version, repeat and extension', () => {
    expect(groups(AGREED, 'STA27_2015-12-10T16_v1.zip')).toEqual({
      facility: 'STA27',
      period: '2015-12-10T16',
      version: '1',
      repeat: undefined,
      ext: 'zip',
    });
    expect(groups(AGREED, '2.16.840.1_2022-03-11_v12.3.csv.gz')).toEqual({
      facility: '2.16.840.1',
      period: '2022-03-11',
      version: '12',
      repeat: '3',
      ext: 'csv.gz',
    });
  });

  it('lets a facility have underscores where only one reading fits', () => {
    expect(groups(AGREED, 'ST_MARY_2026-11-20_v1.csv')).toMatchObject({ facility: 'ST_MARY', period: '2026-11-20' });
    expect(groups('{sender}_{facility}_{period}.{ext}', 'net_ST_MARY_2026-11-20.csv')).toMatchObject({
      sender: 'net',
      facility: 'ST_MARY',
    });
    expect(groups('{facility}[_{period}].{ext}', 'ST_MARY.csv')).toMatchObject({ facility: 'ST', period: 'MARY' });
  });

  it('takes literal text literally', () => {
    expect(groups('a+b(c)^${facility}.csv', 'a+b(c)^$X.csv')).toEqual({ facility: 'X' });
    expect(groups('{facility}.csv', 'Xxcsv')).toBeUndefined();
  });

  it('fits whole names only, without folders and control characters', () => {
    for (const name of [
      '../A_1_v1.csv',
      'A_1_v1.csv\n',
      'A_1_vx.csv',
      'A_1_v1',
      '_1_v1.csv',
      'A_1_v1.csv/',
      'A_1_v1.7',
    ]) {
      expect([name, groups(AGREED, name)]).toEqual([name, undefined]);
    }
  });

  it('leaves out what {any} matches', () => {
    expect(groups('{any}-{facility}.csv', 'x-y-A.csv')).toEqual({ facility: 'y-A' });
  });

  it('reads back whatever was put together by it', () => {
    const word = fc.stringMatching(/^[A-Za-z0-9.-]{1,20}$/);
    const facility = fc.stringMatching(/^[A-Za-z0-9._-]{1,30}$/);
    const ext = fc.constantFrom('csv', 'zip', 'csv.gz', 'txt.gz', 'xml');
    fc.assert(
      fc.property(facility, word, fc.nat(), fc.option(fc.nat(99)), ext, (f, period, version, repeat, e) => {
        const name = `${f}_${period}_v${version}${repeat === null ? '' : `.${repeat}`}.${e}`;
        expect(groups(AGREED, name)).toEqual({
          facility: f,
          period,
          version: String(version),
          repeat: repeat === null ? undefined : String(repeat),
          ext: e,
        });
      }),
    );
  });

  it('takes a bounded number of steps for names made to be slow', () => {
    // A pattern with exponential backtracking would not come back from these.
    for (const part of ['_', '_v', '.1', 'a_', '_v1.', 'a.']) {
      expect(groups(AGREED, `${part.repeat(400)}!`)).toBeUndefined();
    }
  });

  it.each([
    ['a[b[c]]', 'a "[" too many'],
    ['{facility}]', 'a "]" too many'],
    ['{facility', 'the placeholder {'],
    ['{facility}{facility}', '{facility} twice'],
    ['a/{facility}', 'a slash'],
    ['data.csv', 'no placeholder'],
  ])('refuses %s', (pattern, found) => {
    expect(compileNamePattern(pattern)).toMatchObject({ found });
  });
});
