import { type Day, dayAt, type Level, yearOf } from '#vocabulary';
import {
  CHART_OF_ANY_FORMAT,
  COMPLETENESS,
  CURVE,
  explicitPeriod,
  LIMITS,
  type Parameters,
  PROVENANCE,
  read,
  SERIES,
} from '../ask/index.js';
import { asGiven } from './arguments.js';

/** What parts of an operation cost, beside the field itself. docs/limits.md lists them. */
export const WEIGHTS = {
  /** A question, at least. */
  question: 50,
  /** A question that the ledger or the alarms answer: all of it is looked through. */
  ledger: 250,
  /** A region and calendar year that an answer looks at: on first asking, it is read and packed as a whole. */
  regionYear: 36,
  /** The same where the warehouse answers each time: counts of one flag. */
  flagYear: 100,
  /** Values (series × days) that cost 1; and 1 again for each of their lists that is asked for. */
  values: 1000,
  /** Fields of the items of a list that cost 1. */
  cells: 40,
  /** What was known at an instant: once for a question … */
  past: 350,
  /** … and where it also asks who took part then. */
  pastParticipants: 850,
  /** Where the facilities of a place are named. */
  facilities: 450,
  /** Rows of a submission that were refused, beside their fields. */
  rowErrors: 100,
  /** A picture, beside its series … */
  picture: 50,
  /** … pixels of it that cost 1 … */
  pixels: 20_000,
  /** … and pixels of a line that do. */
  linePixels: 70_000,
  /** A judgement of a cell as of an instant. */
  judged: 850,
} as const;

/** Of a region and day as of an instant: every facility within is added up again. */
const PAST_DAY: Readonly<Record<Level, number>> = {
  nation: 20, hhs: 5, state: 1.5, county: 1, zip: 1, event_zip: 1, facility: 1,
}; // prettier-ignore

/** The default of pages and connections. */
const PAGE = 100;
/** Items of a list whose length nobody asks for: datasets with their categories; findings of an alarm. */
const SHORT = 20;
const FINDINGS = 500;
const YEAR = 365;

type Given = Readonly<Record<string, unknown>>;

/** What one question costs: once, for each field beneath it, and for fields of some names. */
export interface Weight {
  readonly once: number;
  readonly each: number;
  readonly named: Readonly<Record<string, number>>;
  /** What fields with arguments of their own cost, and what is beneath them. */
  readonly sized?: Readonly<Record<string, (given: Given) => Weight>>;
}

type Weigh = (given: Given) => Weight;

const weight = (once: number, each = 0, named: Weight['named'] = {}): Weight => ({ once, each, named });

interface Asked {
  readonly region: readonly { readonly level: Level }[];
  readonly from: Day | undefined;
  readonly to: Day | undefined;
  readonly epiweeks: { readonly from: Day; readonly to: Day } | undefined;
  readonly as_of: number | undefined;
}

/** Days and calendar years; where the last day with data would end them, as many as there can be. */
function spanOf({ from, to, epiweeks }: Asked): { readonly days: number; readonly years: number } {
  const stated = explicitPeriod({ period: undefined, from, to, epiweeks });
  if (!stated && from === undefined) return { days: YEAR, years: 2 };
  const today = dayAt(Date.now(), 'UTC') + 1;
  const { from: first, to: last } = stated ?? { from: Number(from), to: Math.max(today, Number(from)) };
  return { days: last - first + 1, years: yearOf(last) - yearOf(first) + 1 };
}

/** What it costs to know the values, whatever is shown of them. */
function known(
  asked: Asked,
  { flag, days, years }: { flag?: string | undefined; days: number; years: number },
): number {
  const { region, as_of: asOf } = asked;
  if (asOf === undefined) return region.length * years * (flag === undefined ? WEIGHTS.regionYear : WEIGHTS.flagYear);
  return WEIGHTS.past + region.reduce((sum, { level }) => sum + days * PAST_DAY[level], 0);
}

const series: Weigh = (given) => {
  const asked = read(SERIES, given);
  const span = spanOf(asked);
  const count = asked.region.length * asked.category.length;
  const list = (count * span.days) / WEIGHTS.values;
  return weight(WEIGHTS.question + known(asked, { ...span, flag: asked.flag }) + list, count / WEIGHTS.cells, {
    total: list,
    unflagged: list,
    status: list,
  });
};

const completeness: Weigh = (given) => {
  const asked = read(COMPLETENESS, given);
  const span = spanOf(asked);
  const participants = asked.as_of === undefined ? 0 : WEIGHTS.pastParticipants - WEIGHTS.past;
  return weight(
    WEIGHTS.question + known(asked, span) + participants,
    (asked.region.length * span.days) / WEIGHTS.cells,
  );
};

const chart: Weigh = (given) => {
  const asked = read(CHART_OF_ANY_FORMAT, given);
  const span = spanOf(asked);
  const lines = asked.region.length * asked.category.length;
  const pixels = asked.format === 'svg' ? 0 : asked.width * asked.height;
  const participants = asked.as_of === undefined ? 0 : WEIGHTS.pastParticipants - WEIGHTS.past;
  const values = ((lines + asked.region.length) * span.days * 2) / WEIGHTS.values;
  const drawn = WEIGHTS.picture + pixels / WEIGHTS.pixels + (lines * pixels) / WEIGHTS.linePixels;
  return weight(WEIGHTS.question + known(asked, { ...span, flag: asked.flag }) + participants + values + drawn, 0, {
    base64: pixels / WEIGHTS.pixels + values,
  });
};

/** Of a list in pages: by what is asked for, as if the page were full. */
const paged =
  (once: number): Weigh =>
  ({ limit, first, after }) => {
    const most = limit ?? first ?? PAGE;
    const items = typeof most === 'number' ? Math.min(Math.max(1, most), LIMITS.page) : LIMITS.page;
    // The cursor of an edge says how many of its page lie before it: they are read again.
    return weight(once + (typeof after === 'string' ? LIMITS.page / WEIGHTS.cells : 0), items / WEIGHTS.cells);
  };

/** Rows of a submission that were refused: as many as are asked for. */
const rowErrors: Weigh = ({ limit = LIMITS.page }) =>
  weight(
    WEIGHTS.rowErrors,
    (typeof limit === 'number' ? Math.min(Math.max(1, limit), LIMITS.page) : LIMITS.page) / WEIGHTS.cells,
  );

const ofInstant =
  (table: Parameters, now: number, then: number): Weigh =>
  (given) =>
    weight(read(table, given)['as_of'] === undefined ? now : then, PAGE / WEIGHTS.cells);

const short = (once: number, items = SHORT): Weigh => {
  const fixed = weight(once, items / WEIGHTS.cells);
  return () => fixed;
};

/** What any question costs. */
export const LEAST = weight(WEIGHTS.question);

const QUESTIONS: Readonly<Record<string, Weigh>> = {
  datasets: short(WEIGHTS.question),
  feeds: short(WEIGHTS.ledger),
  regions: paged(WEIGHTS.question),
  regionConnection: paged(WEIGHTS.question),
  facilities: paged(WEIGHTS.question),
  facilityConnection: paged(WEIGHTS.question),
  submissions: paged(WEIGHTS.ledger),
  submissionConnection: paged(WEIGHTS.ledger),
  deadLetters: paged(WEIGHTS.ledger),
  deadLetterConnection: paged(WEIGHTS.ledger),
  submission: () => ({ ...weight(WEIGHTS.ledger), sized: { errors: rowErrors } }),
  series,
  completeness,
  chart,
  completenessCurve: ofInstant(CURVE, WEIGHTS.facilities, WEIGHTS.pastParticipants),
  provenance: ofInstant(PROVENANCE, WEIGHTS.facilities, WEIGHTS.pastParticipants),
  alarms: paged(WEIGHTS.ledger),
  alarm: short(WEIGHTS.ledger, FINDINGS),
  alarmAt: short(WEIGHTS.judged),
};

/**
 * What a question will cost, from its arguments alone, before anything is asked. Arguments that cannot be read cost the
 * least: they are refused where they are used, by the same tables.
 */
export function weightOf(question: string, given: Given): Weight {
  const weigh = Object.hasOwn(QUESTIONS, question) ? QUESTIONS[question] : undefined;
  if (!weigh) return LEAST;
  try {
    return weigh(asGiven(given));
  } catch {
    return LEAST;
  }
}
