/**
 * What somebody knows who has kept every number that was ever released of one day and category, and who also knows more
 * than anybody should: which statement of which facility was counted in each release, which regions were hidden, and
 * which of them for being small. Only the counts themselves are not known.
 */
export interface Observed {
  /** Parents stand before their children; the root has the parent -1. */
  readonly regions: readonly { readonly key: string; readonly parent: number }[];
  /** Facility → number of its finest region. */
  readonly leaves: ReadonlyMap<string, number>;
  readonly releases: readonly ObservedRelease[];
  /** Highest of the small counts. */
  readonly threshold: number;
}

/**
 * Facility → one of its statements (from 0), and its true count. The attacker knows which statement it is; the truth is
 * used to say which cells are small, and to check that the numbers are sums of it.
 */
export type Statements = ReadonlyMap<string, { readonly statement: number; readonly count: number }>;

export interface ObservedRelease {
  /** Region → its number. */
  readonly shown: ReadonlyMap<string, number>;
  /** What the numbers are made of. */
  readonly counted: Statements;
  /** What the rule itself tells: a cell is hidden, so the sum of these statements lies between these bounds. */
  readonly known?: readonly { readonly statements: Statements; readonly low: number; readonly high: number }[];
}

/** A sum of statements, by their columns. */
export interface Sum {
  readonly columns: readonly number[];
  readonly low: number;
  readonly high: number;
}

/** A small count, or several that are always the same sum. */
export interface Target {
  /** `county:42091 at release 3`, `facility F7, statement 2`. */
  readonly name: string;
  readonly columns: readonly number[];
  readonly truth: number;
}

/** The observations as sums over unknown statements, and what they are searched for. */
export interface System {
  readonly statements: number;
  readonly sums: readonly Sum[];
  readonly targets: readonly Target[];
  /** Cells (region × release, and statements of facilities) that are not shown. */
  readonly hidden: number;
  /** Cells in all. */
  readonly cells: number;
  /** Shown numbers that are small, or are not the sum of what is said to be counted. */
  readonly wrong: readonly string[];
}

/** One equation a shown number, one unknown a statement. */
export function systemOf({ regions, leaves, releases, threshold }: Observed): System {
  const columns = new Map<string, number>();
  const truths: number[] = [];
  const names: string[] = [];
  const sums = new Map<string, Sum>();
  const targets = new Map<string, Target>();
  const wrong: string[] = [];
  let [hidden, cells] = [0, 0];
  const isSmall = (count: number): boolean => count >= 1 && count <= threshold;
  const sumAt = (name: string, bounds: { low: number; high: number }, members: readonly number[]): void => {
    if (members.length === 0) return;
    const key = `${members.join()} ${bounds.low} ${bounds.high}`;
    sums.set(key, { columns: members, ...bounds });
    const truth = members.reduce((sum, column) => sum + truths[column]!, 0);
    if (truth < bounds.low || truth > bounds.high) wrong.push(`${name}: not the sum of what is counted`);
  };
  const columnOf = (facility: string, { statement, count }: { statement: number; count: number }): number => {
    const name = `facility ${facility}, statement ${statement}`;
    let column = columns.get(name);
    if (column === undefined) {
      columns.set(name, (column = truths.push(count) - 1));
      names.push(name);
    }
    return column;
  };
  releases.forEach(({ shown, counted, known = [] }, at) => {
    const inside: number[][] = regions.map(() => []);
    for (const [facility, one] of counted) {
      const column = columnOf(facility, one);
      for (let region = leaves.get(facility)!; region >= 0; region = regions[region]!.parent)
        inside[region]!.push(column);
    }
    regions.forEach(({ key }, region) => {
      const members = inside[region]!.sort((a, b) => a - b);
      const truth = members.reduce((sum, column) => sum + truths[column]!, 0);
      const number = shown.get(key);
      const name = `${key} at release ${at + 1}`;
      cells++;
      if (number === undefined) {
        if (members.length > 0) hidden++;
      } else {
        if (isSmall(number)) wrong.push(`${name}: a small count is shown`);
        if (members.length === 0 && number !== 0) wrong.push(`${name}: not the sum of what is counted`);
        sumAt(name, { low: number, high: number }, members);
      }
      const sameSum = members.join();
      if (isSmall(truth) && !targets.has(sameSum)) targets.set(sameSum, { name, columns: members, truth });
    });
    for (const { statements, low, high } of known) {
      const members = [...statements].map(([facility, one]) => columnOf(facility, one));
      sumAt(
        `what is known at release ${at + 1}`,
        { low, high },
        members.sort((a, b) => a - b),
      );
    }
  });
  truths.forEach((truth, column) => {
    const sameSum = String(column);
    if (isSmall(truth) && !targets.has(sameSum))
      targets.set(sameSum, { name: names[column]!, columns: [column], truth });
  });
  return {
    statements: truths.length,
    sums: [...sums.values()],
    targets: [...targets.values()],
    hidden: hidden + truths.length,
    cells: cells + truths.length,
    wrong,
  };
}
