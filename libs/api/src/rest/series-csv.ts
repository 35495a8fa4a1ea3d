import type { SeriesAnswer } from '#analytics';
import { formatDay, regionKey } from '#vocabulary';

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
