import type { Questions, Revision, RevisionQuestion, Times } from '#analytics';
import { BellwetherError, type Day, epiweekOf, epiweekStart, regionKey } from '#vocabulary';
import { type CovidcastAsked, dayNumber, type TimeSpan, weekNumber } from './parameters.js';
import { geoValueOf, regionsOf, type Signal, signalsOf } from './signals.js';

/** One row of covidcast. The names and their order are those of Epidata. */
export type Row = Readonly<Record<string, string | number | null>>;

/** Rows of one answer; more are cut off, and the answer says so (result 2). */
export const MOST_ROWS = 100_000;
/** Days and regions of one question to the port. */
const DAYS_AT_ONCE = 63;
const REGIONS_AT_ONCE = 100;
const MS_PER_DAY = 86_400_000;

/** Why there is no value; delphi-epidata, "Missing values" (NAN codes). */
const MISSING = { reported: 0, missing: 5, suppressed: 3, deleted: 4 } as const;
const NOT_APPLICABLE = 1;

const begin = (day: Day): number => day * MS_PER_DAY;
const end = (day: Day): number => (day + 1) * MS_PER_DAY - 1;
const issueDay = ({ issuedAt }: Revision): Day => Math.floor(issuedAt / MS_PER_DAY);

/** Issues asked, as instants. Epidata knows issues by the day, so the last version of a day is its issue. */
function timesOf({ issues, lag, asOf }: CovidcastAsked): { times: readonly Times[]; isNewest: boolean } {
  if (issues) return { times: issues.map(({ from, to }) => ({ from: begin(from), to: end(to) })), isNewest: false };
  if (lag !== undefined) return { times: [{ from: begin(-100_000), to: end(100_000) }], isNewest: false };
  return { times: [{ from: begin(-100_000), to: asOf === undefined ? end(100_000) : end(asOf) }], isNewest: true };
}

/**
 * Versions of some regions and days; asked in halves where there are too many at once, or where a region is among them
 * that nobody knows: that one has no results, and nothing is said about it.
 */
async function revisionsOf(questions: Questions, question: RevisionQuestion): Promise<readonly Revision[]> {
  try {
    return (await questions.revisions(question)).revisions;
  } catch (error) {
    if (!(error instanceof BellwetherError)) throw error;
    const { from, to, regions } = question;
    if (error.code === 'UNKNOWN_REGION') {
      if (regions.length === 1) return [];
      const middle = regions.length >> 1;
      const halves = [regions.slice(0, middle), regions.slice(middle)];
      return (await Promise.all(halves.map((some) => revisionsOf(questions, { ...question, regions: some })))).flat();
    }
    if (error.code !== 'REQUEST_INVALID' || to === from) throw error;
    const middle = Math.floor((from + to) / 2);
    return [
      ...(await revisionsOf(questions, { ...question, to: middle })),
      ...(await revisionsOf(questions, { ...question, from: middle + 1 })),
    ];
  }
}

/**
 * For whom small counts are withheld there are no versions, only what has been released: as of the day asked, or now.
 * Its issue is then that day.
 */
async function releasedOf(
  questions: Questions,
  { asked, question }: { asked: CovidcastAsked; question: RevisionQuestion },
): Promise<readonly Revision[]> {
  const { dataset, categories, regions, from, to, flag } = question;
  const asOf = asked.asOf === undefined ? undefined : end(asked.asOf);
  const ask = { dataset, categories, regions, from, to, flag };
  const { lag } = asked;
  const { series } = await questions.series(lag === undefined ? { ...ask, asOf } : { ...ask, lag });
  return series.flatMap(({ region, category, total, status }) =>
    total.flatMap((value, i): Revision[] => {
      const day = from + i;
      const issuedAt = lag === undefined ? (asOf ?? Date.now()) : end(day + lag);
      const known = status[i] ?? 'missing';
      return known === 'missing'
        ? []
        : [{ region, category, day, issuedAt, total: value, unflagged: null, status: known }];
    }),
  );
}

async function versionsOf(
  questions: Questions,
  { asked, question }: { asked: CovidcastAsked; question: RevisionQuestion },
): Promise<readonly Revision[]> {
  try {
    return await revisionsOf(questions, question);
  } catch (error) {
    const isWithheld = error instanceof BellwetherError && error.code === 'FORBIDDEN';
    if (!isWithheld || asked.issues) throw error;
    return releasedOf(questions, { asked, question });
  }
}

/** The last version of each day of issue. */
function daily(revisions: readonly Revision[]): Revision[] {
  return revisions.filter((one, i) => {
    const next = revisions[i + 1];
    return !(
      next &&
      next.day === one.day &&
      next.category === one.category &&
      regionKey(next.region) === regionKey(one.region) &&
      issueDay(next) === issueDay(one)
    );
  });
}

interface Answering {
  readonly questions: Questions;
  readonly asked: CovidcastAsked;
  readonly signal: Signal;
}

function rowOf(
  signal: Signal,
  time: { type: 'day' | 'week'; value: number; issue: number; lag: number },
  one: Pick<Revision, 'region' | 'total' | 'status'>,
): Row {
  const { type, value, issue, lag } = time;
  return {
    geo_value: geoValueOf(one.region),
    signal: signal.name,
    source: signal.dataset.id,
    geo_type: one.region.level,
    time_type: type,
    time_value: value,
    direction: null,
    issue,
    lag,
    missing_value: MISSING[one.status],
    missing_stderr: NOT_APPLICABLE,
    missing_sample_size: NOT_APPLICABLE,
    value: one.total,
    stderr: null,
    sample_size: null,
  };
}

function dayRow(signal: Signal, one: Revision): Row {
  const issue = issueDay(one);
  return rowOf(signal, { type: 'day', value: dayNumber(one.day), issue: dayNumber(issue), lag: issue - one.day }, one);
}

/** A week is the sum of its days that were reported, known since the newest of them. */
function weekRows(signal: Signal, revisions: readonly Revision[]): Row[] {
  const weeks = new Map<string, Revision[]>();
  for (const one of revisions) {
    if (one.status !== 'reported') continue;
    const key = `${regionKey(one.region)} ${epiweekStart(epiweekOf(one.day))}`;
    weeks.set(key, [...(weeks.get(key) ?? []), one]);
  }
  return Array.from(weeks.values(), (days) => {
    const [first] = days;
    const issue = Math.max(...days.map(issueDay));
    const start = epiweekStart(epiweekOf(first!.day));
    const lag = (epiweekStart(epiweekOf(issue)) - start) / 7;
    const total = days.reduce((sum, { total: count }) => sum + (count ?? 0), 0);
    return rowOf(
      signal,
      { type: 'week', value: weekNumber(first!.day), issue: weekNumber(issue), lag },
      { ...first!, total },
    );
  });
}

/** The days asked, cut to those that have data: what lies outside has no rows. Of weeks, whole weeks. */
function daysWithData({ asked, signal }: Answering): TimeSpan[] {
  const { firstDay, lastDay } = signal.dataset;
  if (firstDay === null || lastDay === null) return [];
  const spans = asked.times === true ? [{ from: firstDay, to: lastDay }] : asked.times;
  return spans.flatMap((span) => {
    let [from, to] = [Math.max(span.from, firstDay), Math.min(span.to, lastDay)];
    if (from > to) return [];
    if (asked.timeType === 'week') [from, to] = [epiweekStart(epiweekOf(from)), epiweekStart(epiweekOf(to)) + 6];
    const parts: TimeSpan[] = [];
    for (let at = from; at <= to; at += DAYS_AT_ONCE) parts.push({ from: at, to: Math.min(to, at + DAYS_AT_ONCE - 1) });
    return parts;
  });
}

async function* signalRows(answering: Answering): AsyncGenerator<Row> {
  const { questions, asked, signal } = answering;
  const { dataset, category, flag } = signal;
  const { times, isNewest } = timesOf(asked);
  const isWeekly = asked.timeType === 'week';
  // A sum over a week of what is not a sum over a day says nothing; and issues of weeks are not kept.
  if (isWeekly && (dataset.kind !== 'sum' || !isNewest)) return;
  for (const { type, values } of asked.geos) {
    const regions = await regionsOf(questions, { dataset: dataset.id, type, values });
    for (let at = 0; at < regions.length; at += REGIONS_AT_ONCE) {
      const some = regions.slice(at, at + REGIONS_AT_ONCE);
      for (const { from, to } of daysWithData(answering)) {
        const only = isNewest ? ({ only: 'newest' } as const) : {};
        const question = {
          dataset: dataset.id,
          categories: [category],
          regions: some,
          from,
          to,
          flag,
          issues: times,
          ...only,
        };
        const revisions = await versionsOf(questions, { asked, question });
        if (isWeekly) yield* weekRows(signal, revisions);
        else {
          for (const one of isNewest ? revisions : daily(revisions)) {
            if (asked.lag !== undefined && !asked.issues && issueDay(one) - one.day !== asked.lag) continue;
            yield dayRow(signal, one);
          }
        }
      }
    }
  }
}

/** Source, signal, time, place, issue: the order of Epidata. */
const ORDER = ['source', 'signal', 'time_type', 'time_value', 'geo_type', 'geo_value', 'issue'] as const;
function byOrder(a: Row, b: Row): number {
  for (const name of ORDER) {
    if (a[name] === b[name]) continue;
    return a[name]! < b[name]! ? -1 : 1;
  }
  return 0;
}

/** The rows of a question. Sources and signals that nobody knows have none. */
export async function covidcastRows(
  questions: Questions,
  asked: CovidcastAsked,
): Promise<{ rows: Row[]; isCut: boolean }> {
  const datasets = await questions.datasets();
  const rows: Row[] = [];
  for (const { source, signals } of asked.sources) {
    const dataset = datasets.find(({ id }) => id === source);
    const wanted = dataset ? signalsOf(dataset).filter(({ name }) => signals === true || signals.includes(name)) : [];
    for (const signal of wanted) {
      for await (const row of signalRows({ questions, asked, signal })) {
        if (rows.length === MOST_ROWS) return { rows: rows.sort(byOrder), isCut: true };
        rows.push(row);
      }
    }
  }
  return { rows: rows.sort(byOrder), isCut: false };
}
