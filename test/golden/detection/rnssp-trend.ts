import { METHODS } from '#detection';
import { type Case, columnOf, comparison, type GoldenFile, readGolden, readSeries, wantedOf } from './golden.js';

/** `classify_trend` leaves out the first rows; `index` says which are there. */
export const rnsspTrend: GoldenFile = {
  file: 'rnssp_trend.json',
  check: (folder) =>
    readGolden<{ cases: readonly Case[] }>(folder, 'rnssp_trend.json').cases.map((one) => {
      const { firstIndex, lastIndex, B } = one.params;
      if (firstIndex === undefined || lastIndex === undefined) throw new Error(`${one.id} has no rows`);
      const { numerator, ...series } = readSeries(folder, one.series, { from: firstIndex, to: lastIndex });
      if (!numerator) throw new Error(`${one.series} has no numerator`);
      const index = wantedOf(one, 'index').map(Number);
      const range = { first: index[0]! - firstIndex, end: lastIndex - firstIndex + 1 };
      const found = METHODS.get('trend')!.run({ ...series, values: numerator }, { B, compat: true }, range);
      const compare = comparison(one.id);
      compare.words(
        'index',
        Array.from(index, (_, i) => index[0]! + i),
        index,
      );
      const exact = { tolerance: 1e-8 };
      compare.numbers('statistic', columnOf(found, 'statistic', range), wantedOf(one, 'statistic'), exact);
      compare.numbers('p_value', columnOf(found, 'p_value', range), wantedOf(one, 'p_value'), {
        ...exact,
        floor: 1e-12,
      });
      const words = found.details?.['trend_classification'];
      if (!Array.isArray(words)) throw new Error('no classification');
      compare.words('trend_classification', words.slice(range.first, range.end), wantedOf(one, 'trend_classification'));
      return compare.done();
    }),
};
