import { byteWriter, written } from './bytes.js';
import { type Body, type Directory, type Range, writeRegionYear } from './directory.js';

/**
 * A region-year with the wanted categories only, in the order of the original; those it does not hold are absent. Nothing is
 * decoded: the bodies are copied as they are, with their checksums.
 */
export function selectCategories(
  bytes: Uint8Array,
  { directory, wanted }: { directory: Directory; wanted: readonly string[] },
): Uint8Array {
  const { year, days, rev, reporting, entries } = directory;
  const kept = entries.filter(({ category }) => wanted.includes(category));
  if (kept.length === entries.length) return bytes;
  const copied = ({ start, end, version }: Range): Body => ({ version, bytes: bytes.subarray(start, end) });
  const out = byteWriter(bytes.length);
  writeRegionYear(out, {
    year,
    days,
    rev,
    reporting: copied(reporting),
    bodies: kept.map((entry) => ({ category: entry.category, rev: entry.rev, body: copied(entry) })),
  });
  return written(out);
}
