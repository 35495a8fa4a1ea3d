import { BellwetherError } from '#vocabulary';
import { closeSync, fstatSync, openSync, readFileSync, type Stats, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { readCsv } from './csv.js';
import type { SecretReference } from './model.js';
import { systemCodeOf } from './read-folder.js';

const MAX_SECRET_BYTES = 4096;
const MAX_TABLE_BYTES = 16 * 1024 * 1024;
const MAX_TABLES = 32;

/**
 * Reads a secret at the moment it is needed; it is never logged and never part of an error. Undefined: there is none
 * (yet), because the variable, the file or the row of `key` is absent or empty. Throws CONFIG_INVALID when the file
 * exists but others than its owner could read it, belongs to somebody else, or is no secret of bounded size.
 *
 * Relative paths start at the configuration `folder`. `key` chooses the row of a table: facility or sender. A table is
 * read again when its file has changed, so a corrected password counts at once.
 */
export function readSecret(
  reference: SecretReference,
  { folder, key }: { readonly folder: string; readonly key?: string | undefined },
): string | undefined {
  if (reference.kind === 'env') return process.env[reference.name] || undefined;
  const path = resolve(folder, reference.path);
  if (reference.kind === 'table') {
    // Nothing of the file has changed since it was opened and looked at, its mode and owner included.
    const stats = statSync(path, { throwIfNoEntry: false });
    const table = stats && known.get(tableName(reference, path));
    if (stats && table?.stamp === stampOf(stats)) return key === undefined ? undefined : table.passwords.get(key);
  }
  const file = openPrivate(path, reference);
  if (file === undefined) return undefined;
  try {
    if (reference.kind === 'table')
      return key === undefined ? undefined : passwordsOf(reference, { ...file, path }).get(key);
    if (file.stats.size > MAX_SECRET_BYTES)
      throw refused(reference, `${file.stats.size} bytes`, `at most ${MAX_SECRET_BYTES}`);
    return readFileSync(file.descriptor, 'utf8').replace(/\r?\n$/, '') || undefined;
  } finally {
    closeSync(file.descriptor);
  }
}

type FileReference = Exclude<SecretReference, { kind: 'env' }>;

interface OpenFile {
  readonly descriptor: number;
  readonly stats: Stats;
}

/** Opens first and looks afterwards, so that what was looked at is what is read. Undefined: there is no such file. */
function openPrivate(path: string, reference: FileReference): OpenFile | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, 'r');
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === 'ENOENT') return undefined;
    throw refused(reference, `a file that cannot be opened (${code})`, 'a file that this process may read');
  }
  try {
    const stats = fstatSync(descriptor);
    const mode = stats.mode & 0o777;
    if (!stats.isFile()) throw refused(reference, 'something that is no file', 'a file');
    if (mode !== 0o400 && mode !== 0o600) {
      throw refused(reference, `mode ${mode.toString(8).padStart(4, '0')}`, '0400 or 0600: chmod 0400 it');
    }
    const user = process.getuid?.();
    if (user !== undefined && stats.uid !== user)
      throw refused(reference, `owner ${stats.uid}`, `the user of this process, ${user}`);
    return { descriptor, stats };
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

const refused = ({ path }: FileReference, found: string, expected: string): BellwetherError =>
  new BellwetherError('CONFIG_INVALID', `secret ${path}: found ${found}, expected ${expected}`);

interface KnownTable {
  readonly stamp: string;
  readonly passwords: ReadonlyMap<string, string>;
}

type TableReference = Extract<SecretReference, { kind: 'table' }>;

const tableName = ({ keyColumn, valueColumn, where = {} }: TableReference, path: string): string =>
  JSON.stringify([path, keyColumn, valueColumn, Object.entries(where)]);
const stampOf = (stats: Stats): string => [stats.ino, stats.size, stats.mtimeMs, stats.ctimeMs].join(' ');

/** Tables read before, by path and selection; the oldest goes first. */
const known = new Map<string, KnownTable>();

function passwordsOf(
  reference: TableReference,
  { descriptor, stats, path }: OpenFile & { path: string },
): ReadonlyMap<string, string> {
  const { keyColumn, valueColumn, where = {} } = reference;
  const name = tableName(reference, path);
  if (stats.size > MAX_TABLE_BYTES) throw refused(reference, `${stats.size} bytes`, `at most ${MAX_TABLE_BYTES}`);
  const [header, ...rows] = readCsv(readFileSync(descriptor, 'utf8'));
  const at = (column: string): number => {
    const position = header?.fields.indexOf(column) ?? -1;
    if (position === -1) throw refused(reference, `no column ${column}`, 'a header with this column');
    return position;
  };
  const keyAt = at(keyColumn);
  const valueAt = at(valueColumn);
  const selection = Object.entries(where).map(([column, value]) => [at(column), value] as const);
  const passwords = new Map<string, string>();
  for (const { fields } of rows) {
    const password = fields[valueAt];
    if (!password || selection.some(([position, value]) => fields[position] !== value)) continue;
    passwords.set(fields[keyAt] ?? '', password);
  }
  known.delete(name);
  known.set(name, { stamp: stampOf(stats), passwords });
  for (const oldest of known.keys()) {
    if (known.size <= MAX_TABLES) break;
    known.delete(oldest);
  }
  return passwords;
}
