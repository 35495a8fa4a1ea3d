import { BellwetherError } from '#vocabulary';
import type { Selector, Selectors } from './contract.js';

export const selectorsFor = (selectors: Selectors, header: readonly string[]): readonly Selector[] =>
  typeof selectors === 'function' ? selectors(header) : selectors;

/**
 * The position of each selected column in the header, −1 where an optional one is absent. FILE_COLUMN_MISSING names
 * the absent required column, and not those found: where the header is missing they are data. A selected name that stands there twice is FILE_MALFORMED.
 */
export function locate(selectors: readonly Selector[], header: readonly string[], member: string): Int32Array {
  const positions = new Map<string, number>();
  const doubled = new Set<string>();
  header.forEach((name, index) => {
    if (positions.has(name)) doubled.add(name);
    else positions.set(name, index);
  });
  return Int32Array.from(selectors, ({ column, required }) => {
    if (doubled.has(column)) {
      throw new BellwetherError('FILE_MALFORMED', `column ${column} stands twice in the header`, { member });
    }
    const position = positions.get(column) ?? -1;
    if (position < 0 && required) {
      throw new BellwetherError('FILE_COLUMN_MISSING', `no column ${column} among the ${header.length} of the file`, {
        member,
        field: column,
      });
    }
    return position;
  });
}
