import {
  bayesNowcast,
  type BayesOptions,
  completed,
  delayShares,
  type FinalCounts,
  lawless,
  normalAsInSurveillance,
  nowcast,
  quantileOfCounts,
  type ReportingTriangle,
  uninformed,
} from '#detection';
import { type Checked, comparison, type GoldenFile, readGolden } from './golden.js';
import { type LineList, triangleOf } from './line-list.js';

type Numbers = readonly (number | null)[];

interface Case {
  readonly id: string;
  readonly params: {
    readonly now: string;
    readonly D: number;
    readonly method: string;
    readonly alpha: number;
    readonly NtInfMax: number;
    readonly rangeFirst: string;
    readonly monteCarlo: boolean;
  };
  readonly output: Readonly<
    Record<'NtT' | 'delayCDF' | 'median' | 'lower' | 'upper', Numbers> & { triangleLastRows: readonly Numbers[] } & Partial<
        Record<'nx' | 'Nx' | 'hazard' | 'W' | 'Nhat' | 'varAsCoded' | 'varLawless2_16', Numbers> & { pmfSumAtNow: number }
      >
  >;
} // prettier-ignore

const EXACT = { tolerance: 1e-9 };
/** ±3 %, or two counts where those are more. */
const DRAWN = { tolerance: 0.03, floor: 2 / 0.03 };

const DRAWS: Pick<BayesOptions, 'draws' | 'seed' | 'prior'> = { draws: 4000, seed: 1, prior: 0.1 };
/** Of the calls that the file has. */
const LEVEL = { mean: 50, variance: 3000 };

const sumOf = (counts: FinalCounts): number => counts.reduce((sum, probability) => sum + probability, 0);

/** Final counts of every row, and the share that has arrived after each delay where the method has one. */
function predict(triangle: ReportingTriangle, { method, NtInfMax: most }: Case['params']): { counts: readonly FinalCounts[]; arrived: ArrayLike<number> } {
  const known = lawless(triangle).rows;
  if (method === 'unif') return { counts: known.map((row) => uninformed(row.known, most)), arrived: [] };
  if (method === 'lawless') {
    // As coded there: without the first term of the variance.
    const coded = known.map((row) => ({ ...row, most, variance: (row.known * (1 - row.arrived)) / row.arrived ** 2 }));
    return { counts: coded.map(normalAsInSurveillance), arrived: known.map(({ arrived }) => arrived).toReversed() };
  }
  const exact = method === 'bayes.notrunc.bnb';
  const found = bayesNowcast(triangle, { ...DRAWS, most, truncated: method === 'bayes.trunc', ...(!exact && { level: LEVEL }) });
  return { counts: found.rows, arrived: exact ? [] : found.arrived };
} // prettier-ignore

function checkCase({ id, params, output }: Case, list: LineList): Checked {
  const compare = comparison(id);
  const triangle = triangleOf(list, { first: params.rangeFirst, last: params.now, longest: params.D, longer: 'longest' });
  const last = triangle.slice(-params.D - 1);
  for (const [at, row] of last.entries()) compare.numbers(`triangle ${at}`, row, output.triangleLastRows[at]!, EXACT);
  const { hazards, rows } = lawless(triangle);
  const own = rows.slice(-params.D - 1);
  const numbers = (column: string, found: ArrayLike<number>, wanted: Numbers | undefined): void => {
    if (wanted) compare.numbers(column, found, wanted, EXACT);
  };
  numbers('NtT', own.map(({ known }) => known), output.NtT);
  numbers('hazard', hazards, output.hazard);
  numbers('W', own.map(({ arrived }) => arrived), output.W);
  numbers('Nhat', own.map(({ expected }) => expected), output.Nhat);
  numbers('varLawless2_16', own.map(({ variance }) => variance), output.varLawless2_16);
  numbers('varAsCoded', own.map(({ known, arrived }) => (known * (1 - arrived)) / arrived ** 2), output.varAsCoded);
  const { counts, arrived } = predict(triangle, params);
  const told = counts.slice(-params.D - 1);
  numbers('delayCDF', arrived, output.delayCDF);
  if (output.pmfSumAtNow !== undefined) numbers('pmfSumAtNow', [sumOf(told.at(-1)!)], [output.pmfSumAtNow]);
  for (const [column, level] of [['median', 0.5], ['lower', params.alpha / 2], ['upper', 1 - params.alpha / 2]] as const) {
    // Where its probabilities do not reach the level, R has 0 for a quantile.
    const found = told.map((one) => quantileOfCounts(one, level) || 0);
    compare.numbers(column, found, output[column], params.monteCarlo ? DRAWN : EXACT);
  }
  if (params.monteCarlo) compare.except('bayes.trunc, bayes.notrunc: R averages over 2,000 draws, ours over 4,000: quantiles within ±3 % or ±2 counts');
  if (params.method === 'lawless') compare.except('lawless: for this comparison alone, without the first term of its variance and with a sum that may exceed 1 (README, quirk 4); `lawless` has eq. 2.16, which is compared too');
  return compare.done();
} // prettier-ignore

export const nowcasts: GoldenFile = {
  file: 'nowcast.json',
  check: (folder) => {
    const { cases, lineLists } = readGolden<{ cases: readonly (Case & { series: string })[]; lineLists: Readonly<Record<string, LineList>> }>(folder, 'nowcast.json'); // prettier-ignore
    return cases.map((one) => checkCase(one, lineLists[one.series]!));
  },
};

interface Ladder {
  readonly id: string;
  readonly params: { readonly nHistory: number; readonly nRetrospective: number | null };
  readonly triangle: readonly Numbers[];
  readonly delayPmf: Numbers;
  readonly pointNowcast: Numbers;
  readonly pointMatrixLast: readonly Numbers[];
  readonly nbDispersionByHorizon: Numbers | null;
}

function checkLadder(ladder: Ladder): Checked {
  const compare = comparison(ladder.id);
  const tolerance = { tolerance: 1e-12 };
  const triangle = ladder.triangle.map((row) => Float64Array.from(row, (count) => count ?? NaN));
  const shares = delayShares(triangle);
  compare.numbers('delayPmf', shares, ladder.delayPmf, tolerance);
  const whole = completed(triangle, shares).slice(-ladder.pointNowcast.length);
  compare.numbers('pointNowcast', whole.map((row) => row.reduce((sum, count) => sum + count, 0)), ladder.pointNowcast, tolerance); // prettier-ignore
  for (const [at, cells] of ladder.pointMatrixLast.entries())
    compare.numbers(`pointMatrixLast ${at}`, whole[at]!, cells, tolerance);
  const found = nowcast(triangle, { history: triangle.length, retrospective: 0, leastKnown: 0 });
  compare.numbers('nowcast', found.map(({ known, missing }) => known + missing), ladder.pointNowcast.slice(1).toReversed(), tolerance); // prettier-ignore
  if (ladder.nbDispersionByHorizon)
    compare.except(`nbDispersionByHorizon (R: ${ladder.nbDispersionByHorizon.map((size) => size?.toFixed(1)).join(', ')}) needs ${ladder.params.nRetrospective ?? 0} earlier triangles of ${ladder.params.nHistory} rows; the file has the last alone`); // prettier-ignore
  return compare.done();
}

export const ladders: GoldenFile = {
  file: 'baselinenowcast.json',
  check: (folder) => readGolden<{ cases: readonly Ladder[] }>(folder, 'baselinenowcast.json').cases.map(checkLadder),
};
