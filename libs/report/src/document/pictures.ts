import { type ChartSeries, lineChart, type Scene } from '#chart';
import type { ReportFacts, ReportRegion } from '../facts.js';
import { sevenDays } from '../judge/week.js';
import { regionPicture } from '../region-picture.js';
import type { Judged } from './tables.js';

/** Pixels across a page, 96 to the inch. */
export const PAGE_WIDTH = 688;
const SPARKLINE = { width: 190, height: 40 };

interface Line {
  readonly label: string;
  readonly region: ReportRegion;
}

/** A day of a report's line: its own count, or that of the seven days that end with it. */
function seriesOf({ label, region }: Line, { facts, days }: { facts: ReportFacts; days: number }): ChartSeries {
  const { day, wholeFrom, kind, dataset } = facts;
  const last = day - wholeFrom;
  const shown = Array.from({ length: days }, (_, i) => last - days + 1 + i);
  const from = day - days + 1;
  if (kind === 'daily') {
    return {
      label,
      from,
      total: shown.map((at) => region.total[at] ?? null),
      status: shown.map((at) => region.status[at] ?? 'missing'),
      completeness: shown.map((at) => ({
        reporting: region.reporting[at] ?? 0,
        participating: region.participating[at] ?? 0,
      })),
    };
  }
  const sums = shown.map((at) => ({ ...sevenDays(region, at), status: region.status[at] ?? 'missing' }));
  const isWhole = (at: number): boolean => region.total.slice(at - 6, at + 1).every((value) => value !== null);
  const total = sums.map(({ count }, i) => {
    if (count === null || shown[i]! < 6 || !isWhole(shown[i]!)) return null;
    return dataset.kind === 'gauge' ? Math.round(count / 7) : count;
  });
  return {
    label,
    from,
    total,
    status: total.map((value, i) => {
      const status = sums[i]!.status;
      return value !== null ? 'reported' : status === 'reported' ? 'missing' : status;
    }),
    completeness: sums,
  };
}

const unitOf = ({ kind, dataset }: ReportFacts): string =>
  kind === 'daily'
    ? `${dataset.unit} a day`
    : `${dataset.unit}, ${dataset.kind === 'gauge' ? 'mean' : 'sum'} of seven days`;

/** Lines of the region of the report, up to its last day. */
export function lines(
  facts: ReportFacts,
  {
    title,
    subtitle,
    chosen,
    days,
    height,
  }: { title: string; subtitle: string; chosen: readonly Line[]; days: number; height: number },
): Scene {
  return lineChart({
    title,
    subtitle,
    unit: unitOf(facts),
    from: facts.day - days + 1,
    to: facts.day,
    series: chosen.map((line) => seriesOf(line, { facts, days })),
    show: 'total',
    width: PAGE_WIDTH,
    height,
    theme: 'light',
  });
}

/** The same without words, for a cell. */
export function sparkline(facts: ReportFacts, { line, days }: { line: Line; days: number }): Scene {
  return lineChart({
    title: line.label,
    unit: unitOf(facts),
    from: facts.day - days + 1,
    to: facts.day,
    series: [seriesOf(line, { facts, days })],
    show: 'total',
    ...SPARKLINE,
    theme: 'light',
  });
}

/** The parts on a map, where they are states or counties of one state; undefined elsewhere. */
export function partsMap(
  { partLevel, region, dataset, name }: ReportFacts,
  { id: _, title, parts }: Judged,
  when: string,
): Scene | undefined {
  const within = partLevel === 'county' && region.level === 'state' ? region.code : undefined;
  if (parts.length === 0 || (partLevel !== 'state' && within === undefined)) return undefined;
  return regionPicture({
    title: `${title}, ${name}`,
    subtitle: when,
    unit: dataset.unit,
    level: partLevel === 'state' ? 'state' : 'county',
    within,
    by: 'deviation',
    standings: parts,
    width: PAGE_WIDTH,
    height: 420,
    theme: 'light',
  });
}
