import type { Records, SeriesQuestion } from '#analytics';
import { BellwetherError, type ErrorCode } from '#vocabulary';

/** One question that was asked, for the audit trail: names and numbers, never what was answered. */
export interface Note {
  /** Name of the question: `series`, `submissions`. */
  readonly does: string;
  /** Dataset, categories, regions, and what else says what it was about. */
  readonly object: string;
  /** Items or values that were given out. */
  readonly rows?: number | undefined;
  /** Why there was no answer. */
  readonly code?: ErrorCode | undefined;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const LONGEST_LIST = 12;

/** `state:PA` for a region, the text of what is a text or a number, lists with commas; nothing for anything else. */
function nameOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number') return String(value);
  if (Array.isArray(value)) return value.slice(0, LONGEST_LIST).map(nameOf).join(',');
  return isRecord(value) && typeof value['code'] === 'string' ? `${String(value['level'])}:${value['code']}` : '';
}

/** What a question is about. Days, cursors and limits are not; neither is what somebody wrote. */
const ABOUT = [
  'dataset',
  'category',
  'categories',
  'region',
  'regions',
  'within',
  'parent',
  'level',
  'feed',
  'facility',
];

export function objectOf(question: unknown): string {
  if (typeof question === 'string') return question; // the id of a submission
  if (!isRecord(question)) return '';
  return ABOUT.map((field) => nameOf(question[field]))
    .filter((text) => text !== '')
    .join(' ');
}

/** How much an answer holds: its values where it has days, else the items of its list. */
export function rowsOf(answer: unknown): number | undefined {
  if (Array.isArray(answer)) return answer.length;
  if (!isRecord(answer)) return undefined;
  for (const list of ['items', 'series', 'regions', 'contributions', 'days', 'arrivals', 'minutes', 'errors']) {
    const found = answer[list];
    if (Array.isArray(found)) return found.reduce((sum: number, item) => sum + valuesOf(item), 0);
  }
  return undefined;
}

function valuesOf(item: unknown): number {
  if (!isRecord(item)) return 1;
  for (const list of ['total', 'days']) {
    const found = item[list];
    if (Array.isArray(found)) return found.length;
  }
  return 1;
}

const codeOf = (error: unknown): ErrorCode => (error instanceof BellwetherError ? error.code : 'INTERNAL');

/** The same questions; of each that is asked, `noted` is told once it is answered or refused, by its name after `prefix`. */
export function notedQuestions<Q extends object>(questions: Q, noted: (note: Note) => void, prefix = ''): Q {
  return new Proxy(questions, {
    get(target, name, receiver) {
      const ask: unknown = Reflect.get(target, name, receiver);
      if (typeof ask !== 'function') return ask;
      return (...given: unknown[]): unknown => {
        const note = { does: `${prefix}${String(name)}`, object: objectOf(given[0]) };
        try {
          const answer: unknown = Reflect.apply(ask, target, given);
          if (!(answer instanceof Promise)) {
            noted(note);
            return answer;
          }
          return answer.then(
            (value: unknown) => {
              noted({ ...note, rows: rowsOf(value) });
              return value;
            },
            (error: unknown) => {
              noted({ ...note, code: codeOf(error) });
              throw error;
            },
          );
        } catch (error) {
          noted({ ...note, code: codeOf(error) });
          throw error;
        }
      };
    },
  });
}

const valuesAsked = ({ regions, categories, from, to }: SeriesQuestion): number =>
  regions.length * categories.length * (to - from + 1);

/** The note of a series that was answered from stored records. */
export const noteOfSeries = (question: SeriesQuestion): Note => ({
  does: 'series',
  object: objectOf(question),
  rows: valuesAsked(question),
});

/** As {@link notedQuestions}, for stored records. */
export function notedRecords(records: Records, noted: (note: Note) => void): Records {
  return {
    now(question) {
      const found = records.now(question);
      if (found) noted(noteOfSeries(question));
      return found;
    },
    async series(question) {
      try {
        const found = await records.series(question);
        noted(noteOfSeries(question));
        return found;
      } catch (error) {
        noted({ does: 'series', object: objectOf(question), code: codeOf(error) });
        throw error;
      }
    },
    untilCommit: records.untilCommit,
  };
}
