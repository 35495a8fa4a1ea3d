import { METHODS } from '#detection';
import {
  alarmsOf,
  type Case,
  caseInput,
  coloursOf,
  columnOf,
  comparison,
  type GoldenFile,
  pValuesOf,
  readGolden,
} from './golden.js';

const EXACT = { tolerance: 1e-9 };
/** R takes p = 1 − F(T): what is left of a small one has an error of 1e-16, whatever its size. */
const TAIL = { tolerance: 1e-9, floor: 1e-6 };
const CONSTANT = 'adjusted R² of a constant baseline is rounding noise in R, 0 here (README, quirk 5)';

/** EWMA, regression and switch: the same columns. */
function daily(file: string, method: string): GoldenFile {
  return {
    file,
    check: (folder) =>
      readGolden<{ cases: readonly Case[] }>(folder, file).cases.map((one) => {
        const { input, range } = caseInput(folder, one);
        const { firstIndex: _first, lastIndex: _last, ...given } = one.params;
        const found = METHODS.get(method)!.run(input, { ...given, compat: true }, range);
        const { output } = one;
        const compare = comparison(one.id);
        compare.numbers('baseline_expected', columnOf(found, 'expected', range), output['baseline_expected']!, EXACT);
        compare.numbers('test_statistic', columnOf(found, 'statistic', range), output['test_statistic']!, EXACT);
        compare.numbers('p_value', pValuesOf(found, range), output['p_value']!, TAIL);
        if (output['sigma']) compare.numbers('sigma', columnOf(found, 'sigma', range), output['sigma'], EXACT);
        if (output['adjusted_r_squared']) {
          const own = columnOf(found, 'adjusted_r_squared', range);
          const isConstant = (at: number): boolean => own[at] === 0;
          if (Array.from(own).some((_, at) => isConstant(at))) compare.except(CONSTANT);
          compare.numbers('adjusted_r_squared', own, output['adjusted_r_squared'], { ...EXACT, skip: isConstant });
        }
        const detector = found.details?.['detector'];
        if (output['detector'] && Array.isArray(detector)) compare.words('detector', detector, output['detector']);
        compare.words('alert', coloursOf(found, range), output['alert']!);
        return compare.done();
      }),
  };
}

export const rnsspDaily: readonly GoldenFile[] = [
  daily('rnssp_ewma.json', 'ewma'),
  daily('rnssp_regression.json', 'regression'),
  daily('rnssp_switch.json', 'switch'),
];

/** Kept beside, for the files of earsC. */
export const ears: GoldenFile = {
  file: 'ears.json',
  check: (folder) =>
    readGolden<{ cases: readonly Case[] }>(folder, 'ears.json').cases.flatMap((one) => {
      const { input, range } = caseInput(folder, one);
      const { method, rangeFirst: _first, rangeLast: _last, ...given } = one.params;
      const run = METHODS.get(`ears-${String(method).toLowerCase()}`)!;
      const found = run.run(input, { ...given, compat: true }, range);
      const { output } = one;
      const compare = comparison(one.id);
      for (const name of ['upperbound', 'baselineMean', 'baselineSd']) {
        compare.numbers(name, columnOf(found, name, range), output[name]!, EXACT);
      }
      compare.words('alarm', alarmsOf(found, range), output['alarm']!);
      if (!output['classicC3']) return [compare.done()];
      const published = run.run(input, { ...given, compat: true, formula: 'published' }, range);
      const classic = comparison(`${one.id} (published)`);
      classic.numbers('classicC3', columnOf(published, 'classicC3', range), output['classicC3'], EXACT);
      const z = 1.959963984540054;
      const alarms = output['classicC3'].map((sum, i) => Number(Number(sum) > z && input.values[range.first + i]! > 0));
      classic.words('alarm', alarmsOf(published, range), alarms);
      return [compare.done(), classic.done()];
    }),
};
