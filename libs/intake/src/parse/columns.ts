import { BellwetherError } from '#vocabulary';
import type { Selector, Selectors } from './contract.js';

export const selectorsFor = (selectors: Selectors, header: readonly string[]): readonly Selector[] =>
  typeof selectors === 'function' ? selectors(header) : selectors;

const LISTED = 40;

/**
 * The position of each selected column in the header, −1 where an optional one is absent. FILE_COLUMN_MISSING names
 * the absent required column and the header; a selected name that stands there twice is FILE_MALFORMED.
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
      throw new BellwetherError('FILE_COLUMN_MISSING', `no column ${column}; the file has ${listed(header)}`, {
        member,
        field: column,
      });
    }
    return position;
  });
}

/** Header names, shortened: a file without a header shows its first row here, so only what looks like a name. */
function listed(header: readonly string[]): string {
  if (header.length === 0) return 'no header';
  const names = header.slice(0, LISTED).map((name) => (/^[A-Za-z_][\w .-]{0,63}$/.test(name) ? name : '?'));
  return names.join(', ') + (header.length > LISTED ? ` and ${header.length - LISTED} more` : '');
}
