import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { PullSource } from '#registry';

/** How fetching the files of a feed goes. Instants are ISO 8601, UTC; null: not yet. */
export interface PullStatus {
  readonly feed: string;
  /** `sftp://host:22/out`, without user and secrets. */
  readonly from: string;
  /** When it was last tried to list the source. */
  readonly lastListing: string | null;
  /** When a listing was last gone through to its end. */
  readonly lastSuccess: string | null;
  /** Files of the last listing. */
  readonly listed: number;
  /** Of these, files that may still be growing. */
  readonly waiting: number;
  /** Of these, files that could not be taken so far. */
  readonly failing: number;
  readonly error: {
    readonly code: string;
    readonly detail: string;
    readonly at: string;
    readonly times: number;
  } | null;
  readonly next: string | null;
}

export function whereOf(source: PullSource): string {
  switch (source.kind) {
    case 'sftp':
      return `sftp://${source.host}:${source.port}/${source.folder.replace(/^\//, '')}`;
    case 'ftp':
      return `${source.security === 'plain' ? 'ftp' : 'ftps'}://${source.host}:${source.port}/${source.folder.replace(/^\//, '')}`;
    case 'http': {
      const { origin, pathname } = new URL(source.url);
      return `${origin}${pathname}`;
    }
    case 's3':
      return `s3:${new URL(source.endpoint).host}/${source.bucket}/${source.prefix}`;
  }
}

const pathOf = (folder: string, feed: string): string => `${folder}/${feed}.json`;

/** One of each place: the files of another server are other files, though they are called the same. */
export const journalPath = (folder: string, feed: string, source: PullSource): string =>
  `${folder}/${feed}-${createHash('sha256').update(whereOf(source)).digest('hex').slice(0, 12)}.journal`;

export async function writePullStatus(folder: string, status: PullStatus): Promise<void> {
  const path = pathOf(folder, status.feed);
  await writeFile(`${path}.next`, `${JSON.stringify(status)}\n`, { mode: 0o600 });
  await rename(`${path}.next`, path);
}

/** Undefined: nothing was fetched for this feed, or what is known of it cannot be read. */
export async function readPullStatus(folder: string, feed: string): Promise<PullStatus | undefined> {
  try {
    return JSON.parse(await readFile(pathOf(folder, feed), 'utf8')) as PullStatus;
  } catch {
    return undefined;
  }
}

/** Of all feeds that files are, or were, fetched for, in the order of their names. */
export async function pullStatuses(folder: string): Promise<PullStatus[]> {
  const names = await readdir(folder).catch(() => []);
  const feeds = names.filter((name) => name.endsWith('.json')).sort();
  const found = await Promise.all(feeds.map((name) => readPullStatus(folder, name.slice(0, -'.json'.length))));
  return found.filter((status) => status !== undefined);
}

/** Leaves the statuses of these feeds only. Journals stay: a feed that is fetched again goes on where it was. */
export async function keepStatuses(folder: string, feeds: ReadonlySet<string>): Promise<void> {
  for (const { feed } of await pullStatuses(folder))
    if (!feeds.has(feed)) await rm(pathOf(folder, feed), { force: true });
}
