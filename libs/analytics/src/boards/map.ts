import { BellwetherError, LEVELS, NATION, type Region, STATUS, UNKNOWN, statusName } from '#vocabulary';
import { regionOf } from '../directory.js';
import { checkNames, yearsFor } from '../series.js';
import { cutSeries } from '../series-source.js';
import { type Sources, checkRegions, datasetOf, directoryFor } from '../sources.js';
import type { MapAnswer, MapQuestion, MappedRegion } from './questions.js';
import { WEEKS, againstWeekday } from './same-weekday.js';

const MAX_VALUES = 400_000;
const NATIONWIDE: Region = { level: 'nation', code: NATION };

/** Every region of a level: counts, who reported, and how the days stand against the same weekday's past. */
export async function answerMap(sources: Sources, question: MapQuestion): Promise<MapAnswer> {
  const dataset = datasetOf(sources, question.dataset);
  const { category, level, within = NATIONWIDE, from, to, flag, asOf } = question;
  checkNames(dataset, { categories: [category], flag });
  if (!LEVELS.some((one) => one === level))
    throw new BellwetherError('REQUEST_INVALID', `level: expected one of ${LEVELS.join(', ')}`);
  if (to < from) throw new BellwetherError('REQUEST_INVALID', 'to: expected a day not before from');
  await checkRegions(sources, { dataset: dataset.id, regions: [within] });
  const directory = await directoryFor(sources, { dataset: dataset.id, asOf });
  const codes = [...new Set(directory.inRegion(within).map((facility) => regionOf(facility, level)))].sort();
  const days = to - from + 1;
  if (codes.length * days > MAX_VALUES)
    throw new BellwetherError('REQUEST_INVALID', `expected at most ${MAX_VALUES} values (regions × days)`);

  const regions = codes.map((code): Region => ({ level, code }));
  const first = from - 7 * WEEKS;
  const ask = { dataset: dataset.id, categories: [category], regions, from: first, to, flag, asOf };
  const years = regions.length === 0 ? [] : await yearsFor(sources, dataset, ask);
  const { crosswalk } = sources.configuration();
  let rev = 0;
  const mapped = regions.map((region, at): MappedRegion => {
    const cut = cutSeries(years[at]!, { dataset, category, from: first, to });
    rev = Math.max(rev, cut.rev);
    const participating = directory.participating(region);
    const shown = Array.from({ length: days }, (_, i) => from - first + i);
    const compared = shown.map((i) => againstWeekday(cut, i));
    const { code } = region;
    const known = level === 'nation' ? 'United States' : crosswalk.nameOf(level, code);
    return {
      region,
      name: code === UNKNOWN ? `Unknown ${level}` : (known ?? code),
      place: level === 'zip' ? placeOf(sources, code) : null,
      total: shown.map((i) => (cut.status[i] === STATUS.reported ? cut.total[i]! : null)),
      status: shown.map((i) => statusName(cut.status[i]!)),
      reporting: shown.map((i) => cut.reporting[i]!),
      participating: shown.map((i) => participating(first + i)),
      expected: compared.map((one) => one?.expected ?? null),
      z: compared.map((one) => one?.z ?? null),
    };
  });
  return { dataset: dataset.id, category, level, within, from, to, rev, regions: mapped };
}

/** Places of zips by the geography they were made from: one index each. */
const PLACES = new WeakMap<object, ReadonlyMap<string, { lat: number; lon: number }>>();

function placeOf(sources: Sources, zip: string): { lat: number; lon: number } | null {
  const { crosswalk } = sources.configuration();
  let places = PLACES.get(crosswalk);
  if (!places) {
    const located = crosswalk.zips().flatMap(({ zip: code, lat, lon }) => {
      return lat === null || lon === null ? [] : [[code, { lat, lon }] as const];
    });
    PLACES.set(crosswalk, (places = new Map(located)));
  }
  return places.get(zip) ?? null;
}
