import type { Region } from '#vocabulary';
import { COMPLETE_FROM, type ReportFacts } from '../facts.js';
import type { Standing } from '../judge/standing.js';
import { count, oneDigit, percent, PLURAL, signed, WHY } from '../words.js';
import type { Block, Column } from './document.js';

/** A category of the report, and how region and parts stand in it. */
export interface Judged {
  readonly id: string;
  readonly title: string;
  readonly whole: Standing;
  readonly parts: readonly { readonly region: Region; readonly name: string; readonly standing: Standing }[];
}

export const numbers = (title: string, weight = 1): Column => ({ title, align: 'end', weight });
export const words = (title: string, weight: number): Column => ({ title, align: 'start', weight });

export const counted = ({ count: value, status }: Standing): string => (value === null ? WHY[status] : count(value));
export const usual = ({ expected }: Standing): string => (expected === null ? '–' : oneDigit(expected));
export const deviation = ({ z }: Standing): string => (z === null ? '–' : signed(z));
export const shareOf = ({ reporting, participating }: Standing): number | undefined =>
  participating === 0 ? undefined : reporting / participating;
const shown = (share: number | undefined): string => (share === undefined ? '–' : percent(share));

export const isIncomplete = ({ reporting, participating }: Standing): boolean =>
  participating > 0 && reporting < COMPLETE_FROM * participating;

/** Those farthest above what was expected first; those of which nothing is known last. */
export const byDeviation = (a: { whole: Standing }, b: { whole: Standing }): number =>
  (b.whole.z ?? -Infinity) - (a.whole.z ?? -Infinity) || 0;

const UNUSUAL = 2;
const MOST_UNUSUAL = 18;

/** Parts × categories that lie far from what was expected, farthest first. */
export function unusualParts({ partLevel }: ReportFacts, judged: readonly Judged[]): Block[] {
  if (partLevel === undefined) return [];
  const found = judged
    .flatMap(({ title, parts }) => parts.map(({ name, standing }) => ({ title, name, standing })))
    .filter(({ standing }) => Math.abs(standing.z ?? 0) >= UNUSUAL)
    .sort((a, b) => Math.abs(b.standing.z!) - Math.abs(a.standing.z!) || (a.name < b.name ? -1 : 1));
  const heading: Block = { kind: 'heading', text: 'Where to look' };
  const level = PLURAL[partLevel] ?? partLevel;
  if (found.length === 0) {
    const text = `${level}: none lies two standard deviations or more from what was expected, in any category.`;
    return [heading, { kind: 'text', tone: 'plain', text }];
  }
  const more = found.length > MOST_UNUSUAL ? `, the ${MOST_UNUSUAL} farthest of ${found.length}` : '';
  return [
    heading,
    {
      kind: 'table',
      caption: `${level} two standard deviations or more from what was expected${more}`,
      columns: [
        words('Region', 2.4),
        words('Category', 2),
        numbers('Count'),
        numbers('Usual'),
        numbers('SD'),
        numbers('Reported'),
      ],
      rows: found
        .slice(0, MOST_UNUSUAL)
        .map(({ name, title, standing }) => [
          name,
          title,
          counted(standing),
          usual(standing),
          deviation(standing),
          shown(shareOf(standing)),
        ]),
    },
  ];
}

const MOST_INCOMPLETE = 24;

/** Parts of which too few facilities have reported, those that lack most first. */
export function incompleteParts({ partLevel, kind }: ReportFacts, judged: readonly Judged[]): Block[] {
  if (partLevel === undefined) return [];
  const all = judged[0]?.parts ?? [];
  const found = all
    .filter(({ standing }) => isIncomplete(standing))
    .sort((a, b) => shareOf(a.standing)! - shareOf(b.standing)! || (a.name < b.name ? -1 : 1));
  const heading: Block = { kind: 'heading', text: 'Not complete' };
  const level = PLURAL[partLevel] ?? partLevel;
  const least = percent(COMPLETE_FROM);
  if (found.length === 0) {
    return [heading, { kind: 'text', tone: 'plain', text: `${level}: of each, ${least} or more have reported.` }];
  }
  const more = found.length > MOST_INCOMPLETE ? `, the ${MOST_INCOMPLETE} that lack most` : '';
  const unit = kind === 'daily' ? 'Facilities' : 'Facility-days';
  return [
    heading,
    {
      kind: 'table',
      caption: `${found.length} of ${all.length} ${level.toLowerCase()} with under ${least}${more}`,
      columns: [words('Region', 2.4), numbers(`${unit} reported`, 1.6), numbers('Taking part'), numbers('Share')],
      rows: found
        .slice(0, MOST_INCOMPLETE)
        .map(({ name, standing }) => [
          name,
          count(standing.reporting),
          count(standing.participating),
          shown(shareOf(standing)),
        ]),
    },
  ];
}
