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

type VersionKey = Pick<UnitVersion, 'unit' | 'ver' | 'tie' | 'gen'>;

const keyOf = ({ unit, ver, tie, gen }: VersionKey): string => `${unit}/${ver}/${tie}/${gen}`;

/**
 * The rows that are missing so that every version of a unit has a row at every facility-day any version touches: rows
 * without cells, which say that the version says nothing there. `versions` are all there are, of the units of a batch;
 * `written` those that the batch has just written. A written version gets a row wherever others speak; the others get
 * one where only written ones speak, for elsewhere they have theirs, from whoever wrote there before. Idempotent.
 */
export function closingRows(
  dataset: string,
  { versions, written }: { versions: readonly UnitVersion[]; written: Iterable<VersionKey> },
): SlotRow[] {
  const isWritten = new Set(Array.from(written, keyOf));
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
    const before = new Set<string>();
    for (const member of members) {
      for (const touch of member.touches) {
        const place = `${touch.day} ${touch.facility}`;
        everywhere.set(place, touch);
        if (!isWritten.has(keyOf(member))) before.add(place);
      }
    }
    const fresh = [...everywhere].filter(([place]) => !before.has(place));
    const seen = new Set<string>();
    for (const version of members) {
      const key = keyOf(version);
      if (seen.has(key)) continue;
      seen.add(key);
      const own = new Set(version.touches.map(({ facility, day }) => `${day} ${facility}`));
      for (const [place, { facility, day }] of isWritten.has(key) ? everywhere : fresh) {
        if (own.has(place)) continue;
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
