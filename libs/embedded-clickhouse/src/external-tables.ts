import { exception } from './exception.js';
import { identifier } from './literal.js';
import type { Form } from './multipart.js';
import type { Connection } from './native.js';
import { tokenAt } from './tokens.js';
import type { Store } from './store.js';

/** A table that a client sends along with one query, as a file of a multipart form. */
export interface ExternalTable {
  readonly name: string;
  /** Columns as in CREATE TABLE, without the brackets. */
  readonly structure: string;
  readonly format: string;
  readonly bytes: Buffer;
}

/**
 * The tables of a form: file `x` with `x_structure` (or `x_types`, whose columns are called _1, _2, …) and `x_format`
 * among the fields or in the address.
 *
 * @throws ClickHouseException BAD_ARGUMENTS where the structure is missing or not a list of columns.
 */
export function readExternalTables(form: Form, url: URL): ExternalTable[] {
  return form.files.map(({ name, bytes }) => {
    const told = (what: string): string | undefined =>
      form.fields.get(`${name}_${what}`) ?? url.searchParams.get(`${name}_${what}`) ?? undefined;
    const types = told('types');
    const structure =
      told('structure') ??
      types
        ?.split(',')
        .map((type, i) => `_${i + 1} ${type}`)
        .join(', ');
    const format = told('format') ?? 'TabSeparated';
    if (structure === undefined || !/^\w+$/.test(format) || !isOneGroup(`(${structure})`)) {
      throw exception('BAD_ARGUMENTS', `External table ${name.slice(0, 64)} needs a structure and a format`);
    }
    return { name, structure, format, bytes };
  });
}

/** Keys that describe external tables are no settings. */
export function isOfExternalTable(key: string, fileNames: ReadonlySet<string>): boolean {
  const name = /^(.+)_(?:structure|types|format)$/.exec(key)?.[1];
  return name !== undefined && fileNames.has(name);
}

function isOneGroup(text: string): boolean {
  const token = tokenAt(text, 0);
  return token?.kind === 'group' && token.end === text.length && text.endsWith(')');
}

export interface CreateOptions {
  readonly store: Store;
  readonly connection: Connection;
  /** Statements to run first. */
  readonly before: string;
  readonly tables: readonly ExternalTable[];
}

/** Creates the tables as temporary ones of the connection and fills them. */
export async function createExternalTables({ store, connection, before, tables }: CreateOptions): Promise<void> {
  if (before !== '') await store.query(connection, before.replace(/; $/, ''));
  for (const { name, structure, format, bytes } of tables) {
    await store.query(connection, `CREATE TEMPORARY TABLE ${identifier(name)} (${structure}) ENGINE = Memory`);
    if (bytes.length === 0) continue;
    if (bytes.includes('\n\n')) {
      throw exception('NOT_IMPLEMENTED', 'Data of an external table must not hold an empty line');
    }
    await store.insert(connection, `INSERT INTO ${identifier(name)} FORMAT ${format}`, bytes);
  }
}
