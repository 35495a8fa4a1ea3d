import type { SeriesQuestion, SeriesRecords } from '#analytics';
import { formatDay, regionKey } from '#vocabulary';
import type { Fragments } from './fragments.js';

/** The media type of stored records; docs/series-codec.md, "Over HTTP". */
export const RECORDS_TYPE = 'application/vnd.bellwether.series';

const MAGIC = 'BWS1';

/**
 * The stored records of an answer in a frame: `BWS1`, the length of the head, the head as JSON, then for each region and year
 * of the head the length of the record and the record. Lengths are 32-bit numbers, the low byte first.
 */
export function writeRecords(
  records: SeriesRecords,
  { question, fragments }: { question: Pick<SeriesQuestion, 'categories' | 'from' | 'to'>; fragments: Fragments },
): Buffer {
  const { categories, from, to } = question;
  const { dataset, rev, absence, unflagged, regions } = records;
  const head = Buffer.from(
    JSON.stringify({
      dataset,
      from: formatDay(from),
      to: formatDay(to),
      rev,
      absence,
      unflagged,
      categories,
      regions: regions.map(({ region }) => regionKey(region)),
      years: regions[0]?.years.length ?? 0,
    }),
  );
  const bodies = regions.flatMap(({ years }) => years.map((year) => fragments.records(year, categories)));
  const out = Buffer.allocUnsafe(8 + head.length + bodies.reduce((sum, body) => sum + 4 + body.length, 0));
  let at = out.write(MAGIC, 'latin1');
  at = out.writeUInt32LE(head.length, at);
  at += head.copy(out, at);
  for (const body of bodies) {
    at = out.writeUInt32LE(body.length, at);
    out.set(body, at);
    at += body.length;
  }
  return out;
}
