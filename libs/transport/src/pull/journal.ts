import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';

import type { RemoteEntry } from './source.js';

/** What of a file says whether it is the same as before. */
export type Version = Pick<RemoteEntry, 'size' | 'stamp'>;

export const sameVersion = (a: Version, b: Version): boolean => a.size === b.size && a.stamp === b.stamp;

/**
 * Which files of a source have a receipt: one small file that only grows, and is written anew when most of it is past.
 * What is in it has been received; what has been received may be missing in it, and is then taken twice.
 */
export interface Journal {
  /** The version that was taken last. */
  taken(path: string): Version | undefined;
  /** Durable when it resolves. */
  add(path: string, version: Version): Promise<void>;
  /** Forgets what the source no longer lists, when it is much; what comes back is then taken again. */
  keep(listed: ReadonlySet<string>): Promise<void>;
  /** Lines that could not be read when it was opened: their files are taken again. */
  readonly damaged: number;
  close(): Promise<void>;
}

/** Paths that are remembered though the source no longer lists them. */
const MOST_PAST = 100_000;
/** Lines beyond those that count, after which the file is written anew. */
const SLACK = 1_000;

type Line = readonly [path: string, size: number | null, stamp: string];

/** `<CRC-32, 8 hex digits> <JSON>`: a line that was cut off, or runs into another, does not check. */
function lineOf(path: string, { size, stamp }: Version): string {
  const json = JSON.stringify([path, size ?? null, stamp] satisfies Line);
  return `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
}

function readLine(line: string): Line | undefined {
  const json = line.slice(9);
  if (line[8] !== ' ' || parseInt(line.slice(0, 8), 16) !== crc32(json)) return undefined;
  return JSON.parse(json) as Line;
}

export async function openJournal(path: string): Promise<Journal> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const versions = new Map<string, Version>();
  let lines = 0;
  let damaged = 0;
  for (const line of (await textOf(path)).split('\n')) {
    if (line === '') continue;
    const read = readLine(line);
    lines++;
    if (!read) {
      damaged++;
      continue;
    }
    const [of, size, stamp] = read;
    versions.delete(of); // the order is that of the last taking
    versions.set(of, { size: size ?? undefined, stamp });
  }

  async function rewrite(): Promise<void> {
    const next = await open(`${path}.next`, 'w', 0o600);
    try {
      await next.writeFile([...versions].map(([of, version]) => lineOf(of, version)).join(''));
      await next.sync();
    } finally {
      await next.close();
    }
    await rename(`${path}.next`, path);
    const folder = await open(dirname(path), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    lines = versions.size;
  }
  // Also when nothing was there: so the name is durable, and a cut-off line is never continued.
  await rewrite();
  let file = await open(path, 'a', 0o600);
  /** One line after the other; the next begins where the one before ended well. */
  let before: Promise<void> = Promise.resolve();
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const result = before.then(work);
    before = result.catch(() => undefined);
    return result;
  };

  return {
    damaged,
    taken: (of) => versions.get(of),
    add: (of, version) =>
      inTurn(async () => {
        await file.appendFile(lineOf(of, version));
        await file.datasync();
        versions.delete(of);
        versions.set(of, { size: version.size, stamp: version.stamp });
        lines++;
      }),
    keep: (listed) =>
      inTurn(async () => {
        let past = versions.size - [...listed].filter((of) => versions.has(of)).length;
        for (const of of versions.keys()) {
          if (past <= MOST_PAST) break;
          if (listed.has(of)) continue;
          versions.delete(of);
          past--;
        }
        if (lines <= 2 * versions.size + SLACK) return;
        await rewrite();
        await file.close();
        file = await open(path, 'a', 0o600);
      }),
    close: () => inTurn(() => file.close()),
  };
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
