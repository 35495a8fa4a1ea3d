import { readFileSync, readdirSync } from 'node:fs';

/*
 * The simulated engine knows the product's statements by the files they come from: each begins with a comment of its own.
 * Columns and types of the tables are read from the statements that make them.
 */

const HOME = new URL('../../../libs/warehouse/src/sql/', import.meta.url);

const firstLine = (text: string): string => text.slice(0, text.indexOf('\n'));
const read = (path: string): string => readFileSync(new URL(path, HOME), 'utf8');

const names = new Map(
  readdirSync(HOME)
    .filter((file) => file.endsWith('.sql'))
    .map((file) => [firstLine(read(file)), file.slice(0, -4)]),
);

/** Name of the file that a statement was made from; throws for one that is not the product's. */
export function nameOf(query: string): string {
  const name = names.get(firstLine(query));
  if (name === undefined) throw new Error(`the simulated engine does not know: ${query.slice(0, 200)}`);
  return name;
}

/** Types of the columns of every table, in the terms of ClickHouse. */
export const COLUMNS: ReadonlyMap<string, ReadonlyMap<string, string>> = columnsOfTables();

function columnsOfTables(): Map<string, Map<string, string>> {
  const tables = new Map<string, Map<string, string>>();
  for (const file of readdirSync(new URL('tables/', HOME)).sort()) {
    const text = read(`tables/${file}`).replace(/--.*$/gm, '');
    const [, name = '', body = ''] = /CREATE TABLE IF NOT EXISTS (\w+)\s*\(([\s\S]*?)\n\)/.exec(text) ?? [];
    if (name === '') continue;
    const columns = [...body.matchAll(/^ {4}(\w+) +([^\n]*?),?$/gm)].filter(([, column]) => column !== 'INDEX');
    tables.set(name, new Map(columns.map(([, column = '', type = '']) => [column, type.trim()])));
  }
  return tables;
}
