import type { Day } from '#vocabulary';
import type { SlotRow, UnitVersion } from '#warehouse';

/** Says nothing. */
export const SILENCE = {
  reported: false,
  zip: '',
  categories: [],
  flags: [],
  places: [],
  statuses: [],
  values: [],
  records: [],
} as const;

const keyOf = ({ ver, tie, gen }: Pick<UnitVersion, 'ver' | 'tie' | 'gen'>): string => `${ver}/${tie}/${gen}`;

/**
 * The rows that are missing so that every version of a unit has a row at every facility-day any version touches: rows
 * without cells, which say that the version says nothing there. Only for versions or places new to this batch; the
 * others have theirs. Idempotent.
 */
export function closingRows(dataset: string, versions: readonly UnitVersion[]): SlotRow[] {
  const units = new Map<bigint, UnitVersion[]>();
  for (const version of versions) {
    const known = units.get(version.unit);
    if (known) known.push(version);
    else units.set(version.unit, [version]);
  }
  const rows: SlotRow[] = [];
  for (const members of units.values()) {
    if (members.length === 1) continue;
    const everywhere = new Map<string, { facility: string; day: Day }>();
    for (const { touches } of members)
      for (const touch of touches) everywhere.set(`${touch.day} ${touch.facility}`, touch);
    const seen = new Set<string>();
    for (const version of members) {
      if (seen.has(keyOf(version))) continue;
      seen.add(keyOf(version));
      const own = new Set(version.touches.map(({ facility, day }) => `${day} ${facility}`));
      for (const [name, { facility, day }] of everywhere) {
        if (own.has(name)) continue;
        const { unit, ver, tie, gen, arrived, submission, feed } = version;
        rows.push({
          origin: { dataset, tie, gen, arrived, submission, feed },
          content: { ...SILENCE, day, facility, unit, version: ver },
        });
      }
    }
  }
  return rows;
}
