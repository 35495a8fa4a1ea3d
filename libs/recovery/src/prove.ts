import { regionKey } from '#vocabulary';
import { type Engine, type PartSum, checksums, differences } from '#warehouse';
import { type AnswersOptions, answerSums } from './answers.js';

/** Whether two databases mean the same. */
export interface Proof {
  readonly partsCompared: number;
  readonly answersCompared: number;
  /** One line for each difference: what differs, and how. */
  readonly different: readonly string[];
}

const described = (sum: PartSum | undefined): string =>
  sum ? `${sum.rows} rows ${sum.sum.slice(0, 16)}` : 'no such part';

export interface ProofOptions extends Omit<AnswersOptions, 'engine'> {
  readonly live: Engine;
  readonly made: Engine;
  /** Only these datasets; undefined: all. */
  readonly datasets?: readonly string[] | undefined;
}

/** Compares tables by their checksums, and a random sample of regions by what they answer. */
export async function proveEqual({ live, made, datasets, ...asking }: ProofOptions): Promise<Proof> {
  const { feeds } = asking.configuration;
  const isWanted = ({ table, part }: PartSum): boolean =>
    datasets === undefined || datasets.includes(table === 'ledger' ? (feeds.get(part)?.dataset ?? '') : part);
  const [left, right] = [(await checksums(live)).filter(isWanted), (await checksums(made)).filter(isWanted)];
  const different = differences(left, right).map(
    ({ table, part, year, left: a, right: b }) => `${table} ${part} ${year}: ${described(a)}, made ${described(b)}`,
  );
  let answersCompared = 0;
  if (asking.perLevel > 0) {
    const there = new Map(
      (await answerSums({ ...asking, engine: made })).map(({ dataset, region, sum }) => [
        `${dataset} ${regionKey(region)}`,
        sum,
      ]),
    );
    for (const { dataset, region, sum } of await answerSums({ ...asking, engine: live })) {
      if (datasets !== undefined && !datasets.includes(dataset)) continue;
      answersCompared++;
      const name = `${dataset} ${regionKey(region)}`;
      if (there.get(name) !== sum) different.push(`answers of ${name} differ`);
    }
  }
  return { partsCompared: left.length, answersCompared, different };
}
