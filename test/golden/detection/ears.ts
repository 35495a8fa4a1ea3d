import { METHODS } from '#detection';
import {
  alarmsOf,
  type Case,
  caseInput,
  columnOf,
  comparison,
  type GoldenFile,
  readGolden,
  wantedOf,
} from './golden.js';

const EXACT = { tolerance: 1e-9 };

/** The outputs of earsC, and the published C3 beside. */
export const ears: GoldenFile = {
  file: 'ears.json',
  check: (folder) =>
    readGolden<{ cases: readonly Case[] }>(folder, 'ears.json').cases.flatMap((one) => {
      const { input, range } = caseInput(folder, one);
      const { method, rangeFirst: _first, rangeLast: _last, ...given } = one.params;
      const run = METHODS.get(`ears-${String(method).toLowerCase()}`)!;
      const found = run.run(input, { ...given, compat: true }, range);
      const compare = comparison(one.id);
      for (const name of ['upperbound', 'baselineMean', 'baselineSd']) {
        compare.numbers(name, columnOf(found, name, range), wantedOf(one, name), EXACT);
      }
      compare.words('alarm', alarmsOf(found, range), wantedOf(one, 'alarm'));
      if (!('classicC3' in one.output)) return [compare.done()];
      const sums = wantedOf(one, 'classicC3');
      const published = run.run(input, { ...given, compat: true, formula: 'published' }, range);
      const classic = comparison(`${one.id} (published)`);
      classic.numbers('classicC3', columnOf(published, 'classicC3', range), sums, EXACT);
      const z = 1.959963984540054;
      const alarms = sums.map((sum, i) => Number(Number(sum) > z && input.values[range.first + i]! > 0));
      classic.words('alarm', alarmsOf(published, range), alarms);
      return [compare.done(), classic.done()];
    }),
};
