import { describe, expect, it } from '@jest/globals';
import { METHODS } from './methods.js';
import { callReference } from './reference/calls.js';
import { detectionOutput, readSeriesFile } from './series-file.js';

const weekly = { freq: 52, firstDate: '2024-01-07', stepDays: 7, observed: [3, 0, null, 5] };

describe('a file of series', () => {
  it('holds one series, or several by name; null is missing, 0 is 0', () => {
    const one = readSeriesFile(JSON.stringify({ id: 'flu', ...weekly })).get('flu');
    expect([...(one?.values ?? [])]).toEqual([3, 0, NaN, 5]);
    expect(one).toMatchObject({ start: 19_729, stepDays: 7, perYear: 52 });
    expect([...readSeriesFile(JSON.stringify({ a: weekly, b: { observed: [1] } })).keys()]).toEqual(['a', 'b']);
  });

  it('a series without dates counts years in values', () => {
    const series = readSeriesFile('{"observed":[1,2],"freq":52}').get('series');
    expect(series).toMatchObject({ start: undefined, stepDays: 7, perYear: 52 });
  });

  it.each([
    ['not JSON', 'observed: 1'],
    ['a list', '[1,2]'],
    ['a series without counts', '{"a":{"firstDate":"2024-01-01"}}'],
    ['a count that is a word', '{"observed":[1,"2"]}'],
    ['a day that does not exist', '{"observed":[1],"firstDate":"2024-02-30"}'],
    ['a population of another length', '{"observed":[1,2],"population":[5]}'],
  ])('refuses %s', (_, text) => {
    expect(() => readSeriesFile(text)).toThrow('REQUEST_INVALID');
  });
});

describe('a detection as JSON', () => {
  it('says null where it cannot be told, and begins at the position asked for', () => {
    const values = Float64Array.from({ length: 40 }, (_, at) => (at === 38 ? NaN : at === 39 ? 60 : 10 + (at % 3)));
    const range = { first: 37, end: 40 };
    const output = detectionOutput(METHODS.get('ears-c2')!.run({ start: 0, values }, {}, range), range);
    expect(output).toMatchObject({ first: 38, alarm: [0, null, 1], warning: [0, null, 0] });
    expect(JSON.parse(JSON.stringify(output))).toMatchObject({ first: 38, alarm: [0, null, 1] });
  });
});

describe('a function of R by its name', () => {
  const series = {
    start: undefined,
    stepDays: 7,
    perYear: 52,
    values: Float64Array.from({ length: 60 }, (_, at) => 4 + (at % 4)),
  };

  it('has its own parameters and columns, and its first position', () => {
    const { first, upperbound, alarm } = callReference('earsC', series, { method: 'C2', baseline: 7 });
    expect(first).toBe(10);
    expect([upperbound, alarm].map((column) => (Array.isArray(column) ? column.length : 0))).toEqual([51, 51]);
    expect(Object.keys(callReference('algo.bayes', series, { rangeFirst: 30, w: 6 })).toSorted()).toEqual(['alarm', 'first', 'upperbound']); // prettier-ignore
  });

  it('refuses functions that are not copied, and what they do not have', () => {
    expect(() => callReference('boda', series, {})).toThrow('boda is not copied');
    expect(() => callReference('earsC', series, { method: 'C4' })).toThrow('REQUEST_INVALID');
    expect(() => callReference('earsC', series, { window: 3 })).toThrow('window: no such parameter');
    expect(() => callReference('algo.glrpois', series, { rangeFirst: 50, mu0: [1, 2] })).toThrow('expected 11 means');
    expect(() => callReference('alert_nbinom', series, { baseline_end: '2024-06-01' })).toThrow('REQUEST_INVALID');
  });
});
