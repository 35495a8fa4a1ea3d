import { csvField } from '../tabular/index.js';
import { type Given, textsOf } from './parameters.js';
import type { Row } from './rows.js';

export interface Written {
  readonly type: string;
  readonly text: string;
}

const JSON_TYPE = 'application/json; charset=utf-8';

/** `fields=a,b` keeps these, `fields=-a` leaves it out. */
function choose(rows: readonly Row[], given: Given): readonly Row[] {
  const fields = textsOf(given, 'fields').flatMap((text) => text.split(','));
  if (fields.length === 0) return rows;
  const [without, only] = [
    new Set(fields.filter((one) => one.startsWith('-')).map((one) => one.slice(1))),
    new Set(fields.filter((one) => !one.startsWith('-'))),
  ];
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).filter(([name]) => !without.has(name) && (only.size === 0 || only.has(name))),
    ),
  );
}

const message = (count: number, isCut: boolean): { result: number; message: string } => {
  if (count === 0) return { result: -2, message: 'no results' };
  return isCut ? { result: 2, message: 'too many results, data truncated' } : { result: 1, message: 'success' };
};

/** Rows under the value of one member, without it. */
function treeOf(rows: readonly Row[], group: string): Record<string, Row[]> {
  const tree = new Map<string, Row[]>();
  for (const { [group]: value, ...rest } of rows) {
    const key = String(value ?? '');
    const branch = tree.get(key);
    if (branch) branch.push(rest);
    else tree.set(key, [rest]);
  }
  return Object.fromEntries(tree);
}

function csvOf(rows: readonly Row[]): string {
  const [first] = rows;
  if (!first) return '';
  const lines = rows.map((row) =>
    Object.values(row)
      .map((value) => (value === null ? '' : csvField(String(value))))
      .join(','),
  );
  return `${[Object.keys(first).join(','), ...lines].join('\n')}\n`;
}

/** Rows in a format of Epidata (delphi-epidata, server/_printer.py): classic, tree, json, csv, jsonl. */
export function written(all: readonly Row[], { given, isCut }: { given: Given; isCut: boolean }): Written {
  const rows = choose(all, given);
  const [format = 'classic'] = textsOf(given, 'format');
  if (format === 'json') return { type: JSON_TYPE, text: JSON.stringify(rows) };
  if (format === 'csv') return { type: 'text/csv; charset=utf-8', text: csvOf(rows) };
  if (format === 'jsonl')
    return { type: 'text/plain; charset=utf-8', text: rows.map((row) => `${JSON.stringify(row)}\n`).join('') };
  const group = format === 'tree' ? 'signal' : /^tree-(\w+)$/.exec(format)?.[1];
  const epidata = group !== undefined && rows.length > 0 ? [treeOf(rows, group)] : rows;
  return { type: JSON_TYPE, text: JSON.stringify({ epidata, ...message(rows.length, isCut) }) };
}
