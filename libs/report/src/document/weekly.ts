import { epiweekOf } from '#vocabulary';
import { type ReportFacts, type ReportRegion, WEEKLY_LINE_DAYS } from '../facts.js';
import { sevenDays, standingInWeek } from '../judge/week.js';
import { change, count, dayWithYear, longDay, percent, shortDay } from '../words.js';
import type { Block, Cell, ReportDocument } from './document.js';
import { completenessNote, readingNotes } from './notes.js';
import { lines, partsMap, sparkline } from './pictures.js';
import {
  byDeviation,
  counted,
  deviation,
  incompleteParts,
  type Judged,
  numbers,
  unusualParts,
  usual,
  words,
} from './tables.js';

const WEEK = 7;
/** The same MMWR week of the year before begins 52 weeks earlier. */
const YEAR = 52 * WEEK;
const SHOWN_DAYS = WEEKLY_LINE_DAYS - 13;
const MOST_LINES = 6;

/** Every category in the week of the report. */
export function judgedInWeek({ categories, dataset, day, wholeFrom, partsFrom }: ReportFacts): Judged[] {
  return categories.map(({ id, title, whole, parts }) => ({
    id,
    title,
    whole: standingInWeek(whole, day - wholeFrom, dataset.kind),
    parts: parts.map((part) => ({
      region: part.region,
      name: part.name,
      standing: standingInWeek(part, day - partsFrom, dataset.kind),
    })),
  }));
}

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
  const { dataset, name, day, asOf, wholeFrom } = facts;
  const last = day - wholeFrom;
  const judged = judgedInWeek(facts);
  const ranked = judged.toSorted(byDeviation);
  const wholeOf = (id: string) => facts.categories.find((category) => category.id === id)?.whole;
  const row = ({ id, title, whole }: Judged): Cell[] => {
    const region = wholeOf(id);
    const line = region && sparkline(facts, { line: { label: title, region }, days: SHOWN_DAYS });
    return [
      title,
      counted(whole),
      usual(whole),
      deviation(whole),
      changeSince(region, last, WEEK),
      changeSince(region, last, YEAR),
      line ? { scene: line } : '',
    ];
  };
  const shown = ranked.slice(0, MOST_LINES).flatMap(({ id, title }) => {
    const region = wholeOf(id);
    return region ? [{ label: title, region }] : [];
  });
  const when = `${dayWithYear(day - WEEK + 1)} to ${dayWithYear(day)}`;
  const { week, year } = epiweekOf(day);
  const map = ranked[0] && partsMap(facts, ranked[0], when);
  const figures: Block[] = [];
  if (shown.length > 0) {
    const title = `${dataset.title}, ${name}`;
    const subtitle = `twelve months to ${longDay(day)}`;
    const scene = lines(facts, { title, subtitle, chosen: shown, days: SHOWN_DAYS, height: 320 });
    figures.push({ kind: 'figure', scene });
  }
  return {
    title: `${dataset.title}, ${name}`,
    subtitle: `Weekly report for MMWR week ${week} of ${year}, ${when}`,
    asOf,
    blocks: [
      ...completenessNote(facts, judged),
      reportingDays(facts),
      {
        kind: 'table',
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
        rows: ranked.map(row),
      },
      ...figures,
      ...unusualParts(facts, judged),
      ...(map ? [{ kind: 'figure', scene: map } as const] : []),
      ...incompleteParts(facts, judged),
      ...readingNotes(facts),
    ],
  };
}
