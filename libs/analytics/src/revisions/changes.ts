import { BellwetherError, type Day, NATION } from '#vocabulary';
import { countedAt, recountedDays, revisionAt } from '#warehouse';
import { regionOf } from '../directory.js';
import type { Page } from '../page.js';
import { checkNames } from '../series.js';
import { type Sources, checkRegions, datasetOf, directoryFor } from '../sources.js';
import { grouped } from './grouped.js';
import { historyOf, NOTHING, type Version } from './history.js';
import type { Change, ChangesQuestion } from './questions.js';

const MAX_PAGE = 1000;
/** A revision is allocated before its submissions are noted as counted: by no more than this, in milliseconds. */
const LONGEST_COMMIT = 3_600_000;
/** Regions and days that are looked at together. */
const CANDIDATES = 2000;
const FIRST_DAY = 0;
const LAST_DAY = 65_535;

interface Place {
  readonly day: Day;
  readonly region: string;
  readonly category: string;
}

const cursorOf = ({ day, region, category }: Place): string =>
  Buffer.from(JSON.stringify([day, region, category])).toString('base64url');

function readCursor(cursor: string): Place {
  try {
    const [day, region, category] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (Number.isInteger(day) && typeof region === 'string' && typeof category === 'string')
      return { day: Number(day), region, category };
  } catch {
    // not one of ours
  }
  throw new BellwetherError('REQUEST_INVALID', 'cursor: expected one from a previous page');
}

const compare = (a: Place, b: Place): number =>
  a.day - b.day ||
  (a.region < b.region ? -1 : a.region > b.region ? 1 : a.category < b.category ? -1 : a.category > b.category ? 1 : 0);

/** The regions of a level within another one; none: all of the level. */
async function regionsWithin(
  sources: Sources,
  { dataset, level, within }: ChangesQuestion,
): Promise<readonly string[] | undefined> {
  if (!within || (within.level === 'nation' && within.code === NATION)) return [];
  if (level === within.level) return [within.code];
  const directory = await directoryFor(sources, { dataset });
  const codes = new Set(directory.inRegion(within).map((facility) => regionOf(facility, level)));
  return codes.size === 0 ? undefined : [...codes];
}

/**
 * What has changed since an instant: each value that was answered otherwise then. Files take effect when they were
 * counted, not when they arrived, so whoever asks with the instant of the last time misses nothing.
 */
export async function answerChanges(sources: Sources, question: ChangesQuestion): Promise<Page<Change>> {
  const dataset = datasetOf(sources, question.dataset);
  const { level, within, since, limit } = question;
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= MAX_PAGE))
    throw new BellwetherError('REQUEST_INVALID', `limit: expected a whole number from 1 to ${MAX_PAGE}`);
  if (level === 'event_zip') throw new BellwetherError('REQUEST_INVALID', 'level: changes are of places that report');
  const listed = question.categories ?? dataset.categories.map(({ id }) => id);
  checkNames(dataset, { categories: listed });
  const categories = [...listed].sort();
  if (within) await checkRegions(sources, { dataset: dataset.id, regions: [within] });
  const codes = await regionsWithin(sources, question);
  if (!codes || categories.length === 0) return { items: [], next: null };
  const after = question.cursor === undefined ? undefined : readCursor(question.cursor);

  const { engine } = sources;
  const clock = async (arrived: ReadonlyMap<string, number>): Promise<(submission: string) => number> => {
    const counted = await countedAt(engine, [...arrived.keys()]);
    return (submission) => counted.get(submission) ?? arrived.get(submission) ?? 0;
  };
  const items: Change[] = [];
  const last = question.to ?? LAST_DAY;
  let from = Math.max(question.from ?? FIRST_DAY, after?.day ?? FIRST_DAY);
  let fromRegion = after?.day === from ? after.region : '';
  for (;;) {
    const candidates = await recountedDays(engine, {
      dataset: dataset.id, level, regions: codes, from, fromRegion, to: last, above: revisionAt(since - LONGEST_COMMIT), limit: CANDIDATES,
    }); // prettier-ignore
    for (const [day, touched] of grouped(candidates, (one) => one.day)) {
      const regions = touched.map(({ region }) => ({ level, code: region }));
      const versions: Version[] = [];
      const history = historyOf(sources, { dataset, regions, categories, from: day, to: day, clock });
      for await (const version of history) versions.push(version);
      const found: Change[] = [];
      for (const own of grouped(versions, ({ region, category }) => `${region} ${category}`).values()) {
        const { region, category } = own[0]!;
        const before = own.findLast(({ at }) => at <= since)?.value ?? NOTHING;
        const later = own.filter(({ at }) => at > since);
        const newest = later.at(-1);
        if (!newest || isSameValue(before, newest.value)) continue;
        const { rev } = touched[region]!;
        found.push({
          region: regions[region]!,
          category,
          day,
          before,
          after: newest.value,
          rev,
          changes: later.length,
          changedAt: newest.at,
        });
      }
      const places = found.map((change) => ({
        change,
        place: { day, region: change.region.code, category: change.category },
      }));
      for (const { change, place } of places.sort((a, b) => compare(a.place, b.place))) {
        if (after && compare(place, after) <= 0) continue;
        if (items.length === limit) {
          const end = items.at(-1)!;
          return { items, next: cursorOf({ day: end.day, region: end.region.code, category: end.category }) };
        }
        items.push(change);
      }
    }
    const end = candidates.at(-1);
    if (!end || candidates.length < CANDIDATES) return { items, next: null };
    from = end.day;
    // Codes are printable, so nothing lies between a code and the code with a blank.
    fromRegion = `${end.region} `;
  }
}

const isSameValue = (one: Change['before'], other: Change['before']): boolean =>
  one.total === other.total && one.unflagged === other.unflagged && one.status === other.status;
