import { readCsv } from './csv.js';
import type { CodeMap } from './model.js';
import type { ConfigurationProblem } from './problems.js';
import { suggest } from './suggest.js';
import { alternatives, describe, entriesOf, type Field, isMapping, mappingOf, report, textOf } from './yaml-field.js';

/** A CSV file of `codes/` as it is, before a key column is chosen. */
export interface CodeTable {
  readonly id: string;
  /** Relative to the configuration folder. */
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Line of each row. */
  readonly lines: readonly number[];
  /** Declared in the YAML file beside it, else the first column. */
  readonly key: string;
  readonly isKeyDeclared: boolean;
  /** Views made before, by key column and selection. */
  readonly views: Map<string, TableView>;
}

/** A view, and the first of its rows (positions in the table) whose key is empty or came before. */
interface TableView {
  readonly map: CodeMap;
  readonly misfits: readonly number[];
}

/** All tables, and where problems go that stand in a CSV file. */
export interface CodeTables {
  readonly tables: ReadonlyMap<string, CodeTable>;
  readonly problems: ConfigurationProblem[];
}

/** A table as a feed uses it. `column` is the attribute it takes. */
export interface TableUse {
  readonly table: CodeTable;
  readonly map: CodeMap;
  readonly column: string;
}

const MAX_TABLE_PROBLEMS = 5;

function problemAt(
  table: { file: string },
  line: number,
  problem: { found: string; expected: string },
): ConfigurationProblem {
  return { file: table.file, line, column: 1, path: '', suggestion: undefined, ...problem };
}

/** Reads one CSV file of codes; rows that do not fit its header are problems. */
export function readCodeTable(
  source: { id: string; file: string; text: string; declaration: Field | undefined },
  problems: ConfigurationProblem[],
): CodeTable | undefined {
  const { id, file, text, declaration } = source;
  const [header, ...rows] = readCsv(text);
  if (header === undefined) {
    problems.push(problemAt({ file }, 1, { found: 'an empty file', expected: 'a header line' }));
    return undefined;
  }
  const columns = header.fields.map((name) => name.trim());
  const bad = columns.find((name, i) => name === '' || name === '__proto__' || columns.indexOf(name) !== i);
  if (bad !== undefined) {
    const found = bad === '' ? 'a column without name' : `the column ${JSON.stringify(bad)} twice`;
    problems.push(problemAt({ file }, header.line, { found, expected: 'different column names' }));
    return undefined;
  }
  let misfits = 0;
  const fitting = rows.filter(({ line, fields }) => {
    if (fields.length === columns.length) return true;
    if (++misfits <= MAX_TABLE_PROBLEMS) {
      problems.push(
        problemAt({ file }, line, { found: `${fields.length} fields`, expected: `${columns.length} as in the header` }),
      );
    }
    return false;
  });
  const keyField = declaration === undefined ? undefined : mappingOf(declaration, ['key']).key;
  const key = keyField === undefined ? columns[0] : columnOf(keyField, columns);
  return {
    id,
    file,
    columns,
    rows: fitting.map(({ fields }) => fields),
    lines: fitting.map(({ line }) => line),
    key: key ?? columns[0] ?? '',
    isKeyDeclared: keyField !== undefined,
    views: new Map(),
  };
}

/** The text of a field when it is one of the columns; else a problem. */
function columnOf(field: Field, columns: readonly string[], tableId = ''): string | undefined {
  const name = textOf(field, 'the name of a column');
  if (name === undefined || columns.includes(name)) return name;
  const expected = `a column${tableId === '' ? '' : ` of ${tableId}`}: ${alternatives(columns)}`;
  report(field, { found: JSON.stringify(name), expected, suggestion: suggest(name, columns) });
  return undefined;
}

/** The rows of a table under a key column; doubled and empty keys are problems of the first use. */
export function viewOf(
  table: CodeTable,
  selection: { key: string; where: Readonly<Record<string, string>> },
  problems: ConfigurationProblem[],
): CodeMap {
  const name = viewName(selection);
  const known = table.views.get(name);
  if (known) return known.map;
  const view = makeView(table, selection);
  table.views.set(name, view);
  const keyAt = table.columns.indexOf(selection.key);
  for (const position of view.misfits) {
    const code = table.rows[position]?.[keyAt] ?? '';
    const found = code === '' ? `no ${selection.key}` : `${JSON.stringify(code)} again`;
    problems.push(problemAt(table, table.lines[position] ?? 1, { found, expected: `each ${selection.key} once` }));
  }
  return view.map;
}

/** The whole table under its key column, if its keys are unique. */
export function wholeView(table: CodeTable): CodeMap | undefined {
  const selection = { key: table.key, where: {} };
  const { map, misfits } = table.views.get(viewName(selection)) ?? makeView(table, selection);
  return misfits.length === 0 ? map : undefined;
}

const viewName = ({ key, where }: { key: string; where: Readonly<Record<string, string>> }): string =>
  JSON.stringify([key, ...Object.entries(where).sort(([a], [b]) => (a < b ? -1 : 1))]);

function makeView(
  table: CodeTable,
  { key, where }: { key: string; where: Readonly<Record<string, string>> },
): TableView {
  const { columns } = table;
  const selection = Object.entries(where).map(([name, value]) => ({ at: columns.indexOf(name), value }));
  const keyAt = columns.indexOf(key);
  const rows = new Map<string, Readonly<Record<string, string>>>();
  const misfits: number[] = [];
  for (let position = 0; position < table.rows.length; position++) {
    const fields = table.rows[position]!;
    if (selection.some(({ at, value }) => fields[at] !== value)) continue;
    const code = fields[keyAt]!;
    if (code === '' || rows.has(code)) {
      misfits.push(position);
      if (misfits.length === MAX_TABLE_PROBLEMS) break;
      continue;
    }
    // Keys in equal order give all rows one hidden class.
    const row: Record<string, string> = {};
    for (let c = 0; c < columns.length; c++) row[columns[c]!] = fields[c]!;
    rows.set(code, row);
  }
  return { map: { id: table.id, keyColumn: key, columns, rows }, misfits };
}

/** `table.column`, or `{ table, column, key, where }`. `defaultColumn`: the column when none is named. */
export function tableUseOf(field: Field, codes: CodeTables, defaultColumn?: string): TableUse | undefined {
  if (!isMapping(field)) {
    const text = textOf(field, 'a table and column such as "reasons.syndrome"');
    if (text === undefined) return undefined;
    const [id = '', column, ...rest] = text.split('.');
    const table = tableOf({ ...field }, id, codes);
    if (table === undefined) return undefined;
    const name = column ?? defaultColumn;
    if (name === undefined || rest.length > 0) {
      report(field, {
        found: describe(field),
        expected: `${id} with a column: ${alternatives(table.columns.map((c) => `${id}.${c}`))}`,
      });
      return undefined;
    }
    if (!table.columns.includes(name)) {
      const expected = `a column of ${id}: ${alternatives(table.columns)}`;
      report(field, { found: JSON.stringify(name), expected, suggestion: suggest(name, table.columns) });
      return undefined;
    }
    return useOf(table, { key: table.key, column: name, where: {} }, codes);
  }
  return tableMappingOf(field, codes, {
    keys: ['table', 'column', 'key', 'where'],
    defaultColumn,
    defaultKey: undefined,
  });
}

/** The mapping form; `keys` may allow more keys, which the caller reads. */
export function tableMappingOf(
  field: Field,
  codes: CodeTables,
  options: {
    keys: readonly string[];
    /** The attribute, and the key column, where none is named. */
    defaultColumn: string | undefined;
    defaultKey?: string | undefined;
  },
): TableUse | undefined {
  const { defaultColumn } = options;
  const parts = mappingOf(field, options.keys);
  if (parts.table === undefined) {
    report(field, { found: 'no key "table"', expected: 'the name of a code table' });
    return undefined;
  }
  const table = tableOf(parts.table, textOf(parts.table, 'the name of a code table'), codes);
  if (table === undefined) return undefined;
  const key =
    parts.key === undefined ? (options.defaultKey ?? table.key) : columnOf(parts.key, table.columns, table.id);
  const where = parts.where === undefined ? {} : whereOf(parts.where, table);
  let column = defaultColumn;
  if (parts.column !== undefined) column = columnOf(parts.column, table.columns, table.id);
  else if (column === undefined)
    report(field, { found: 'no key "column"', expected: `a column of ${table.id}: ${alternatives(table.columns)}` });
  else if (!table.columns.includes(column)) {
    report(parts.table, {
      found: `${table.id} without a column ${column}`,
      expected: `a table with the column ${column}`,
    });
    return undefined;
  }
  if (key === undefined || column === undefined || where === undefined) return undefined;
  return useOf(table, { key, column, where }, codes);
}

function useOf(
  table: CodeTable,
  { key, column, where }: { key: string; column: string; where: Readonly<Record<string, string>> },
  { problems }: CodeTables,
): TableUse {
  return { table, map: viewOf(table, { key, where }, problems), column };
}

function tableOf(field: Field, id: string | undefined, { tables }: CodeTables): CodeTable | undefined {
  if (id === undefined) return undefined;
  const table = tables.get(id);
  if (table === undefined) {
    const expected = tables.size === 0 ? `a file codes/${id}.csv` : `a code table: ${alternatives(tables.keys())}`;
    report(field, { found: JSON.stringify(id), expected, suggestion: suggest(id, tables.keys()) });
  }
  return table;
}

/** `{ column: value, … }` against a table's columns. */
function whereOf(field: Field, table: CodeTable): Readonly<Record<string, string>> | undefined {
  const where: Record<string, string> = {};
  for (const [name, value, at] of entriesOf(field, 'a mapping of columns to values')) {
    const text = textOf(value, 'the value of the rows to take');
    if (!table.columns.includes(name)) {
      const expected = `a column of ${table.id}: ${alternatives(table.columns)}`;
      report(at, { found: JSON.stringify(name), expected, suggestion: suggest(name, table.columns) });
      return undefined;
    }
    if (text === undefined) return undefined;
    where[name] = text;
  }
  return where;
}

/** Adds problems, at most five, for the values of a used column that `accepts` refuses. Empty values are skipped. */
export function checkColumn(
  { table, map, column }: TableUse,
  {
    accepts,
    expected,
    candidates,
    problems,
  }: {
    accepts: (value: string) => boolean;
    expected: string;
    candidates: readonly string[];
    problems: ConfigurationProblem[];
  },
): void {
  // Tables are long and their values few: look at values first, and for lines only when one is wrong.
  const wrong = new Set<string>();
  for (const row of map.rows.values()) wrong.add(row[column] ?? '');
  for (const value of wrong) if (value === '' || accepts(value)) wrong.delete(value);
  if (wrong.size === 0) return;
  const columnAt = table.columns.indexOf(column);
  const keyAt = table.columns.indexOf(map.keyColumn);
  let named = 0;
  table.rows.forEach((fields, i) => {
    const value = fields[columnAt] ?? '';
    // A row outside the view has a key that the view does not have, or one with another row's value.
    if (!wrong.has(value) || named === MAX_TABLE_PROBLEMS || map.rows.get(fields[keyAt] ?? '')?.[column] !== value)
      return;
    wrong.delete(value);
    named++;
    problems.push({
      ...problemAt(table, table.lines[i] ?? 1, { found: `${column} ${JSON.stringify(value)}`, expected }),
      suggestion: suggest(value, candidates),
    });
  });
}
