import type { Questions, RevisionQuestion, SeriesQuestion } from '#analytics';
import { BellwetherError, type Region, parseRegion } from '#vocabulary';
import { day } from './small-world.js';
import type { Cell, World } from './twin.js';

export const HEAD = 'facility,zip,day,category,flag,value\n';
export const region = (text: string): Region => parseRegion(text)!;
const written = ({ status, value }: Cell): string =>
  status === 'suppressed' ? '*' : status === 'missing' ? 'NA' : String(value);

/** The cells of one submission as the file that its sender would send. */
export function fileOf(world: World, submission: number): string {
  const lines = world.cells
    .filter((cell) => cell.submission === submission && cell.status !== 'deleted')
    .map((cell) => {
      const { zip } = world.places.find(({ facility }) => facility === cell.facility)!;
      const date = new Date(cell.day * 86_400_000).toISOString().slice(0, 10);
      return `${cell.facility},${zip},${date},${cell.category},${cell.flag},${written(cell)}\n`;
    });
  return HEAD + lines.join('');
}

/** Leaves out what only names a version (the twin counts submissions) or is prose. */
const bare = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (key, inner: unknown) =>
      ['rev', 'digest', 'name', 'detail', 'stateAt', 'sha256', 'bytes'].includes(key) ? undefined : inner,
    ),
  );

export async function outcome(asked: Promise<unknown>): Promise<unknown> {
  try {
    return bare(await asked);
  } catch (error) {
    if (error instanceof BellwetherError) return { code: error.code };
    throw error;
  }
}

const ALL_LEVELS = [
  'nation:us',
  'hhs:2',
  'hhs:3',
  'state:PA',
  'county:42091',
  'zip:19403',
  'facility:F1',
  'facility:F3',
];

type Ask = [title: string, ask: (of: Questions) => Promise<unknown>];

/** Every question but watch; each is asked of both sides. */
export function questionsOf(world: World): Ask[] {
  const dataset = world.dataset.id;
  const categories = world.dataset.categories.map(({ id }) => id);
  const days = { from: day('2023-12-30'), to: day('2024-01-05') };
  const series = (change: Partial<SeriesQuestion>) => (of: Questions) =>
    of.series({ dataset, categories, regions: ALL_LEVELS.map(region), ...days, ...change });
  const revisions = (change: Partial<RevisionQuestion>) => (of: Questions) =>
    of.revisions({
      dataset,
      categories,
      regions: ALL_LEVELS.map(region),
      ...days,
      issues: [{ from: 0, to: 4e12 }],
      ...change,
    });
  const instants = world.submissions.flatMap(({ receivedAt }) => [receivedAt - 1, receivedAt]);
  const pages = async (of: Questions, kind: 'regions' | 'facilities' | 'submissions'): Promise<unknown> => {
    const items: unknown[] = [];
    for (let cursor: string | undefined, turns = 0; turns < 10; turns++) {
      const page = await (kind === 'submissions'
        ? of.submissions({ limit: 2, cursor })
        : of[kind]({ dataset, level: 'zip', limit: 1, cursor }));
      items.push(...page.items);
      if (page.next === null) return items;
      cursor = page.next;
    }
    return 'pages without end';
  };
  return [
    ['datasets', (of) => of.datasets()],
    ['feeds', (of) => of.feeds()],
    ['series that pass by, of which nothing is kept yet', series({ isPassing: true })],
    ['series at every level', series({})],
    ['series that pass by, of which all is kept', series({ isPassing: true })],
    ['series that pass by across a year', series({ isPassing: true, from: day('2023-12-31'), to: day('2024-01-01') })],
    ['series of a region that is named twice', series({ regions: [region('zip:19401'), region('zip:19401')] })],
    ['series of one region, far away in time', series({ from: day('2021-02-27'), to: day('2021-03-02') })],
    ['series across a year', series({ from: day('2023-12-31'), to: day('2024-01-01') })],
    ...world.dataset.flags.map(({ id }): Ask => [`series of flag ${id}`, series({ flag: id })]),
    ['series of a region of nobody’s', series({ regions: [region('zip:unknown'), region('county:unknown')] })],
    ...instants.flatMap((asOf): Ask[] => [
      [`series as of ${asOf}`, series({ asOf })],
      [`series of a flag as of ${asOf}`, series({ asOf, flag: world.dataset.flags[0]!.id })],
      [`completeness as of ${asOf}`, (of) => of.completeness({ dataset, regions: ALL_LEVELS.map(region), ...days, asOf })],
      [`provenance as of ${asOf}`, (of) => of.provenance({ dataset, region: region('nation:us'), category: categories[0]!, day: day('2024-01-01'), asOf })],
    ]), // prettier-ignore
    ...[0, 1, 2, 3].flatMap((lag): Ask[] => [
      [`series after ${lag} days`, series({ lag })],
      [`series of a flag after ${lag} days`, series({ lag, flag: world.dataset.flags[0]!.id })],
    ]),
    ...[undefined, ...world.dataset.flags.map(({ id }) => id)].map((flag): Ask => [
      `every version of ${flag ?? 'the total'}`,
      revisions({ flag }),
    ]),
    ['the newest version of every value until an instant', revisions({ only: 'newest', issues: [{ from: 0, to: instants[5]! }] })],
    ['the versions of some instants', revisions({ issues: [{ from: instants[0]!, to: instants[1]! }, { from: instants[5]!, to: instants[5]! }] })],
    ...(['nation', 'state', 'county', 'facility'] as const).map((level): Ask => [
      `a map of level ${level}`,
      (of) => of.map({ dataset, category: categories[0]!, level, ...days }),
    ]),
    ['a map of the parts of a region', (of) => of.map({ dataset, category: categories[0]!, level: 'county', within: region('state:PA'), ...days })],
    ['a map of one flag, as of then', (of) => of.map({ dataset, category: categories[0]!, level: 'state', flag: world.dataset.flags[0]!.id, asOf: instants.at(-1)!, ...days })],
    ['how a day usually fills up', (of) => of.usual({ dataset, region: region('nation:us'), day: day('2024-01-03') })],
    ['how such a day fills up, with nothing to learn from', (of) => of.usual({ dataset, region: region('state:PA'), day: day('2023-12-30') })],
    ['how long days took', (of) => of.timeliness({ dataset, region: region('nation:us'), ...days })],
    ...['2024-01-01', '2024-01-02', '2024-01-03'].map((on): Ask => [
      `who is late on ${on}`,
      (of) => of.late({ dataset, region: region('nation:us'), day: day(on), limit: 10 }),
    ]),
    ['who is silent', (of) => of.silent({ dataset, region: region('nation:us'), silentDays: 30, on: day('2024-01-31'), limit: 2 })],
    ['who is silent since a day', (of) => of.silent({ dataset, region: region('state:PA'), silentDays: 1, on: day('2024-01-03'), limit: 10 })],
    ['completeness', (of) => of.completeness({ dataset, regions: ALL_LEVELS.map(region), ...days })],
    ...ALL_LEVELS.flatMap((place) =>
      ['2024-01-01', '2024-01-02', '2024-01-03'].flatMap((on): Ask[] => [
        [`the curve of ${place} on ${on}`, (of) => of.curve({ dataset, region: region(place), day: day(on) })],
        ...categories.map((category): Ask => [
          `provenance of ${category} in ${place} on ${on}`,
          (of) => of.provenance({ dataset, region: region(place), category, day: day(on) }),
        ]),
      ]),
    ),
    ['provenance of one flag', (of) => of.provenance({ dataset, region: region('state:PA'), category: categories[0]!, day: day('2024-01-01'), flag: world.dataset.flags.at(-1)!.id })],
    ...(['nation', 'hhs', 'state', 'county', 'zip', 'facility'] as const).map((level): Ask => [
      `regions of level ${level}`,
      (of) => of.regions({ dataset, level, limit: 10 }),
    ]),
    ['regions inside another', (of) => of.regions({ dataset, level: 'zip', parent: region('county:42091'), limit: 10 })],
    ['regions by pages', (of) => pages(of, 'regions')],
    ['facilities', (of) => of.facilities({ dataset, limit: 10 })],
    ['facilities of a county', (of) => of.facilities({ dataset, region: region('county:42091'), limit: 10 })],
    ['facilities by pages', (of) => pages(of, 'facilities')],
    ['submissions by pages', (of) => pages(of, 'submissions')],
    ['submissions of a facility', (of) => of.submissions({ facility: 'F1', limit: 10 })],
    ['submissions of a feed', (of) => of.submissions({ feed: world.feeds.at(-1)!.id, limit: 10 })],
    ['quarantined submissions', (of) => of.submissions({ state: 'quarantined', limit: 10 })],
    ['dead letters', (of) => of.deadLetters({ limit: 10 })],
    ['dead letters of a code', (of) => of.deadLetters({ code: 'FILE_MALFORMED', limit: 10 })],
    ['dead letters of a code that nobody has', (of) => of.deadLetters({ code: 'ARCHIVE_EMPTY', limit: 10 })],
    ['dead letters of a step', (of) => of.deadLetters({ step: 'load', limit: 10 })],
    ['dead letters of a state', (of) => of.deadLetters({ state: 'dead', limit: 10 })],
    ['dead letters of the future', (of) => of.deadLetters({ since: 4_000_000_000_000, limit: 10 })],
    ['an unknown dataset', (of) => of.series({ dataset: 'nothing', categories, regions: [region('nation:us')], ...days })],
    ['an unknown category', series({ categories: ['nothing'] })],
    ['an unknown flag', series({ flag: 'nothing' })],
    ['an unknown zip', series({ regions: [region('zip:00000')] })],
    ['an unknown facility', series({ regions: [region('facility:F9')] })],
    ['completeness of an unknown region', (of) => of.completeness({ dataset, regions: [region('county:99999')], ...days })],
    ['a curve of an unknown region', (of) => of.curve({ dataset, region: region('zip:00000'), day: day('2024-01-01') })],
    ['provenance of an unknown region', (of) => of.provenance({ dataset, region: region('zip:00000'), category: categories[0]!, day: day('2024-01-01') })],
    ['provenance of an unknown category', (of) => of.provenance({ dataset, region: region('nation:us'), category: 'nothing', day: day('2024-01-01') })],
    ['facilities of an unknown dataset', (of) => of.facilities({ dataset: 'nothing', limit: 1 })],
    ['regions of an unknown dataset', (of) => of.regions({ dataset: 'nothing', level: 'state', limit: 1 })],
    ['facilities of an unknown region', (of) => of.facilities({ dataset, region: region('county:99999'), limit: 1 })],
    ['regions inside an unknown one', (of) => of.regions({ dataset, level: 'zip', parent: region('county:99999'), limit: 1 })],
    ['a cursor that is none', (of) => of.facilities({ dataset, limit: 1, cursor: '!' })],
    ['a submission that never was', (of) => of.submission('0'.repeat(64))],
  ]; // prettier-ignore
}
