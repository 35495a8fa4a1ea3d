import { METHODS } from '#detection';
import { parseDay } from '#vocabulary';
import {
  alarmsOf,
  type Case,
  caseInput,
  coloursOf,
  columnOf,
  comparison,
  type GoldenFile,
  readGolden,
  wantedOf,
} from './golden.js';

const FIT = { tolerance: 1e-6 };
const ALWAYS_TREND =
  'include_time_term is true in the reference whether the prediction has a trend or not (README, quirk 6)';

const farrington: GoldenFile = {
  file: 'rnssp_farrington.json',
  check: (folder) =>
    readGolden<{ cases: readonly Case[] }>(folder, 'rnssp_farrington.json').cases.map((one) => {
      const { input, range } = caseInput(folder, one);
      const { firstIndex: _first, lastIndex: _last, ...given } = one.params;
      const found = METHODS.get('rnssp-farrington')!.run(input, { ...given, compat: true }, range);
      const compare = comparison(one.id);
      compare.numbers('predicted', columnOf(found, 'expected', range), wantedOf(one, 'predicted'), FIT);
      compare.numbers('upper', columnOf(found, 'upperbound', range), wantedOf(one, 'upper'), FIT);
      for (const name of ['time_coefficient', 'alert_score']) compare.numbers(name, columnOf(found, name, range), wantedOf(one, name), FIT);
      const included = found.details?.['include_time_term'];
      if (Array.isArray(included))
        compare.words('include_time_term', included, wantedOf(one, 'include_time_term').map((told) => (told === null ? null : String(told))));
      compare.words('alert', coloursOf(found, range), wantedOf(one, 'alert'));
      if (one.params['method'] === 'modified') compare.except(`compat: ${ALWAYS_TREND}`);
      return compare.done();
    }),
}; // prettier-ignore

const seasonal: GoldenFile = {
  file: 'rnssp_nbinom_serfling.json',
  check: (folder) =>
    readGolden<{ cases: readonly Case[] }>(folder, 'rnssp_nbinom_serfling.json').cases.map((one) => {
      const { input, range } = caseInput(folder, one);
      const { baseline_end: lastDay, include_time: includeTime } = one.params;
      const last = parseDay(String(lastDay));
      if (last === undefined || input.start === undefined) throw new Error(`${one.id} has no dates`);
      const baseline = Math.floor((last - input.start) / 7) + 1;
      const method = METHODS.get(includeTime === undefined ? 'serfling' : 'rnssp-nbinom')!;
      const given = includeTime === undefined ? { baseline } : { baseline, includeTime };
      const found = method.run(input, { ...given, compat: true }, range);
      const compare = comparison(one.id);
      compare.numbers('estimate', columnOf(found, 'expected', range), wantedOf(one, 'estimate'), { tolerance: 1e-5 });
      compare.numbers('threshold', columnOf(found, 'upperbound', range), wantedOf(one, 'threshold'), { tolerance: 1e-5 });
      const split = found.details?.['split'];
      if (Array.isArray(split)) compare.words('split', split, wantedOf(one, 'split'));
      compare.words('alarm', alarmsOf(found, range).map((raised) => raised === 1), wantedOf(one, 'alarm'));
      return compare.done();
    }),
}; // prettier-ignore

export const rnsspWeekly: readonly GoldenFile[] = [farrington, seasonal];
