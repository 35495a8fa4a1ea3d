import { readRegionYear } from '#series-codec';
import { formatDay, parseDay, type RegionYear, STATUS, statusName } from '#vocabulary';
import type { Series, SeriesAnswer, Status } from './types.js';

export const RECORDS_TYPE = 'application/vnd.bellwether.series';

interface Head {
  readonly dataset: string;
  readonly from: string;
  readonly to: string;
  readonly rev: number;
  readonly absence: 'zero' | 'missing';
  readonly unflagged: boolean | string | null;
  readonly categories: readonly string[];
  readonly regions: readonly string[];
  /** Records of each region. */
  readonly years: number;
}

/** One category of one region, cut from its years to the days that were asked for. */
function seriesOf(
  years: readonly RegionYear[],
  head: Head,
  { region, category }: { region: string; category: string },
): Series {
  const [from, to] = [parseDay(head.from) ?? 0, parseDay(head.to) ?? -1];
  const length = to - from + 1;
  const total = new Array<number | null>(length).fill(null);
  const unflagged = new Array<number | null>(length).fill(null);
  const status = new Array<Status>(length).fill('missing');
  for (const { start, days, reporting, categories } of years) {
    const record = categories.get(category);
    const last = Math.min(to, start + days - 1);
    for (let day = Math.max(from, start); day <= last; day++) {
      const [at, into] = [day - start, day - from];
      const unsaid = head.absence === 'zero' && reporting[at]! > 0 ? STATUS.reported : STATUS.missing;
      const is = record ? record.status[at]! : unsaid;
      status[into] = statusName(is);
      if (is !== STATUS.reported) continue;
      total[into] = record ? record.total[at]! : 0;
      unflagged[into] = record ? record.unflagged[at]! : 0;
    }
  }
  const isWhole = status.every((is) => is === 'reported');
  const hasPart = head.unflagged !== null && head.unflagged !== false;
  return { region, category, total, unflagged: hasPart ? unflagged : null, status: isWhole ? null : status };
}

/** Stored records as the server sends them (docs/series-codec.md, "Over HTTP"). Throws where bytes are damaged. */
export function decodeRecords(bytes: Uint8Array): SeriesAnswer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, 4)) !== 'BWS1') throw new Error('these are no stored series');
  const length = view.getUint32(4, true);
  const head = JSON.parse(text.decode(bytes.subarray(8, 8 + length))) as Head;
  let at = 8 + length;
  const series = head.regions.flatMap((region) => {
    const years = Array.from({ length: head.years }, () => {
      const size = view.getUint32(at, true);
      at += 4 + size;
      return readRegionYear(bytes.subarray(at - size, at), head.categories);
    });
    return head.categories.map((category) => seriesOf(years, head, { region, category }));
  });
  return { dataset: head.dataset, from: head.from, to: head.to, rev: head.rev, series };
}

/** The day `index` days after `from`: what element `index` of a series is about. */
export const dayAfter = (from: string, index: number): string => formatDay((parseDay(from) ?? 0) + index);
