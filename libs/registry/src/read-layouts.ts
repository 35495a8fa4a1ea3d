import iconv from 'iconv-lite';
import { type CodeTables, tableMappingOf, tableUseOf } from './code-table.js';
import type { FixedLayout, Layout } from './model.js';
import {
  describe,
  elementsOf,
  entriesOf,
  type Field,
  isEmpty,
  isList,
  isMapping,
  mappingOf,
  numberOf,
  report,
  textOf,
  wordOf,
} from './yaml-field.js';

const FORMATS = ['csv', 'delimited', 'fixed', 'xml'] as const;
type Format = (typeof FORMATS)[number];

const BASE = ['format', 'extensions', 'encoding'] as const;
const TABLE_KEYS = [...BASE, 'wide', 'delimiter', 'columns'] as const;
const FIXED_KEYS = [...BASE, 'columns'] as const;
const XML_KEYS = [...BASE, 'record', 'namespaces', 'paths'] as const;
const KEYS: Readonly<Record<Format, readonly string[]>> = {
  csv: TABLE_KEYS,
  delimited: TABLE_KEYS,
  fixed: FIXED_KEYS,
  xml: XML_KEYS,
};
const EXTENSIONS: Readonly<Record<Format, readonly string[]>> = {
  csv: ['csv'],
  delimited: ['txt'],
  fixed: ['txt'],
  xml: ['xml'],
};

const MAX_FIXED_WIDTH = 65_536;

/** A layout and where it is configured, for checks against the record mapping. */
export interface PlacedLayout {
  readonly layout: Layout;
  readonly at: Field;
}

/** Reads `layouts`; without the key there is one, csv. */
export function readLayouts(field: Field | undefined, feed: Field, codes: CodeTables): PlacedLayout[] {
  if (field === undefined) return [{ layout: { ...DEFAULT_CSV }, at: feed }];
  const found: PlacedLayout[] = [];
  for (const [id, value, at] of entriesOf(field, 'a mapping of ids to layouts')) {
    const layout = readLayout(id, { value, at }, codes);
    if (layout) found.push({ layout, at });
  }
  if (isEmpty(field) || (isMapping(field) && entriesOf(field).length === 0)) {
    report(field, { found: 'no layout', expected: 'at least one, or no key "layouts"' });
  }
  return found;
}

const DEFAULT_CSV: Layout = {
  id: 'csv',
  format: 'csv',
  extensions: ['csv'],
  encoding: 'auto',
  delimiter: ',',
  columns: undefined,
  wide: undefined,
};

function readLayout(id: string, { value, at }: { value: Field; at: Field }, codes: CodeTables): Layout | undefined {
  const named = FORMATS.find((known) => known === id);
  const formatEntry = isMapping(value) ? entriesOf(value).find(([key]) => key === 'format')?.[1] : undefined;
  const format = formatEntry === undefined ? named : wordOf(formatEntry, FORMATS);
  if (format === undefined) {
    if (formatEntry === undefined) report(at, { found: 'no key "format"', expected: 'csv, delimited, fixed or xml' });
    return undefined;
  }
  const part = mappingOf(value, KEYS[format]);
  const base = {
    id,
    extensions: part.extensions === undefined ? EXTENSIONS[format] : extensionsOf(part.extensions),
    encoding: (part.encoding && encodingOf(part.encoding)) ?? 'auto',
    wide: part.wide && wideOf(part.wide, codes),
  };
  if (format === 'fixed') return { ...base, format, columns: fixedColumnsOf(part.columns, { at, codes }) };
  if (format === 'xml') {
    const namespaces = part.namespaces === undefined ? {} : namespacesOf(part.namespaces);
    return {
      ...base,
      format,
      record: (part.record && recordPathOf(part.record, namespaces)) ?? '//record',
      namespaces,
      paths: part.paths === undefined ? {} : pathsOf(part.paths, namespaces),
    };
  }
  return {
    ...base,
    format,
    delimiter: (part.delimiter && delimiterOf(part.delimiter)) ?? (format === 'csv' ? ',' : '|'),
    columns: part.columns && columnNamesOf(part.columns),
  };
}

function extensionsOf(field: Field): string[] {
  return elementsOf(field).flatMap((element) => {
    const text = textOf(element, 'a file extension');
    if (text === undefined) return [];
    if (/^[a-z0-9]{1,16}$/.test(text)) return [text];
    report(element, {
      found: describe(element),
      expected: 'an extension of lower-case letters and digits, without dot',
    });
    return [];
  });
}

function encodingOf(field: Field): string | undefined {
  const label = textOf(field, 'auto or the name of an encoding');
  if (label === undefined || label === 'auto' || iconv.encodingExists(label)) return label;
  report(field, { found: describe(field), expected: 'auto, or an encoding such as utf-8 or windows-1252' });
  return undefined;
}

function delimiterOf(field: Field): string | undefined {
  const text = textOf(field, 'one character');
  if (text === undefined || /^[\t\x20-\x7e]$/.test(text)) return text;
  report(field, { found: describe(field), expected: 'one printable character, or "\\t"' });
  return undefined;
}

function columnNamesOf(field: Field): string[] {
  const names: string[] = [];
  for (const element of elementsOf(field)) {
    const name = textOf(element, 'the name of a column');
    if (name === undefined) continue;
    if (names.includes(name)) report(element, { found: `${JSON.stringify(name)} again`, expected: 'each column once' });
    names.push(name);
  }
  return names;
}

/** `hhs-measures`, or `{ table, key, where, measure, value }`: names of the two columns a wide row gives. */
function wideOf(field: Field, codes: CodeTables): Layout['wide'] {
  const names = { measureColumn: 'measure', valueColumn: 'value' };
  if (!isMapping(field)) {
    // Any column will do: only the keys count.
    const id = textOf(field, 'a code table');
    const table = id === undefined ? undefined : codes.tables.get(id);
    const use = id === undefined ? undefined : tableUseOf(field, codes, table?.key);
    return use && { map: use.map, ...names };
  }
  const keys = ['table', 'key', 'where', 'measure', 'value'];
  const entries = new Map(entriesOf(field).map(([key, value]) => [key, value]));
  const tableField = entries.get('table');
  const table = tableField && codes.tables.get(textOf(tableField) ?? '');
  const use = tableMappingOf(field, codes, { keys, defaultColumn: table?.key });
  const measure = entries.get('measure');
  const value = entries.get('value');
  if (use === undefined) return undefined;
  return {
    map: use.map,
    measureColumn: (measure && textOf(measure, 'the name of a column')) ?? names.measureColumn,
    valueColumn: (value && textOf(value, 'the name of a column')) ?? names.valueColumn,
  };
}

/** `{ zip: [65, 5] }`, or a table with the columns column, start and width. */
function fixedColumnsOf(
  field: Field | undefined,
  { at, codes }: { at: Field; codes: CodeTables },
): FixedLayout['columns'] {
  if (field === undefined || isEmpty(field)) {
    report(field ?? at, { found: 'no columns', expected: 'columns as { name: [start, width] }, or { table: … }' });
    return [];
  }
  const entries = entriesOf(field, 'a mapping { name: [start, width] }, or { table: … }');
  const table = entries.find(([key, value]) => key === 'table' && !isList(value));
  return table === undefined ? writtenColumns(entries) : tabulatedColumns(field, codes);
}

function writtenColumns(entries: ReturnType<typeof entriesOf>): FixedLayout['columns'] {
  return entries.map(([name, value]) => {
    const pair = elementsOf(value);
    if (pair.length !== 2) report(value, { found: describe(value), expected: '[start, width], start counted from 1' });
    const [start = 1, width = 1] = pair
      .slice(0, 2)
      .map((e) => numberOf(e, { min: 1, max: MAX_FIXED_WIDTH, whole: true }));
    return { name, start, width };
  });
}

function tabulatedColumns(field: Field, codes: CodeTables): FixedLayout['columns'] {
  const entries = new Map(entriesOf(field).map(([key, value]) => [key, value]));
  const tableField = entries.get('table');
  const table = tableField && codes.tables.get(textOf(tableField) ?? '');
  const missing = ['column', 'start', 'width'].filter((name) => table !== undefined && !table.columns.includes(name));
  if (tableField !== undefined && missing.length > 0) {
    report(tableField, {
      found: `a table without ${missing.join(', ')}`,
      expected: 'a table with the columns column, start and width',
    });
    return [];
  }
  const view = tableMappingOf(field, codes, {
    keys: ['table', 'where'],
    defaultColumn: 'width',
    defaultKey: 'column',
  });
  if (view === undefined) return [];
  const whole = /^[1-9]\d{0,4}$/;
  const rows = [...view.map.rows.values()];
  const bad = rows.find((row) => !whole.test(row.start ?? '') || !whole.test(row.width ?? ''));
  if (bad !== undefined) {
    report(field, {
      found: `start and width of ${bad.column ?? ''} that are no numbers`,
      expected: 'whole numbers from 1',
    });
  } else if (rows.length === 0) {
    report(field, { found: 'no rows', expected: `at least one row of ${view.table.id} that fits "where"` });
  }
  return rows.map((row) => ({ name: row.column ?? '', start: Number(row.start), width: Number(row.width) }));
}

type Namespaces = Readonly<Record<string, string>>;

function pathOf(field: Field, namespaces: Namespaces): string | undefined {
  const text = textOf(field, 'a path');
  if (text === undefined) return undefined;
  if (isPath(text)) {
    const prefixes = text.replace(/'[^']*'|"[^"]*"/g, '').matchAll(/([A-Za-z_][\w.-]*):/g);
    for (const [, prefix = ''] of prefixes) {
      if (Object.hasOwn(namespaces, prefix)) continue;
      report(field, { found: `the prefix ${prefix}`, expected: 'a prefix declared under "namespaces"' });
      return undefined;
    }
    return text;
  }
  report(field, {
    found: describe(field),
    expected: "a path such as /ClinicalDocument/setId[1]/@root, //record or a//b[@c='d']",
  });
  return undefined;
}

/** The reader knows a record when it opens, from its ancestors alone: so its path has neither positions nor an attribute. */
function recordPathOf(field: Field, namespaces: Namespaces): string | undefined {
  const path = pathOf(field, namespaces);
  if (path === undefined || !/\[\d+\]|\/@|^@/.test(path)) return path;
  report(field, {
    found: describe(field),
    expected: 'a path to an element, without [n] and without a last @attribute',
  });
  return undefined;
}

const NAME = '(?:[A-Za-z_][\\w.-]*:)?[A-Za-z_][\\w.-]*';
const PREDICATE = `\\[(?:\\d{1,6}|@${NAME}(?:='[^']*'|="[^"]*")?)\\]`;
const STEP = `(?:${NAME}|(?:[A-Za-z_][\\w.-]*:)?\\*)(?:${PREDICATE}){0,8}`;
const PATH = new RegExp(`^(?:@${NAME}|(?:\\.?/{1,2})?${STEP}(?:/{1,2}${STEP}){0,31}(?:/@${NAME})?)$`);

/** Whether the text is a path as {@link XmlLayout} describes it. */
const isPath = (text: string): boolean => text.length <= 1024 && PATH.test(text);

function namespacesOf(field: Field): Namespaces {
  return Object.fromEntries(entriesOf(field).map(([prefix, uri]) => [prefix, textOf(uri, 'a namespace URI') ?? '']));
}

function pathsOf(field: Field, namespaces: Namespaces): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entriesOf(field).flatMap(([column, value]) => {
      const path = pathOf(value, namespaces);
      return path === undefined ? [] : [[column, path] as const];
    }),
  );
}
