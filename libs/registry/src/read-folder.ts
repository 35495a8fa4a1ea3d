import { createHash } from 'node:crypto';
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { ConfigurationProblem } from './problems.js';

const MAX_FILE_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 5_000;

/** The files of a configuration folder as they were at one moment. */
export interface FolderContent {
  /** Path relative to the folder, with `/`, in order; the bytes. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** SHA-256 over names and bytes, hex. */
  readonly version: string;
}

/** What is never read as configuration: secrets, hidden files, editors' backups. */
export const isIgnored = (path: string): boolean =>
  path
    .split(/[/\\]/)
    .some((part, depth) => part.startsWith('.') || part.endsWith('~') || (depth === 0 && part === 'secrets'));

/** Reads every file of the folder but `secrets/`. What is too large or cannot be read is a problem. */
export function readFolder(folder: string, problems: ConfigurationProblem[]): FolderContent {
  const problem = (file: string, found: string, expected: string): void => {
    problems.push({ file, line: 1, column: 1, path: '', found, expected, suggestion: undefined });
  };
  const files = new Map<string, Buffer>();
  const hash = createHash('sha256');
  for (const path of pathsIn(folder, problem)) {
    try {
      const { size } = statSync(join(folder, path));
      if (size > MAX_FILE_BYTES) {
        problem(path, `${size} bytes`, `at most ${MAX_FILE_BYTES}`);
        continue;
      }
      const bytes = readFileSync(join(folder, path));
      files.set(path, bytes);
      hash.update(`${path.length}:${path}${bytes.length}:`).update(bytes);
    } catch (error) {
      problem(path, `a file that cannot be read (${systemCodeOf(error)})`, 'a readable file');
    }
  }
  return { files, version: hash.digest('hex') };
}

function pathsIn(folder: string, problem: (file: string, found: string, expected: string) => void): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  } catch (error) {
    problem('.', `no folder that can be read (${systemCodeOf(error)})`, 'a configuration folder');
    return [];
  }
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => !isIgnored(path))
    .sort();
  if (paths.length > MAX_FILES) problem('.', `${paths.length} files`, `at most ${MAX_FILES}`);
  return paths.slice(0, MAX_FILES);
}

/** `ENOENT` and kin, of an error of the file system. */
export const systemCodeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'unknown error';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });

/** The text of a file, without byte order mark; undefined, and a problem, when it is not UTF-8. */
export function textOfFile(
  path: string,
  { files }: FolderContent,
  problems: ConfigurationProblem[],
): string | undefined {
  try {
    return strictUtf8.decode(files.get(path) ?? new Uint8Array());
  } catch {
    problems.push({
      file: path,
      line: 1,
      column: 1,
      path: '',
      found: 'bytes that are not UTF-8',
      expected: 'UTF-8',
      suggestion: undefined,
    });
    return undefined;
  }
}
