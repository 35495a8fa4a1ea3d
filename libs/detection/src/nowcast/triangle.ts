/**
 * A reporting triangle: a row a reference time (a day on which something happened), oldest first; a column a delay, from
 * 0; the cell is how many of that time were reported with that delay, whole numbers. NaN where that is not yet to be
 * known: a stretch at the end of each of the last rows. All rows are of one length.
 */
export type ReportingTriangle = readonly Float64Array[];

/** How many delays of a row are known. */
export function knownOf(row: Float64Array): number {
  let known = row.length;
  while (known > 0 && Number.isNaN(row[known - 1]!)) known--;
  return known;
}

/** Throws a RangeError for what is no triangle. */
export function checkTriangle(triangle: ReportingTriangle): void {
  const delays = triangle[0]?.length ?? 0;
  if (delays === 0) throw new RangeError('a triangle without rows or delays');
  for (const row of triangle) {
    if (row.length !== delays) throw new RangeError('rows of different length');
    const known = knownOf(row);
    for (let delay = 0; delay < known; delay++)
      if (!(row[delay]! >= 0 && row[delay]! < Infinity)) throw new RangeError(`${row[delay]!} reports, expected 0 or more`);
  }
} // prettier-ignore

/**
 * The triangle as it was `back` rows ago: its last rows are gone, and those that are last now know no more than the last
 * ones did in the whole triangle.
 */
export function asKnownBefore(triangle: ReportingTriangle, back: number): Float64Array[] {
  const rows = triangle.slice(0, triangle.length - back);
  return rows.map((row, at) => {
    const known = Math.min(knownOf(row), knownOf(triangle[at + back]!));
    return known === row.length ? row : row.map((count, delay) => (delay < known ? count : NaN));
  });
}
