import { parseDay, type SeriesRecord, STATUS } from '#vocabulary';
import { openRegionYear, type OpenRegionYear } from '#series-codec';
import { type Cells, NONE } from './cells.js';

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

/**
 * The stored records of an answer, as they come; docs/series-codec.md, "Over HTTP". Throws where bytes are damaged. The
 * years of a region are cut and joined as cutSeries of the server does, which answers JSON.
 */
export function decodeRecords(bytes: Uint8Array): Cells {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = new TextDecoder();
  if (text.decode(bytes.subarray(0, 4)) !== MAGIC) throw new Error('these are no stored series');
  const length = view.getUint32(4, true);
  const head = JSON.parse(text.decode(bytes.subarray(8, 8 + length))) as Head;
  const { dataset, rev, regions, categories, absence, unflagged } = head;
  const [from, to] = [parseDay(head.from)!, parseDay(head.to)!];
  const days = to - from + 1;
  const cells = regions.length * categories.length * days;
  const counts = new Float64Array(2 * cells).fill(NONE);
  const statuses = new Uint8Array(cells).fill(STATUS.missing);
  let at = 8 + length;
  for (let region = 0; region < regions.length; region++) {
    for (let year = 0; year < head.years; year++) {
      const size = view.getUint32(at, true);
      at += 4 + size;
      const record = openRegionYear(bytes.subarray(at - size, at));
      const first = Math.max(from, record.start);
      const last = Math.min(to, record.start + record.days - 1);
      if (last < first) continue;
      for (let category = 0; category < categories.length; category++) {
        const own = record.series(categories[category]!) ?? unsaid(record, absence);
        const series = (region * categories.length + category) * days;
        for (let day = first; day <= last; day++) {
          const [stored, into] = [day - record.start, day - from];
          statuses[series + into] = own.status[stored]!;
          if (own.status[stored] !== STATUS.reported) continue;
          counts[2 * series + into] = own.total[stored]!;
          counts[2 * series + days + into] = own.unflagged[stored]!;
        }
      }
    }
  }
  const hasPart = unflagged !== null && unflagged !== false;
  return { dataset, from: head.from, to: head.to, rev, regions, categories, hasPart, counts, statuses };
}

/** A category that nobody mentions: zero on days with reports where the dataset says so, else missing. */
function unsaid(
  record: OpenRegionYear,
  absence: Head['absence'],
): Pick<SeriesRecord, 'total' | 'unflagged' | 'status'> {
  const none = new Uint32Array(record.days);
  const status = new Uint8Array(record.days).fill(STATUS.missing);
  if (absence === 'zero') {
    record.reporting().forEach((facilities, day) => {
      if (facilities > 0) status[day] = STATUS.reported;
    });
  }
  return { total: none, unflagged: none, status };
}
