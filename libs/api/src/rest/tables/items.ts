import { parseDay } from '#vocabulary';
import type { Cell, ColumnOf, ColumnType } from '../../tabular/index.js';

/** What the members of listed items hold where it is not text. */
const TYPES: Readonly<Record<string, ColumnType>> = {
  facilities: 'count',
  submissions: 'count',
  bytes: 'integer',
  rows_read: 'count',
  rows_accepted: 'count',
  rows_refused: 'count',
  rev: 'integer',
  tries: 'count',
  first_day: 'day',
  last_day: 'day',
  first_active: 'day',
  last_active: 'day',
  closed_on: 'day',
  last_received_at: 'instant',
  received_at: 'instant',
  state_at: 'instant',
  at: 'instant',
  day: 'day',
  first: 'day',
  last: 'day',
  value: 'number',
  expected: 'number',
  upperbound: 'number',
  p: 'number',
  recurrence_days: 'number',
  completeness: 'number',
  matched: 'count',
  opened_at: 'instant',
  changed_at: 'instant',
  snoozed_until: 'instant',
};

type Item = Readonly<Record<string, unknown>>;

function cellOf(value: unknown, type: ColumnType): Cell {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return value;
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  if (type === 'day') return parseDay(text) ?? null;
  return type === 'instant' ? Date.parse(text) : text;
}

/** Columns of items as JSON shows them, by the names of their members. Lists within them become JSON texts. */
export function itemColumns(names: readonly string[]): readonly ColumnOf<Item>[] {
  return names.map((name) => {
    const type = TYPES[name] ?? 'text';
    return { name, type, of: (item) => cellOf(item[name], type) };
  });
}
