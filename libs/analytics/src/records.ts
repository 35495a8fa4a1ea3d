import { crc32 } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import { type Day, type Region, regionKey, yearOf } from '#vocabulary';
import type { Dataset } from '#registry';
import { encodeRegionYear, type OpenRegionYear, openRegionYear } from '#series-codec';
import type { SeriesQuestion } from './questions.js';
import { check, holdsFor, thenOf, yearsFor } from './series.js';
import { currentRecords, recordsThen, yearsBetween } from './series-source.js';
import { type Sources, checkRegions, datasetOf, whileUnchanged, yearKey } from './sources.js';

/** A year of a region as it is stored: all its categories, packed by #series-codec. */
export interface StoredYear {
  readonly key: string;
  /** 1 January. */
  readonly start: Day;
  readonly days: number;
  /** Of the newest commit to the region and year. */
  readonly rev: number;
  /** Names the content: two commits that work side by side may leave one rev with two contents. */
  readonly tag: string;
  /** The same object as long as it is the same content. */
  readonly bytes: Uint8Array;
}

/** The stored records that a series question is answered from. */
export interface SeriesRecords {
  readonly dataset: string;
  readonly unflagged: boolean;
  /** What it means that a record does not hold a category, on days with a report. */
  readonly absence: 'zero' | 'missing';
  /** In the order asked, each with the years of the question in order. */
  readonly regions: readonly { readonly region: Region; readonly years: readonly StoredYear[] }[];
  readonly rev: number;
  /** Names the records, not the question. */
  readonly tag: string;
  /** False once a commit or a configuration may have changed the answer. */
  holds(): boolean;
}

/** What doors ask that hand out stored records instead of values. The same checks and errors as Questions.series. */
export interface Records {
  /** At once, or undefined when something is not in memory or cannot be answered. Never for `flag`, `asOf` and `lag`. */
  now(question: SeriesQuestion): SeriesRecords | undefined;
  /** Of `flag`, `asOf` and `lag` too; those are packed for the occasion. */
  series(question: SeriesQuestion): Promise<SeriesRecords>;
  /** True until the next commit to the dataset, and while the configuration stays. */
  untilCommit(dataset: string): () => boolean;
}

/** Region-years whose directory is kept: that of a dataset with many categories takes as long to read as a series of it. */
const MOST_OPEN = 256;
const opened = new LRUCache<Uint8Array, OpenRegionYear>({ max: MOST_OPEN });

/** A stored year with its directory read; once for as long as it is asked for again and again. */
export function openYear(bytes: Uint8Array): OpenRegionYear {
  let year = opened.get(bytes);
  if (!year) opened.set(bytes, (year = openRegionYear(bytes)));
  return year;
}

/** What was read of a value's head, for as long as the value lives. */
const heads = new WeakMap<Uint8Array, StoredYear>();

function storedYear(key: string, bytes: Uint8Array): StoredYear {
  let stored = heads.get(bytes);
  if (!stored) {
    const { start, days, rev } = openYear(bytes);
    stored = { key, start, days, rev, bytes, tag: `${rev.toString(36)}.${crc32(bytes).toString(36)}` };
    heads.set(bytes, stored);
  }
  return stored;
}

function recordsOf(
  dataset: Dataset,
  {
    regions,
    holds,
    hasUnflagged,
    mark,
  }: Pick<SeriesRecords, 'regions' | 'holds'> & { hasUnflagged: boolean; mark: string },
): SeriesRecords {
  let rev = 0;
  let tag = mark;
  for (const { years } of regions) {
    for (const year of years) {
      if (year.rev > rev) rev = year.rev;
      tag += `${year.tag} `;
    }
  }
  return { dataset: dataset.id, unflagged: hasUnflagged, absence: dataset.absence, regions, rev, tag, holds };
}

/** The years of a question, and their keys in the order of regions, then years. */
function keysOf({ dataset, regions, from, to }: SeriesQuestion): { years: number[]; keys: string[] } {
  const years = yearsBetween(from, to);
  return { years, keys: regions.flatMap((region) => years.map((year) => yearKey(dataset, region, year))) };
}

export function recordsNow(sources: Sources, question: SeriesQuestion): SeriesRecords | undefined {
  if (thenOf(question) || question.flag !== undefined) return undefined;
  const dataset = datasetOf(sources, question.dataset);
  check(dataset, question);
  const { crosswalk } = sources.configuration();
  for (const { level, code } of question.regions) {
    if (level === 'event_zip' || level === 'nation') continue;
    if (crosswalk.nameOf(level, code) === undefined) return undefined;
  }
  const { years, keys } = keysOf(question);
  const stored: StoredYear[] = [];
  for (const key of keys) {
    const bytes = sources.store.peek(key);
    if (bytes === undefined) return undefined;
    stored.push(storedYear(key, bytes));
  }
  // Nothing has been awaited since the values were read, so they are marked as they are.
  return recordsOf(dataset, {
    regions: question.regions.map((region, i) => ({
      region,
      years: stored.slice(i * years.length, (i + 1) * years.length),
    })),
    holds: whileUnchanged(sources, keys),
    hasUnflagged: dataset.unflagged !== undefined,
    mark: sources.counts.mark,
  });
}

export async function recordsOfSeries(sources: Sources, question: SeriesQuestion): Promise<SeriesRecords> {
  const holds = holdsFor(sources, question);
  const dataset = datasetOf(sources, question.dataset);
  check(dataset, question);
  await checkRegions(sources, question);
  const { regions, from, to, flag } = question;
  const { years, keys } = keysOf(question);
  if (flag === undefined) {
    const ask = { dataset, regions, from, to };
    const then = thenOf(question);
    const values = await (then ? recordsThen(sources, then, ask) : currentRecords(sources, ask));
    const stored = values.map((bytes, i) => storedYear(keys[i]!, bytes));
    return recordsOf(dataset, {
      regions: regions.map((region, i) => ({ region, years: stored.slice(i * years.length, (i + 1) * years.length) })),
      holds,
      hasUnflagged: dataset.unflagged !== undefined,
      mark: sources.counts.mark,
    });
  }
  const known = await yearsFor(sources, dataset, question);
  return recordsOf(dataset, {
    regions: regions.map((region, i) => ({
      region,
      years: known[i]!.map((year) => {
        const key = `${regionKey(region)}/${yearOf(year.start)}`;
        return storedYear(key, encodeRegionYear(year));
      }),
    })),
    holds,
    hasUnflagged: false,
    mark: sources.counts.mark,
  });
}
