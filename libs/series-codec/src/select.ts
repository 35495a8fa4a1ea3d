import { byteWriter, written } from './bytes.js';
import { readDirectory, writeRegionYear } from './directory.js';

/**
 * A region-year with the wanted categories only, in the order of the original; those it does not hold are absent. Nothing is
 * decoded: the bodies are copied as they are, with their checksums. Throws SERIES_DAMAGED for a damaged directory.
 */
export function selectCategories(bytes: Uint8Array, wanted: readonly string[]): Uint8Array {
  const { year, days, rev, reporting, entries } = readDirectory(bytes);
  const kept = entries.filter(({ category }) => wanted.includes(category));
  if (kept.length === entries.length) return bytes;
  const out = byteWriter(bytes.length);
  writeRegionYear(out, {
    year,
    days,
    rev,
    reporting: bytes.subarray(reporting.start, reporting.end),
    bodies: kept.map(({ category, rev: own, start, end }) => ({
      category,
      rev: own,
      body: bytes.subarray(start, end),
    })),
  });
  return written(out);
}
