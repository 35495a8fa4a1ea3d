import { METHODS } from '#detection';
import {
  type Case,
  caseInput,
  coloursOf,
  columnOf,
  comparison,
  type GoldenFile,
  pValuesOf,
  readGolden,
  wantedOf,
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
        const compare = comparison(one.id);
        compare.numbers(
          'baseline_expected',
          columnOf(found, 'expected', range),
          wantedOf(one, 'baseline_expected'),
          EXACT,
        );
        compare.numbers('test_statistic', columnOf(found, 'statistic', range), wantedOf(one, 'test_statistic'), EXACT);
        compare.numbers('p_value', pValuesOf(found, range), wantedOf(one, 'p_value'), TAIL);
        if ('sigma' in one.output)
          compare.numbers('sigma', columnOf(found, 'sigma', range), wantedOf(one, 'sigma'), EXACT);
        if ('adjusted_r_squared' in one.output) {
          const own = columnOf(found, 'adjusted_r_squared', range);
          const isConstant = (at: number): boolean => own[at] === 0;
          if (Array.from(own).some((_, at) => isConstant(at))) compare.except(CONSTANT);
          compare.numbers('adjusted_r_squared', own, wantedOf(one, 'adjusted_r_squared'), {
            ...EXACT,
            skip: isConstant,
          });
        }
        const detector = found.details?.['detector'];
        if (Array.isArray(detector)) compare.words('detector', detector, wantedOf(one, 'detector'));
        compare.words('alert', coloursOf(found, range), wantedOf(one, 'alert'));
        return compare.done();
      }),
  };
}

export const rnsspDaily: readonly GoldenFile[] = [
  daily('rnssp_ewma.json', 'ewma'),
  daily('rnssp_regression.json', 'regression'),
  daily('rnssp_switch.json', 'switch'),
];
