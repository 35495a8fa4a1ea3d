import { BellwetherError, LEVELS, type Level, NATION, type Region, UNKNOWN } from '#vocabulary';
import { categoriesSeen, datasetSpan, feedActivity } from '#warehouse';
import { type Directory, type KnownFacility, regionOf } from './directory.js';
import type { DatasetInfo, FacilityInfo, FeedInfo, RegionInfo } from './questions.js';
import type { Page } from './page.js';
import type { Dataset } from '#registry';
import { type Sources, checkRegions, datasetName, datasetOf, whileUnchanged } from './sources.js';

const MAX_PAGE = 1000;

export async function listDatasets(sources: Sources): Promise<DatasetInfo[]> {
  return Promise.all(
    [...sources.configuration().datasets.values()].map((dataset) => describeDataset(sources, dataset)),
  );
}

/** Kept until a commit to the dataset: most questions without `to` ask for its last day. */
function describeDataset(sources: Sources, dataset: Dataset): Promise<DatasetInfo> {
  const kept = sources.catalogue.get(dataset.id);
  if (kept?.holds()) return kept.info;
  const holds = whileUnchanged(sources, [datasetName(dataset.id)]);
  const info = readDataset(sources, dataset);
  sources.catalogue.set(dataset.id, { info, holds });
  info.catch(() => sources.catalogue.delete(dataset.id));
  return info;
}

async function readDataset(sources: Sources, dataset: Dataset): Promise<DatasetInfo> {
  const [span, seen] = await Promise.all([
    datasetSpan(sources.engine, dataset.id),
    dataset.openCategories ? categoriesSeen(sources.engine, dataset.id) : [],
  ]);
  const listed = new Set(dataset.categories.map(({ id }) => id));
  const { id, title, unit, kind, absence, flags, unflagged, cadence, timeZone } = dataset;
  return {
        id, title, unit, kind, absence, flags, cadence, timeZone,
        categories: [...dataset.categories, ...seen.filter((one) => !listed.has(one)).map((one) => ({ id: one, title: one }))],
        unflagged: unflagged ?? null,
        firstDay: span?.firstDay ?? null,
        lastDay: span?.lastDay ?? null,
      }; // prettier-ignore
}

export async function listFeeds(sources: Sources): Promise<FeedInfo[]> {
  const activity = await feedActivity(sources.engine);
  return [...sources.configuration().feeds.values()].map((feed) => ({
    id: feed.id,
    title: feed.title,
    dataset: feed.dataset,
    enabled: feed.enabled,
    formats: [...new Set(feed.layouts.map(({ format }) => format))],
    archives: feed.archives,
    submissions: activity.get(feed.id)?.submissions ?? 0,
    lastReceivedAt: activity.get(feed.id)?.lastReceivedAt ?? null,
  }));
}

/** A page of a list in the order of its keys; the cursor is the last key of the page before. */
function page<T>(
  items: readonly T[],
  { keyOf, limit, cursor }: { keyOf: (item: T) => string; limit: number; cursor: string | undefined },
): Page<T> {
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE)) {
    throw new BellwetherError('REQUEST_INVALID', `limit: expected a whole number from 1 to ${MAX_PAGE}`);
  }
  const last = cursor === undefined ? undefined : Buffer.from(cursor, 'base64url').toString();
  const start = last === undefined ? 0 : items.findIndex((item) => keyOf(item) === last) + 1;
  if (last !== undefined && start === 0)
    throw new BellwetherError('REQUEST_INVALID', 'cursor: expected one from a previous page');
  const found = items.slice(start, start + limit);
  const end = found.at(-1);
  const hasMore = end !== undefined && start + limit < items.length;
  return { items: found, next: hasMore ? Buffer.from(keyOf(end)).toString('base64url') : null };
}

const PARENT_OF: Partial<Record<Level, Level>> = {
  hhs: 'nation',
  state: 'hhs',
  county: 'state',
  zip: 'county',
  facility: 'zip',
};

function describeRegion(sources: Sources, region: Region, members: readonly KnownFacility[]): RegionInfo {
  const { level, code } = region;
  const parentLevel = PARENT_OF[level];
  const crosswalk = sources.configuration().crosswalk;
  const name =
    level === 'nation' ? 'United States' : code === UNKNOWN ? `Unknown ${level}` : crosswalk.nameOf(level, code);
  const parent = parentLevel && members[0] ? { level: parentLevel, code: regionOf(members[0], parentLevel) } : null;
  return { region, name: name ?? code, parent, facilities: members.length };
}

export async function listRegions(
  sources: Sources,
  question: { dataset: string; level: Level; parent?: Region | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<RegionInfo>> {
  const { level, parent, limit, cursor } = question;
  datasetOf(sources, question.dataset);
  if (!LEVELS.some((one) => one === level))
    throw new BellwetherError('REQUEST_INVALID', `level: expected one of ${LEVELS.join(', ')}`);
  if (parent) await checkRegions(sources, { dataset: question.dataset, regions: [parent] });
  const directory: Directory = await sources.directories.of(question.dataset);
  const codes = parent
    ? [...new Set(directory.inRegion(parent).map((facility) => regionOf(facility, level)))].sort()
    : directory.regions(level);
  const { items, next } = page(codes, { keyOf: (code) => code, limit, cursor });
  return {
    items: items.map((code) => describeRegion(sources, { level, code }, directory.inRegion({ level, code }))),
    next,
  };
}

export async function listFacilities(
  sources: Sources,
  question: { dataset: string; region?: Region | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<FacilityInfo>> {
  const { dataset, region = { level: 'nation', code: NATION }, limit, cursor } = question;
  datasetOf(sources, dataset);
  await checkRegions(sources, { dataset, regions: [region] });
  const directory = await sources.directories.of(dataset);
  const members = [...directory.inRegion(region)].sort((a, b) => (a.facility < b.facility ? -1 : 1));
  const { items, next } = page(members, { keyOf: ({ facility }) => facility, limit, cursor });
  return {
    items: items.map(({ facility, zip, county, state, firstDay, lastDay, closedOn }) => ({
      dataset, facility, zip, county, state, firstActive: firstDay, lastActive: lastDay, closedOn: closedOn ?? null,
    })), // prettier-ignore
    next,
  };
}
