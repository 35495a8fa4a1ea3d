import { BellwetherError, NATION, type Region, UNKNOWN } from '#vocabulary';
import type { ImageStore, SeriesStore } from '#cache';
import type { Configuration, Dataset } from '#registry';
import type { RawStore } from '#raw-store';
import type { Engine } from '#warehouse';
import { type Directories, type Directory, readDirectory } from './directory.js';

/** What the answers are made from. Everything is handed in; nothing here opens or closes it. */
export interface Sources {
  readonly engine: Engine;
  readonly store: SeriesStore;
  readonly images: ImageStore;
  readonly rawStore: Pick<RawStore, 'facts' | 'pending'>;
  readonly directories: Directories;
  configuration(): Configuration;
  now(): number;
}

export function datasetOf({ configuration }: Pick<Sources, 'configuration'>, id: string): Dataset {
  const { datasets } = configuration();
  const dataset = datasets.get(id);
  if (!dataset) {
    throw new BellwetherError('UNKNOWN_DATASET', `"${id.slice(0, 64)}" is none of ${[...datasets.keys()].join(', ')}`);
  }
  return dataset;
}

export function directoryFor(
  sources: Sources,
  { dataset, asOf }: { dataset: string; asOf?: number | undefined },
): Promise<Directory> {
  if (asOf === undefined) return sources.directories.of(dataset);
  return readDirectory({ engine: sources.engine, dataset, configuration: sources.configuration(), asOf });
}

/** A region is known when it is on the map, or when something was reported from it. */
export async function checkRegions(
  sources: Sources,
  { dataset, regions }: { dataset: string; regions: readonly Region[] },
): Promise<void> {
  const { crosswalk } = sources.configuration();
  for (const region of regions) {
    const { level, code } = region;
    if (code === UNKNOWN || level === 'event_zip' || (level === 'nation' && code === NATION)) continue;
    if (level !== 'facility' && crosswalk.nameOf(level, code) !== undefined) continue;
    if ((await sources.directories.of(dataset)).inRegion(region).length > 0) continue;
    throw new BellwetherError('UNKNOWN_REGION', `there is no ${level} "${code.slice(0, 64)}" in ${dataset}`);
  }
}
