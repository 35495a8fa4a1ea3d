import { epiweekOf } from '#vocabulary';
import { type ReportFacts, type ReportRegion, WEEKLY_LINE_DAYS } from '../facts.js';
import { sevenDays, standingInWeek } from '../judge/week.js';
import { change, count, dayWithYear, longDay, percent, shortDay } from '../words.js';
import { composeReport, judgedBy, type Ranked } from './compose.js';
import type { Block, ReportDocument } from './document.js';
import { lines } from './pictures.js';
import { type Judged, numbers, words } from './tables.js';

const WEEK = 7;
/** The same MMWR week of the year before begins 52 weeks earlier. */
const YEAR = 52 * WEEK;
const SHOWN_DAYS = WEEKLY_LINE_DAYS - 13;
const MOST_LINES = 6;

/** Every category in the week of the report. */
export const judgedInWeek = (facts: ReportFacts): Judged[] =>
  judgedBy(facts, (region, at) => standingInWeek(region, at, facts.dataset.kind));

/** Against an earlier week, per facility-day that reported; a dash where either has no number. */
function changeSince(region: ReportRegion | undefined, last: number, before: number): string {
  if (!region) return '–';
  const [now, then] = [sevenDays(region, last), sevenDays(region, last - before)];
  if (!now.count || !then.count || now.reporting === 0 || then.reporting === 0) return '–';
  return change(now.count / now.reporting / (then.count / then.reporting));
}

function reportingDays(facts: ReportFacts): Block {
  const region = facts.categories[0]?.whole;
  const last = facts.day - facts.wholeFrom;
  const days = Array.from({ length: WEEK }, (_, i) => last - WEEK + 1 + i);
  const of = (values: readonly number[] | undefined, at: number): number => values?.[at] ?? 0;
  return {
    kind: 'table',
    caption: 'Facilities that reported, by day',
    columns: [words('', 1.2), ...days.map((at) => numbers(shortDay(facts.wholeFrom + at)))],
    rows: [
      ['Reported', ...days.map((at) => count(of(region?.reporting, at)))],
      ['Taking part', ...days.map((at) => count(of(region?.participating, at)))],
      [
        'Share',
        ...days.map((at) => {
          const all = of(region?.participating, at);
          return all === 0 ? '–' : percent(of(region?.reporting, at) / all);
        }),
      ],
    ],
  };
}

/** One MMWR week: every category against the weeks before and the year before, where to look, and who is missing. */
export function weeklyDocument(facts: ReportFacts): ReportDocument {
  const { dataset, name, day, wholeFrom } = facts;
  const last = day - wholeFrom;
  const when = `${dayWithYear(day - WEEK + 1)} to ${dayWithYear(day)}`;
  const { week, year } = epiweekOf(day);
  /** The lines of a year of those that stand out most. */
  const figures = (ranked: readonly Ranked[]): Block[] => {
    const chosen = ranked
      .slice(0, MOST_LINES)
      .flatMap(({ title, region }) => (region ? [{ label: title, region }] : []));
    if (chosen.length === 0) return [];
    const text = { title: `${dataset.title}, ${name}`, subtitle: `twelve months to ${longDay(day)}` };
    return [{ kind: 'figure', scene: lines(facts, { ...text, chosen, days: SHOWN_DAYS, height: 320 }) }];
  };
  return composeReport(facts, {
    judged: judgedInWeek(facts),
    subtitle: `Weekly report for MMWR week ${week} of ${year}, ${when}`,
    when,
    before: [reportingDays(facts)],
    table: {
      caption: 'Every category, those farthest above the usual first; changes are per facility-day that reported',
      columns: [
        words('Category', 2.2),
        numbers('This week', 1.1),
        numbers('Usual'),
        numbers('SD', 0.7),
        numbers('In a week', 1.1),
        numbers('In a year', 1.1),
        { title: 'Twelve months', align: 'end', weight: 2 },
      ],
      others: ({ region }) => [changeSince(region, last, WEEK), changeSince(region, last, YEAR)],
      lineDays: SHOWN_DAYS,
    },
    figures,
  });
}
