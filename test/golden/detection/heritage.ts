import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METHODS, readSeriesFile } from '#detection';
import { columnOf, comparison, type GoldenFile, readGolden, type Wanted } from './golden.js';

type Part = Readonly<Record<string, Wanted>>;

interface HeritageCase extends Record<'haar' | 'rls' | 'normalised', Part> {
  readonly series: string;
  /** Positions from 1. */
  readonly first: number;
  readonly last: number;
}

const METHODS_OF = ['haar', 'rls', 'normalised'] as const;

export const heritage: GoldenFile = {
  file: 'own_haar_rls_map.json',
  check: (folder) =>
    readGolden<{ cases: readonly HeritageCase[] }>(folder, 'own_haar_rls_map.json').cases.flatMap((one) => {
      const series = readSeriesFile(readFileSync(join(folder, 'series.json'), 'utf8')).get(one.series);
      if (!series) throw new Error(`no series ${one.series}`);
      const range = { first: one.first - 1, end: one.last };
      return METHODS_OF.map((name) => {
        const { params, bin, ...columns } = one[name];
        const found = METHODS.get(name)!.run(series, { ...params, compat: true }, range);
        const compare = comparison(`${one.series} ${name}`);
        for (const [column, wanted] of Object.entries(columns))
          compare.numbers(column, columnOf(found, column, range), wanted, { tolerance: 1e-9 });
        const bins = found.details?.['bin'];
        if (bin && Array.isArray(bins)) compare.words('bin', bins.slice(range.first, range.end), bin);
        return compare.done();
      });
    }),
};
