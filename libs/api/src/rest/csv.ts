import type { CompletenessAnswer, RowError, SeriesAnswer } from '#analytics';
import { formatDay, regionKey } from '#vocabulary';
import { remedyOf, shareOf } from './shapes.js';

const field = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/**
 * RFC 4180 with a header line, one line a day: an empty `total` or `unflagged` has no value, and `status` says why.
 * One series at a time, so that a long answer is never one text.
 */
export function* seriesCsv({ dataset, series }: SeriesAnswer): Generator<string> {
  yield 'dataset,region,category,day,total,unflagged,status\r\n';
  for (const { region, category, from, total, unflagged, status } of series) {
    const start = [dataset, regionKey(region), category].map(field).join(',');
    const lines = total.map(
      (value, index) =>
        `${start},${formatDay(from + index)},${value ?? ''},${unflagged?.[index] ?? ''},${status[index] ?? 'missing'}\r\n`,
    );
    yield lines.join('');
  }
}

/** The same for completeness: a line a region and day, with an empty share on a day without participants. */
export function completenessCsv({ dataset, regions }: CompletenessAnswer): string {
  const lines = regions.flatMap(({ region, days }) => {
    const start = [dataset, regionKey(region)].map(field).join(',');
    return days.map(({ day, reporting, participating }) => {
      const share = shareOf({ reporting, participating });
      return `${start},${formatDay(day)},${reporting},${participating},${share ?? ''}\r\n`;
    });
  });
  return `dataset,region,day,reporting,participating,completeness\r\n${lines.join('')}`;
}

/** Names come from senders: what a spreadsheet would take for a formula is made a text (OWASP, CSV injection). */
const harmless = (text: string): string => field(/^[=+\-@\t\r]/.test(text) ? `'${text}` : text);

/** One line an error, in the order of the file. `record` 0 is the file as a whole. */
export function errorsCsv(errors: readonly RowError[]): string {
  const lines = errors.map(({ member, record, line, field: column, code, detail }) =>
    [harmless(member), record, line, harmless(column), code, harmless(detail), field(remedyOf(code) ?? '')].join(','),
  );
  return ['member,record,line,field,code,detail,remedy', ...lines, ''].join('\r\n');
}
