import { faultOf, type Blob } from './blobs.js';
import { type Manifest, generations, readManifest } from './manifest.js';

export interface BackupFault {
  /** `2026-… slots 202401`, `2026-… raw/objects/ab/…`. */
  readonly what: string;
  readonly fault: string;
}

/** Names of the files of a backup as its operator knows them, with their blobs. */
export function* filesOf({ slices, raw, config }: Manifest): Generator<{ name: string; blob: Blob }> {
  for (const { table, key, blob } of slices) yield { name: `table ${table} ${key}`, blob };
  for (const { path, ...blob } of raw) yield { name: `raw/${path}`, blob };
  for (const { path, ...blob } of config) yield { name: `config/${path}`, blob };
}

/** Reads every byte of every backup in a directory and compares it with its hash. */
export async function verifyBackups(
  directory: string,
  progress: (done: number) => void = () => undefined,
): Promise<{ generations: number; files: number; bytes: number; faults: BackupFault[] }> {
  const faults: BackupFault[] = [];
  const seen = new Map<string, string | undefined>();
  let bytes = 0;
  const names = await generations(directory);
  for (const takenAt of names) {
    let manifest: Manifest;
    try {
      manifest = await readManifest(directory, takenAt);
    } catch (error) {
      faults.push({ what: `${takenAt} manifest`, fault: error instanceof Error ? error.message : 'unreadable' });
      continue;
    }
    for (const { name, blob } of filesOf(manifest)) {
      if (!seen.has(blob.sha256)) {
        seen.set(blob.sha256, await faultOf(directory, blob));
        bytes += blob.bytes;
        progress(seen.size);
      }
      const fault = seen.get(blob.sha256);
      if (fault !== undefined) faults.push({ what: `${takenAt} ${name}`, fault });
    }
  }
  return { generations: names.length, files: seen.size, bytes, faults };
}
