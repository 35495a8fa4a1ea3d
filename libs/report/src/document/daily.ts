import { DAILY_LINE_DAYS, type ReportFacts } from '../facts.js';
import { standingOn } from '../judge/standing.js';
import { longDay, weekday } from '../words.js';
import { composeReport, judgedBy, type Ranked } from './compose.js';
import type { Block, ReportDocument } from './document.js';
import { lines } from './pictures.js';
import { type Judged, numbers, words } from './tables.js';

/** Every category on the day of the report. */
export const judgedOnDay = (facts: ReportFacts): Judged[] => judgedBy(facts, standingOn);

/** One day: every category against the usual, where to look, and who is missing. */
export function dailyDocument(facts: ReportFacts): ReportDocument {
  const { name, day } = facts;
  /** The line of the category that stands out most. */
  const figures = ([first]: readonly Ranked[]): Block[] => {
    if (!first?.region) return [];
    const chosen = [{ label: first.title, region: first.region }];
    const text = { title: `${first.title}, ${name}`, subtitle: 'farthest above the usual' };
    return [{ kind: 'figure', scene: lines(facts, { ...text, chosen, days: DAILY_LINE_DAYS, height: 260 }) }];
  };
  return composeReport(facts, {
    judged: judgedOnDay(facts),
    subtitle: `Daily report for ${longDay(day)}`,
    when: longDay(day),
    before: [],
    table: {
      caption: 'Every category, those farthest above the usual first',
      columns: [
        words('Category', 2.2),
        numbers('Count'),
        numbers(`Usual ${weekday(day)}`, 1.4),
        numbers('SD'),
        { title: `Last ${DAILY_LINE_DAYS} days`, align: 'end', weight: 2 },
      ],
      others: () => [],
      lineDays: DAILY_LINE_DAYS,
    },
    figures,
  });
}
