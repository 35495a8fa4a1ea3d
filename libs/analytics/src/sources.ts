import { BellwetherError, type Day, NATION, type Region, UNKNOWN, regionKey, yearOf } from '#vocabulary';
import type { Changes, ImageStore, LocalStore } from '#cache';
import type { Configuration, Dataset } from '#registry';
import type { RawStore } from '#raw-store';
import type { Engine } from '#warehouse';
import type { Counts } from './counts.js';
import type { DatasetInfo } from './questions.js';
import type { PastYears } from './past-years.js';
import { type Directories, type Directory, readDirectory } from './directory.js';

/** What the answers are made from. Everything is handed in; nothing here opens or closes it. */
export interface Sources {
  readonly engine: Engine;
  readonly counts: Counts;
  readonly store: LocalStore;
  readonly images: ImageStore;
  readonly rawStore: Pick<RawStore, 'facts' | 'pending'>;
  readonly directories: Directories;
  /** What was known at instants of the past, where it was asked for. */
  readonly past: PastYears;
  /** What commits have touched; see {@link namesOf}. */
  readonly changes: Changes;
  /** Descriptions of datasets, by id, for as long as they hold. */
  readonly catalogue: Map<string, { readonly info: Promise<DatasetInfo>; holds(): boolean }>;
  configuration(): Configuration;
  now(): number;
}

/** Where a region's year is kept, and what a commit to it touches. */
export const yearKey = (dataset: string, { level, code }: Region, year: number): string =>
  `${dataset}/${level}:${code}/${year}`;

/** What a commit to any day of a region touches: its completeness depends on when its facilities first and last reported. */
export const regionName = (dataset: string, region: Region): string => `${dataset}/${regionKey(region)}`;

/** What every commit to a dataset touches. */
export const datasetName = (dataset: string): string => `${dataset}/`;

/** What the series of a question depend on. */
export function namesOf({
  dataset,
  regions,
  from,
  to,
}: {
  dataset: string;
  regions: readonly Region[];
  from: Day;
  to: Day;
}): string[] {
  const names: string[] = [];
  for (const region of regions) {
    for (let year = yearOf(from); year <= yearOf(to); year++) names.push(yearKey(dataset, region, year));
  }
  return names;
}

/** To be taken before anything is read: true until a commit touches one of the names, or the configuration changes. */
export function whileUnchanged(
  { changes, configuration }: Pick<Sources, 'changes' | 'configuration'>,
  names: readonly string[],
): () => boolean {
  const mark = changes.mark(names);
  const then = configuration();
  return () => configuration() === then && changes.holds(mark);
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
