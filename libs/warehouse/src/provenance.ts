import type { Day } from '#vocabulary';
import type { Engine } from './engine.js';
import { statement, textList } from './statements.js';

/** What one submission states of one cell. */
export interface Contribution {
  readonly facility: string;
  readonly flag: string;
  readonly status: number;
  readonly value: number;
  readonly records: number;
  readonly submission: string;
  readonly feed: string;
  readonly arrivedAt: number;
}

export interface ContributionQuestion {
  readonly dataset: string;
  readonly category: string;
  readonly day: Day;
  /** Undefined: all. */
  readonly facilities: readonly string[] | undefined;
  /** Place of the event; undefined: any. */
  readonly place?: string | undefined;
  readonly asOf?: number | undefined;
}

export async function contributions(engine: Engine, question: ContributionQuestion): Promise<Contribution[]> {
  const { dataset, category, day, facilities, place = '', asOf = 0 } = question;
  const text = statement('contributions').replace('{facilities:Array(String)}', textList(facilities ?? []));
  const rows = await engine.rows<[string, string, number, number, number, string, string, string, string]>(text, {
    dataset, category, day, place, as_of: asOf, all_facilities: facilities === undefined,
  }); // prettier-ignore
  return rows.map(([facility, flag, status, value, records, , submission, feed, arrivedAt]) => ({
    facility, flag, status, value, records, submission: submission.toLowerCase(), feed, arrivedAt: Number(arrivedAt),
  })); // prettier-ignore
}
