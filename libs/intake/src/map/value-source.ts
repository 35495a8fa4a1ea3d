import type { ValueSource } from '#registry';
import type { Field } from '../parse/index.js';

/** Reads one value of a record; undefined when the record has none and no substitute is configured. */
export type Reader = (fields: readonly Field[]) => string | undefined;
/** Reads all values of a repeated element, without doubles. */
export type ListReader = (fields: readonly Field[]) => readonly string[];

/** Where a column of the layout stands among the selected fields; undefined when the layout cannot have it. */
export type Positions = ReadonlyMap<string, number>;

const first = (field: Field): string => (typeof field === 'string' ? field : (field?.[0] ?? '')).trim();

function shape({ take, clean }: ValueSource): (text: string) => string {
  if (!clean && take === undefined) return (text) => text;
  return (text) => {
    const cleaned = clean ? text.replace(/[^A-Za-z0-9.]+/g, '-') : text;
    return take === undefined ? cleaned : cleaned.slice(0, take);
  };
}

function lookUp({ map, otherwise }: ValueSource): (text: string) => string | undefined {
  if (!map) return (text) => text;
  const found = new Map<string, string>();
  for (const [key, row] of map.codes.rows) {
    const value = row[map.column];
    if (value !== undefined && value !== '') found.set(key, value);
  }
  return (text) => found.get(text) ?? otherwise;
}

/** The raw text before the code map: the first candidate that is not empty. */
export function rawReader(source: ValueSource, positions: Positions): (fields: readonly Field[]) => string {
  const candidates = source.columns.map((columns) => columns.flatMap((column) => positions.get(column) ?? []));
  const only = candidates.length === 1 && candidates[0]?.length === 1 ? candidates[0][0] : undefined;
  if (only !== undefined) return (fields) => first(fields[only]);
  return (fields) => {
    for (const [at, columns] of candidates.entries()) {
      // A candidate that joins several columns is present when its first column is (an id is its root).
      if (columns.length !== source.columns[at]?.length || first(fields[columns[0]!]) === '') continue;
      return columns
        .map((column) => first(fields[column]))
        .filter((text) => text !== '')
        .join(source.join);
    }
    return '';
  };
}

export function reader(source: ValueSource, positions: Positions): Reader {
  const raw = rawReader(source, positions);
  const form = shape(source);
  const code = lookUp(source);
  return (fields) => {
    const text = raw(fields);
    return text === '' ? source.otherwise : code(form(text));
  };
}

export function listReader(source: ValueSource, positions: Positions): ListReader {
  const columns = source.columns.flatMap((candidate) => positions.get(candidate[0] ?? '') ?? []);
  const form = shape(source);
  const code = lookUp({ ...source, otherwise: undefined });
  return (fields) => {
    const values = new Set<string>();
    for (const column of columns) {
      const field = fields[column];
      for (const text of typeof field === 'string' ? [field] : (field ?? [])) {
        const value = text === '' ? undefined : code(form(text.trim()));
        if (value !== undefined) values.add(value);
      }
    }
    if (values.size === 0 && source.otherwise !== undefined) values.add(source.otherwise);
    return [...values];
  };
}

/** Every column a source reads. */
export const columnsOf = (source: ValueSource | undefined): string[] => source?.columns.flat() ?? [];
