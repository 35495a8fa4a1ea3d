import { Cursor } from './cursor.js';
import { isAllowedFormat } from './functions.js';
import type { Relations } from './relations.js';
import { quoteName, quoteText, refused } from './tokens.js';
import { query } from './select.js';

/** A statement that may be sent to the engine. */
export interface Checked {
  /** Rebuilt from what was read; without FORMAT. */
  readonly sql: string;
  /** As the statement asked; undefined: it did not. */
  readonly format: string | undefined;
}

/**
 * Reads one statement and rebuilds it. Allowed: one SELECT (WITH, subqueries, joins, windows, unions) over the views
 * and the few system tables drivers look at, by functions on the list; SHOW DATABASES, SHOW TABLES, DESCRIBE and
 * EXISTS for a view. Everything else throws SQL_REFUSED with what was found.
 */
export function checkStatement(statement: string, relations: Relations): Checked {
  const cursor = new Cursor(statement, relations, query);
  if (!catalogue(cursor)) {
    if (!cursor.seesAny('SELECT', 'WITH', '(')) throw cursor.unexpected('SELECT');
    cursor.query(cursor);
  }
  const { sql } = cursor;
  const format = formatOf(cursor);
  while (cursor.sees(';')) cursor.skip();
  if (cursor.peek().kind !== 'end') throw cursor.unexpected('the end');
  return { sql, format };
}

function formatOf(cursor: Cursor): string | undefined {
  if (!cursor.sees('FORMAT')) return undefined;
  cursor.skip();
  const format = cursor.takeName('a format');
  if (!isAllowedFormat(format)) throw refused(`the format ${format.slice(0, 60)}`);
  return format;
}

/** Questions about what there is, answered from the views alone; true when one was read. */
function catalogue(cursor: Cursor): boolean {
  const { database } = cursor.relations;
  if (cursor.seesInOrder('SHOW', 'DATABASES')) {
    skip(cursor, 2);
    cursor.write(`SELECT name FROM system.databases WHERE name = ${quoteText(database)}`);
  } else if (cursor.seesInOrder('SHOW', 'TABLES')) {
    skip(cursor, 2);
    if (cursor.seesAny('FROM', 'IN')) ofDatabase(cursor);
    cursor.write(
      `SELECT name FROM system.tables WHERE database = ${quoteText(database)} AND name IN (${viewList(cursor)})`,
    );
  } else if (cursor.seesAny('DESCRIBE', 'DESC')) {
    skip(cursor, 1);
    if (cursor.sees('TABLE')) skip(cursor, 1);
    cursor.write(`DESCRIBE TABLE ${quoteName(database)}.${quoteName(view(cursor))}`);
  } else if (cursor.sees('EXISTS')) {
    skip(cursor, 1);
    if (cursor.seesAny('TABLE', 'VIEW')) skip(cursor, 1);
    view(cursor);
    cursor.write('SELECT toUInt8(1) AS result');
  } else return false;
  return true;
}

function skip(cursor: Cursor, tokens: number): void {
  for (let skipped = 0; skipped < tokens; skipped++) cursor.skip();
}

function ofDatabase(cursor: Cursor): void {
  cursor.skip();
  const name = cursor.takeName('a database');
  if (name !== cursor.relations.database) throw refused(`the database ${name.slice(0, 60)}`);
}

function view(cursor: Cursor): string {
  const first = cursor.takeName('a view');
  const second = cursor.sees('.') ? (cursor.skip(), cursor.takeName('a view')) : undefined;
  const { database, views } = cursor.relations;
  const name = second ?? first;
  if ((second !== undefined && first !== database) || !views.includes(name))
    throw refused(`${name.slice(0, 60)} is no view`);
  return name;
}

function viewList(cursor: Cursor): string {
  return cursor.relations.views.map(quoteText).join(', ');
}
