import { type Engine, type SlotRow, insertSlots, insertUnitDays, unitVersions } from '#warehouse';
import { closingRows } from './close-units.js';

/** Slots of one dataset on disk, complete over all versions of their units. Returns every row that may have changed. */
export async function writeSlots(engine: Engine, dataset: string, rows: readonly SlotRow[]): Promise<SlotRow[]> {
  const parts = rows.filter(({ content }) => content.unit !== 0n);
  await insertUnitDays(engine, parts);
  await insertSlots(engine, rows);
  const units = [...new Set(parts.map(({ content }) => content.unit))];
  const versions = await unitVersions(engine, { dataset, units });
  const closing = closingRows(dataset, { versions, written: parts.map(versionKey) });
  if (closing.length > 0) await insertSlots(engine, closing);
  return [...rows, ...closing];
}

/** The version of a unit that a row states. */
export const versionKey = ({ origin: { tie, gen }, content: { unit, version } }: SlotRow) => ({
  unit,
  ver: version,
  tie,
  gen,
});
