import { formatDay, regionKey } from '#vocabulary';
import type { Judged } from '../document/tables.js';
import type { ReportFacts } from '../facts.js';
import type { Standing } from '../judge/standing.js';

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const rounded = (value: number | null, digits: number): string =>
  value === null ? '' : String(Number(value.toFixed(digits)));

/**
 * RFC 4180 with a header line: the region of the report, then every region within it, a line a category. An empty count
 * has no number, and `status` says why. Reporting and participating are facilities; of a week: facilities × days.
 */
export function reportCsv({ kind, dataset, region, name, day, asOf }: ReportFacts, judged: readonly Judged[]): string {
  const from = kind === 'daily' ? day : day - 6;
  const known = new Date(asOf).toISOString();
  const line = (of: { key: string; name: string; category: string; standing: Standing }): string => {
    const { count, status, expected, z, reporting, participating } = of.standing;
    const share = participating === 0 ? '' : rounded(reporting / participating, 4);
    const numbers = [rounded(count, 2), status, rounded(expected, 2), rounded(z, 2), reporting, participating, share];
    const about = [dataset.id, of.key, of.name, of.category].map(field);
    return [...about, formatDay(from), formatDay(day), ...numbers, known].join(',');
  };
  const lines = judged.flatMap(({ id, whole, parts }) => [
    line({ key: regionKey(region), name, category: id, standing: whole }),
    ...parts.map((part) =>
      line({ key: regionKey(part.region), name: part.name, category: id, standing: part.standing }),
    ),
  ]);
  const head =
    'dataset,region,name,category,from,to,count,status,expected,sd,reporting,participating,completeness,as_of';
  return [head, ...lines, ''].join('\r\n');
}
