import { type Day, type Level, type RegionYear, STATUS, type SeriesRecord, daysInYear, startOfYear } from '#vocabulary';
import type { Dataset } from '#registry';
import type { RegionRow } from '#warehouse';

interface Building {
  readonly total: Uint32Array;
  readonly unflagged: Uint32Array;
  readonly status: Uint8Array;
  /** 1 where the category was stated at all. */
  readonly stated: Uint8Array;
}

const clamp = (value: number): number => Math.min(value, 0xffff_ffff);

function blank(days: number): Building {
  return {
    total: new Uint32Array(days),
    unflagged: new Uint32Array(days),
    status: new Uint8Array(days).fill(STATUS.missing),
    stated: new Uint8Array(days),
  };
}

/** Adds one cell of a day. A number makes the day reported; suppressed outweighs missing. */
function addCell(
  building: Building,
  cell: {
    at: number;
    value: number;
    reported: number;
    suppressed: number;
    isTotal: boolean;
    isUnflagged: boolean;
    isFacility: boolean;
  },
): void {
  const { at, value, reported, suppressed, isTotal, isUnflagged, isFacility } = cell;
  const { status, total, unflagged, stated } = building;
  if (isUnflagged) unflagged[at] = clamp(unflagged[at]! + value);
  if (!isTotal) return;
  stated[at] = 1;
  total[at] = clamp(total[at]! + value);
  // The total of one facility is not known when a part of it is suppressed; a region adds what is known.
  const outweighs = isFacility ? STATUS.suppressed : STATUS.reported;
  if (status[at] === outweighs) return;
  if (suppressed > 0 && (isFacility || reported === 0)) status[at] = STATUS.suppressed;
  else if (reported > 0) status[at] = STATUS.reported;
}

/**
 * The packed year of one region from its rollup rows: total and unflagged a category, what absence means applied. A day
 * that was reported and has been withdrawn by everyone who did is deleted.
 * Categories that no row mentions are left out, except those the dataset lists.
 */
export function buildRegionYear(
  dataset: Dataset,
  { level, year, rows }: { level: Level; year: number; rows: readonly RegionRow[] },
): RegionYear {
  const start = startOfYear(year);
  return { year, ...buildRegionDays(dataset, { level, start, days: daysInYear(year), rows }) };
}

/** The same of any days in a row. */
export function buildRegionDays(
  dataset: Pick<Dataset, 'categories' | 'total' | 'unflagged' | 'absence'>,
  { level, start, days, rows }: { level: Level; start: Day; days: number; rows: readonly RegionRow[] },
): Omit<RegionYear, 'year'> {
  const reporting = new Uint32Array(days);
  const withdrawn = new Uint8Array(days);
  const building = new Map<string, Building>(dataset.categories.map(({ id }) => [id, blank(days)]));
  const totalFlag = dataset.total === 'sum' ? undefined : dataset.total.flag;
  let newest = 0;
  for (const row of rows) {
    const at = row.day - start;
    reporting[at] = row.reporting;
    if (row.reporting === 0 && row.withdrawn > 0) withdrawn[at] = 1;
    newest = Math.max(newest, row.rev);
    for (let i = 0; i < row.categories.length; i++) {
      const category = row.categories[i]!;
      let record = building.get(category);
      if (!record) building.set(category, (record = blank(days)));
      addCell(record, {
        at,
        value: row.values[i]!,
        reported: row.reported[i]!,
        suppressed: row.suppressed[i]!,
        isTotal: totalFlag === undefined || row.flags[i] === totalFlag,
        isUnflagged: row.flags[i] === dataset.unflagged,
        isFacility: level === 'facility',
      });
    }
  }
  const categories = new Map<string, SeriesRecord>();
  for (const [category, { total, unflagged, status, stated }] of building) {
    for (let at = 0; at < days; at++) {
      if (status[at] !== STATUS.reported) total[at] = unflagged[at] = 0;
      if (stated[at] === 0 && reporting[at]! > 0 && dataset.absence === 'zero') status[at] = STATUS.reported;
      if (withdrawn[at] === 1) status[at] = STATUS.deleted;
    }
    // Any commit may change any category, also by leaving it out, so they share their revision.
    categories.set(category, { total, unflagged, status, rev: newest });
  }
  return { start, days, rev: newest, reporting, categories };
}
