import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Sink } from './job-output.js';
import type { FeedId } from './model.js';

/** A line of the manifest. */
export interface ManifestEntry {
  readonly at: number;
  readonly path: string;
  readonly feed: FeedId;
  readonly bytes: number;
  readonly rows: number;
}

/** Writes archives below `<folder>/inbox/<feed>/<day of arrival>/` and lists them. */
export function folderSink(folder: string, progress: Sink['progress']): Sink & { readonly entries: ManifestEntry[] } {
  const made = new Set<string>();
  const entries: ManifestEntry[] = [];
  return {
    entries,
    progress,
    write: ({ at, feed, name, bytes, rows }) => {
      const path = `inbox/${feed}/${new Date(at).toISOString().slice(0, 10)}/${name}`;
      const file = join(folder, path);
      const parent = dirname(file);
      if (!made.has(parent)) {
        mkdirSync(parent, { recursive: true });
        made.add(parent);
      }
      writeFileSync(file, bytes);
      entries.push({ at, path, feed, bytes: bytes.length, rows });
      return path;
    },
  };
}
