import { type Engine, type SlotRow, insertSlots, insertUnitDays, unitVersions } from '#warehouse';
import { closingRows } from './close-units.js';

/** Slots of one dataset on disk, complete over all versions of their units. Returns every row that may have changed. */
export async function writeSlots(engine: Engine, dataset: string, rows: readonly SlotRow[]): Promise<SlotRow[]> {
  const parts = rows.filter(({ content }) => content.unit !== 0n);
  await insertUnitDays(engine, parts);
  await insertSlots(engine, rows);
  const units = [...new Set(parts.map(({ content }) => content.unit))];
  const closing = closingRows(dataset, await unitVersions(engine, { dataset, units }));
  if (closing.length > 0) await insertSlots(engine, closing);
  return [...rows, ...closing];
}
