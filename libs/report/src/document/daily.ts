import { DAILY_LINE_DAYS, type ReportFacts } from '../facts.js';
import { standingOn } from '../judge/standing.js';
import { longDay, weekday } from '../words.js';
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

/** Every category on the day of the report. */
export function judgedOnDay({ categories, day, wholeFrom, partsFrom }: ReportFacts): Judged[] {
  return categories.map(({ id, title, whole, parts }) => ({
    id,
    title,
    whole: standingOn(whole, day - wholeFrom),
    parts: parts.map((part) => ({ region: part.region, name: part.name, standing: standingOn(part, day - partsFrom) })),
  }));
}

/** One day: every category against the usual, where to look, and who is missing. */
export function dailyDocument(facts: ReportFacts): ReportDocument {
  const { dataset, name, day, asOf } = facts;
  const judged = judgedOnDay(facts);
  const ranked = judged.toSorted(byDeviation);
  const wholeOf = (id: string) => facts.categories.find((category) => category.id === id)?.whole;
  const row = ({ id, title, whole }: Judged): Cell[] => {
    const region = wholeOf(id);
    const line = region && sparkline(facts, { line: { label: title, region }, days: DAILY_LINE_DAYS });
    return [title, counted(whole), usual(whole), deviation(whole), line ? { scene: line } : ''];
  };
  const first = ranked[0];
  const region = first && wholeOf(first.id);
  const map = first && partsMap(facts, first, longDay(day));
  const figures: Block[] = [];
  if (first && region) {
    const chosen = [{ label: first.title, region }];
    const title = `${first.title}, ${name}`;
    figures.push({
      kind: 'figure',
      scene: lines(facts, { title, subtitle: 'farthest above the usual', chosen, days: DAILY_LINE_DAYS, height: 260 }),
    });
  }
  return {
    title: `${dataset.title}, ${name}`,
    subtitle: `Daily report for ${longDay(day)}`,
    asOf,
    blocks: [
      ...completenessNote(facts, judged),
      {
        kind: 'table',
        caption: 'Every category, those farthest above the usual first',
        columns: [
          words('Category', 2.2),
          numbers('Count'),
          numbers(`Usual ${weekday(day)}`, 1.4),
          numbers('SD'),
          { title: `Last ${DAILY_LINE_DAYS} days`, align: 'end', weight: 2 },
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
