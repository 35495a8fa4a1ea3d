import { parseDay, type RegionYear, STATUS, statusName } from '#vocabulary';
import { readRegionYear } from '#series-codec';
import type { Reading } from '../ask/use-answer.js';
import type { SeriesAnswer, SeriesShape } from '../ask/shapes.js';

const TYPE = 'application/vnd.bellwether.series';
const MAGIC = 'BWS1';

interface Head {
  readonly dataset: string;
  readonly from: string;
  readonly to: string;
  readonly rev: number;
  /** What a day with reports says of a category that nobody mentions. */
  readonly absence: 'zero' | 'missing';
  readonly unflagged: boolean | string | null;
  readonly categories: readonly string[];
  readonly regions: readonly string[];
  /** Records of each region. */
  readonly years: number;
}

/** One category of one region, cut from its years; see cutSeries of the server, which answers JSON. */
function seriesOf(
  years: readonly RegionYear[],
  head: Head,
  { region, category }: { region: string; category: string },
): SeriesShape {
  const [from, to] = [parseDay(head.from)!, parseDay(head.to)!];
  const length = to - from + 1;
  const total = new Array<number | null>(length).fill(null);
  const unflagged = new Array<number | null>(length).fill(null);
  const status = new Array<ReturnType<typeof statusName>>(length).fill('missing');
  for (const { start, days, reporting, categories } of years) {
    const record = categories.get(category);
    const last = Math.min(to, start + days - 1);
    for (let day = Math.max(from, start); day <= last; day++) {
      const [at, into] = [day - start, day - from];
      const silent = head.absence === 'zero' && reporting[at]! > 0 ? STATUS.reported : STATUS.missing;
      const is = record ? record.status[at]! : silent;
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

/** The stored records of an answer, as they come; docs/series-codec.md, "Over HTTP". Throws where bytes are damaged. */
export function decodeRecords(bytes: Uint8Array): SeriesAnswer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, 4)) !== MAGIC) throw new Error('these are no stored series');
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

/** Asks for stored records, a tenth of the bytes of JSON, and decodes them here. */
export const STORED_RECORDS: Reading<SeriesAnswer> = {
  accept: TYPE,
  async read(response) {
    if (response.headers.get('content-type')?.startsWith(TYPE) !== true) return (await response.json()) as SeriesAnswer;
    const bytes = new Uint8Array(await response.arrayBuffer());
    const start = performance.now();
    const answer = decodeRecords(bytes);
    performance.measure('series decoded', { start });
    return answer;
  },
};
