import { METHODS } from '#detection';
import {
  alarmsOf,
  type Case,
  caseInput,
  columnOf,
  comparison,
  type GoldenFile,
  readGolden,
  type Tolerance,
  wantedOf,
} from './golden.js';

interface Reading {
  readonly method: (one: Case) => string;
  /** Parameters of ours for those of R. */
  readonly given: (params: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;
  /** Column of the file → column of the detection. */
  readonly columns: Readonly<Record<string, string>>;
  readonly tolerance: Tolerance;
}

/** A file of `algo.*` outputs: undated series, a range of positions. */
function algo(file: string, { method, given, columns, tolerance }: Reading): GoldenFile {
  return {
    file,
    check: (folder) =>
      readGolden<{ cases: readonly Case[] }>(folder, file).cases.map((one) => {
        const { input, range } = caseInput(folder, one);
        const { rangeFirst: _first, rangeLast: _last, ...params } = one.params;
        const options = { ...given(params), compat: true };
        const found = METHODS.get(method(one))!.run({ ...input, start: undefined }, options, range);
        const compare = comparison(one.id);
        for (const [theirs, ours] of Object.entries(columns)) {
          if (theirs in one.output)
            compare.numbers(theirs, columnOf(found, ours, range), wantedOf(one, theirs), tolerance);
        }
        compare.words('alarm', alarmsOf(found, range), wantedOf(one, 'alarm'));
        return compare.done();
      }),
  };
}

const same = (params: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => params;

export const surveillance: readonly GoldenFile[] = [
  algo('cusum.json', {
    method: () => 'cusum',
    given: ({ m, ...rest }) => (m === 'glm' ? { ...rest, model: 'glm' } : m === undefined ? rest : { ...rest, m }),
    columns: { cusum: 'cusum', upperbound: 'upperbound', m: 'm' },
    tolerance: { tolerance: 1e-9 },
  }),
  algo('glr.json', {
    method: () => 'glr',
    given: ({ mu0, 'c.ARL': cARL, change: _change, ret: _ret, ...rest }) => {
      const means = new Set(Array.isArray(mu0) ? mu0 : []);
      if (means.size !== 1) throw new Error('expected means that are all equal');
      return { ...rest, cARL, mu0: [...means][0] };
    },
    columns: { statistic: 'statistic' },
    tolerance: { tolerance: 1e-8 },
  }),
  algo('bayes_rki_cdc.json', {
    method: ({ id }) => {
      const name = /^algo[.]([a-z]+)([123]?)_/.exec(id);
      return name?.[1] === 'rki' ? `rki-${name[2]}` : (name?.[1] ?? id);
    },
    given: same,
    columns: { upperbound: 'upperbound' },
    tolerance: { tolerance: 1e-9 },
  }),
  algo('outbreakP.json', {
    method: () => 'outbreak-p',
    given: ({ ret: _ret, ...rest }) => rest,
    columns: { upperbound: 'statistic' },
    tolerance: { tolerance: 1e-8 },
  }),
];
