import type { SeriesQuestion, SeriesRecords } from '#analytics';
import { selectCategories } from '#series-codec';
import { formatDay, regionKey } from '#vocabulary';

/** The media type of stored records; docs/series-codec.md, "Over HTTP". */
export const RECORDS_TYPE = 'application/vnd.bellwether.series';

const MAGIC = 'BWS1';

/**
 * The stored records of an answer in a frame: `BWS1`, the length of the head, the head as JSON, then for each region and year
 * of the head the length of the record and the record. Lengths are 32-bit numbers, the low byte first.
 */
export function writeRecords(
  records: SeriesRecords,
  { categories, from, to }: Pick<SeriesQuestion, 'categories' | 'from' | 'to'>,
): Buffer {
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
  const bodies = regions.flatMap(({ years }) => years.map(({ bytes }) => selectCategories(bytes, categories)));
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
