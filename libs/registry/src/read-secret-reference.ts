import type { SecretReference } from './model.js';
import { entriesOf, type Field, isMapping, mappingOf, report, textOf } from './yaml-field.js';

const EXPECTED = 'a reference: { env: NAME }, { file: secrets/name }, or { table: secrets/name.csv, key: …, value: … }';

/** Reads a reference to a secret. A secret written here by mistake is never repeated in the problem. */
export function readSecretReference(field: Field): SecretReference | undefined {
  if (!isMapping(field)) {
    report(field, { found: 'something else (not shown, it may be a secret)', expected: EXPECTED });
    return undefined;
  }
  const part = mappingOf(field, ['env', 'file', 'table', 'key', 'value', 'where']);
  const kinds = [part.env, part.file, part.table].filter((kind) => kind !== undefined);
  const isPlain = part.key === undefined && part.value === undefined && part.where === undefined;
  if (kinds.length !== 1 || (part.table === undefined && !isPlain)) {
    report(field, {
      found: `${kinds.length === 1 ? 'keys that do not go together' : `${kinds.length} kinds of reference`}`,
      expected: EXPECTED,
    });
    return undefined;
  }
  if (part.env !== undefined) return environmentReference(part.env);
  if (part.file !== undefined) {
    const path = textOf(part.file, 'the path of a file');
    return path === undefined ? undefined : { kind: 'file', path };
  }
  const table = part.table;
  if (table === undefined || part.key === undefined || part.value === undefined) {
    report(field, { found: 'a table without "key" and "value"', expected: EXPECTED });
    return undefined;
  }
  const path = textOf(table, 'the path of a CSV file');
  const keyColumn = textOf(part.key, 'the name of a column');
  const valueColumn = textOf(part.value, 'the name of a column');
  if (path === undefined || keyColumn === undefined || valueColumn === undefined) return undefined;
  const reference = { kind: 'table', path, keyColumn, valueColumn } as const;
  return part.where === undefined ? reference : { ...reference, where: selectionOf(part.where) };
}

function environmentReference(field: Field): SecretReference | undefined {
  const name = textOf(field, 'the name of an environment variable');
  if (name === undefined) return undefined;
  if (/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) return { kind: 'env', name };
  report(field, {
    found: 'something else (not shown, it may be a secret)',
    expected: 'the name of an environment variable',
  });
  return undefined;
}

function selectionOf(field: Field): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entriesOf(field, 'a mapping of columns to values').flatMap(([column, value]) => {
      const text = textOf(value, 'the value of the rows to take');
      return text === undefined ? [] : [[column, text] as const];
    }),
  );
}
