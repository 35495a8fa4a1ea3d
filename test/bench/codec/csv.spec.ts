import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { csvSamples } from './csv.js';

describe('a CSV of series from outside', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'series-csv-'));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const read = (text: string) => {
    const path = join(folder, 'series.csv');
    writeFileSync(path, text);
    return csvSamples(path);
  };

  it('is read by level and id, in whatever order total and unflagged stand', () => {
    const samples = read(
      'level,id,series,d1,d2\r\nzip,1,unflagged,1,0\r\nzip,1,total,2,4294967295\r\n"a ""b"", c",x,total,7,8\r\n',
    );
    expect(
      samples.map(({ name, records }) => [name, records.map(({ total, unflagged }) => [[...total], [...unflagged]])]),
    ).toEqual([
      [
        'zip',
        [
          [
            [2, 4294967295],
            [1, 0],
          ],
        ],
      ],
      [
        'a "b", c',
        [
          [
            [7, 8],
            [7, 8],
          ],
        ],
      ],
    ]);
  });

  it('has missing days where a cell is empty, says NA, or is not there', () => {
    const [sample] = read('level,id,series,d1,d2,d3,d4\nzip,1,total,0,,NA\n');
    expect(sample?.records.map(({ total, status }) => [[...total], [...status]])).toEqual([
      [
        [0, 0, 0, 0],
        [0, 1, 1, 1],
      ],
    ]);
  });

  it.each([
    ['nothing', '', 'columns'],
    ['other columns', 'a,b,c\n1,2,3\n', 'columns'],
    ['no day', 'level,id,series\nzip,1,total\n', 'no day'],
    ['no series', 'level,id,series,d1\n', 'no series'],
    ['a series of neither kind', 'level,id,series,d1\nzip,1,sum,1\n', 'row 2'],
    ['a negative count', 'level,id,series,d1\nzip,1,total,-1\n', 'row 2, day 1'],
    ['half a count', 'level,id,series,d1\nzip,1,total,0.5\n', 'row 2, day 1'],
    ['a count beyond 2^32 − 1', 'level,id,series,d1\nzip,1,total,4294967296\n', 'row 2, day 1'],
    ['more days than the header', 'level,id,series,d1\nzip,1,total,1,2\n', '2 days'],
    ['the same series twice', 'level,id,series,d1\nzip,1,total,1\nzip,1,total,1\n', 'twice'],
    ['no total', 'level,id,series,d1\nzip,1,unflagged,1\n', 'no total'],
  ])('is refused with the place when it holds %s', (_, text, place) => {
    expect(() => read(text)).toThrow(place);
  });
});
