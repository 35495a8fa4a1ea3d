import { METHODS } from '#detection';
import {
  alarmsOf,
  type Case,
  caseInput,
  columnOf,
  comparison,
  type GoldenFile,
  pValuesOf,
  readGolden,
} from './golden.js';

const FIT = { tolerance: 1e-6 };

const flexible: GoldenFile = {
  file: 'farringtonFlexible.json',
  check: (folder) =>
    readGolden<{ cases: readonly Case[] }>(folder, 'farringtonFlexible.json').cases.map((one) => {
      const { input, range } = caseInput(folder, one);
      const { rangeFirst: _first, rangeLast: _last, limit54, ...given } = one.params;
      const [limitCases, limitPoints] = Array.isArray(limit54) ? limit54.map(Number) : [];
      const limits = limitCases === undefined ? {} : { limitCases, limitPoints };
      const method = METHODS.get('farrington-flexible')!;
      const dated = one.series === 'ha' || one.series === 'shadar' ? { ...input, start: undefined } : input;
      const found = method.run(dated, { ...given, ...limits, compat: true }, range);
      const { output } = one;
      const compare = comparison(one.id);
      for (const name of ['upperbound', 'expected', 'phi', 'mu0', 'trendCoef', 'trend'])
        compare.numbers(name, columnOf(found, name, range), output[name]!, FIT);
      compare.numbers('score', columnOf(found, 'exceedance', range), output['score']!, FIT);
      compare.numbers('pvalue', pValuesOf(found, range), output['pvalue']!, { ...FIT, floor: 1e-300 });
      compare.words('alarm', alarmsOf(found, range), output['alarm']!);
      return compare.done();
    }),
};

const original: GoldenFile = {
  file: 'farrington1996.json',
  check: (folder) =>
    readGolden<{ cases: readonly Case[] }>(folder, 'farrington1996.json').cases.map((one) => {
      const { input, range } = caseInput(folder, one);
      const { rangeFirst: _first, rangeLast: _last, ...given } = one.params;
      const found = METHODS.get('farrington-1996')!.run(input, { ...given, compat: true }, range);
      const { output } = one;
      const compare = comparison(one.id);
      for (const name of ['upperbound', 'trend', 'pd_score', 'pd_pred'])
        compare.numbers(name, columnOf(found, name, range), output[name]!, FIT);
      compare.words('alarm', alarmsOf(found, range), output['alarm']!);
      return compare.done();
    }),
};

export const farrington: readonly GoldenFile[] = [flexible, original];
