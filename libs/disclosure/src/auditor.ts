import loaded, { type Highs } from 'highs';
import { type Observed, type System, type Target, systemOf } from './attacker.js';

/** A small count that is known to within less than it should be. */
export interface Derivable {
  readonly cell: string;
  readonly low: number;
  readonly high: number;
}

export interface Audit {
  /** Cells: regions at each release, and statements of facilities. */
  readonly cells: number;
  readonly hidden: number;
  /** Small counts whose lowest and highest value were sought. */
  readonly sought: number;
  /** Linear programs. */
  readonly solved: number;
  /** The narrowest interval; Infinity when nothing was sought. */
  readonly narrowest: number;
  readonly derivable: readonly Derivable[];
  /** Numbers that are small, or not the sums they should be. */
  readonly wrong: readonly string[];
}

/** Nobody counts so many on a day: an upper bound that keeps every program bounded. */
const MOST = 1e6;
const OPTIMAL = 7;
/** Of the solver, far below one count. */
const TOLERANCE = 1e-6;

export interface Auditor {
  /** Solves two linear programs for each small count; `protection`: the least width of the interval. */
  audit(observed: Observed, protection: number): Audit;
}

/** What Node imports is the loader itself; the package's types describe what `require` would give. */
const isLoader = (found: unknown): found is typeof loaded.default => typeof found === 'function';

/** Loads the solver (HiGHS, in WebAssembly), which is then there for any number of audits. */
export async function openAuditor(): Promise<Auditor> {
  if (!isLoader(loaded)) throw new Error('the package highs has another form than expected');
  const highs = await loaded();
  return {
    audit(observed, protection) {
      const system = systemOf(observed);
      const intervals = system.targets.length === 0 ? [] : solve(highs, system);
      const derivable = intervals
        .filter(({ low, high }) => high - low < protection - TOLERANCE)
        .map(({ target, low, high }) => ({ cell: target.name, low, high }));
      return {
        cells: system.cells,
        hidden: system.hidden,
        sought: intervals.length,
        solved: 2 * intervals.length,
        narrowest: intervals.reduce((least, { low, high }) => Math.min(least, high - low), Infinity),
        derivable,
        wrong: system.wrong,
      };
    },
  };
}

/** The lowest and the highest value of each target, under everything that was observed. */
function solve(highs: Highs, { statements, sums, targets }: System): { target: Target; low: number; high: number }[] {
  const starts = [0];
  const indices: number[] = [];
  for (const { columns } of sums) {
    indices.push(...columns);
    starts.push(indices.length);
  }
  const zeros = new Array<number>(statements).fill(0);
  const matrix = {
    format: 'csr' as const,
    numRows: sums.length,
    numCols: statements,
    starts,
    indices,
    values: indices.map(() => 1),
  };
  const program = {
    numCols: statements,
    numRows: sums.length,
    colCost: zeros,
    colLower: zeros,
    colUpper: zeros.map(() => MOST),
    rowLower: sums.map(({ low }) => low),
    rowUpper: sums.map(({ high }) => Math.min(high, statements * MOST)),
    matrix,
  };
  return highs.withModel(program, (model) => {
    model.options.set({ output_flag: false });
    const { minimize, maximize } = highs.constants.objectiveSense;
    return targets.map((target) => {
      for (const column of target.columns) model.changeColCost(column, 1);
      const bound = (sense: typeof minimize | typeof maximize): number => {
        model.changeObjectiveSense(sense);
        const { modelStatus } = model.run();
        if (modelStatus !== OPTIMAL) throw new Error(`the solver ended with status ${modelStatus} at ${target.name}`);
        return model.getObjectiveValue();
      };
      const [low, high] = [bound(minimize), bound(maximize)];
      for (const column of target.columns) model.changeColCost(column, 0);
      return { target, low, high };
    });
  });
}
