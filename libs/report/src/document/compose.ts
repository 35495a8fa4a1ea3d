import type { ReportFacts, ReportRegion } from '../facts.js';
import type { Standing } from '../judge/standing.js';
import type { Block, Cell, Column, ReportDocument } from './document.js';
import { completenessNote, readingNotes } from './notes.js';
import { partsMap, sparkline } from './pictures.js';
import { byDeviation, counted, deviation, incompleteParts, type Judged, unusualParts, usual } from './tables.js';

/** Every category, and its parts, as they stand at the end of the report. */
export function judgedBy(
  { categories, day, wholeFrom, partsFrom }: ReportFacts,
  standing: (region: ReportRegion | undefined, at: number) => Standing,
): Judged[] {
  return categories.map(({ id, title, whole, parts }) => ({
    id,
    title,
    whole: standing(whole, day - wholeFrom),
    parts: parts.map((part) => ({ region: part.region, name: part.name, standing: standing(part, day - partsFrom) })),
  }));
}

/** A category with the counts of the region of the report; undefined where nobody takes part. */
export interface Ranked extends Judged {
  readonly region: ReportRegion | undefined;
}

/** What one kind of report says in a way of its own. */
interface Own {
  readonly judged: readonly Judged[];
  readonly subtitle: string;
  /** The day or days, as the map names them. */
  readonly when: string;
  /** Before the table of categories. */
  readonly before: readonly Block[];
  readonly table: {
    readonly caption: string;
    /** Of the category, its count, what is usual, its deviation; then the others, and the line. */
    readonly columns: readonly Column[];
    others(ranked: Ranked): readonly Cell[];
    readonly lineDays: number;
  };
  /** After it. */
  figures(ranked: readonly Ranked[]): readonly Block[];
}

/** The frame of every report: who stands behind it, every category, where to look, and who is missing. */
export function composeReport(facts: ReportFacts, own: Own): ReportDocument {
  const { judged, table, when, subtitle } = own;
  const regions = new Map(facts.categories.map(({ id, whole }) => [id, whole]));
  const ranked = judged.toSorted(byDeviation).map((one): Ranked => ({ ...one, region: regions.get(one.id) }));
  const row = (one: Ranked): Cell[] => {
    const { title, whole, region } = one;
    const line = region && sparkline(facts, { line: { label: title, region }, days: table.lineDays });
    return [title, counted(whole), usual(whole), deviation(whole), ...table.others(one), line ? { scene: line } : ''];
  };
  const map = ranked[0] && partsMap(facts, ranked[0], when);
  return {
    title: `${facts.dataset.title}, ${facts.name}`,
    subtitle,
    asOf: facts.asOf,
    blocks: [
      ...completenessNote(facts, judged),
      ...own.before,
      { kind: 'table', caption: table.caption, columns: table.columns, rows: ranked.map(row) },
      ...own.figures(ranked),
      ...unusualParts(facts, judged),
      ...(map ? [{ kind: 'figure', scene: map } as const] : []),
      ...incompleteParts(facts, judged),
      ...readingNotes(facts),
    ],
  };
}
