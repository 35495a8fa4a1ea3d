/** A nation of four facilities and two datasets, and who may see what of it, written out without the policy. */

export const DAY = '2024-03-05';
export const CONFIG = {
  'datasets/clinic.yaml': 'unit: visits\ncategories: { fever: Fever, rash: Rash }\n',
  'datasets/store.yaml': 'unit: units\ncategories: { fever: Thermometers, rash: Ointments }\n',
  'feeds/clinics.yaml': feedOf('clinic'),
  'feeds/stores.yaml': feedOf('store'),
};
function feedOf(dataset: string): string {
  return `dataset: ${dataset}\narchives: [plain]\nname: '{facility}_v{version}.{ext}'\nrecord: { facility: facility, zip: zip, day: day, category: category, value: value }\n`;
}
export const FEED_OF: Readonly<Record<string, string>> = { clinic: 'clinics', store: 'stores' };
export const DATASETS = ['clinic', 'store'] as const;
export const CATEGORIES = ['fever', 'rash'] as const;

/** Where each facility lies, from the zip up, as the census has it. */
const LIES: Readonly<Record<string, readonly string[]>> = {
  A: ['facility:A', 'zip:19401', 'county:42091', 'state:PA', 'hhs:3', 'nation:us'],
  B: ['facility:B', 'zip:19103', 'county:42101', 'state:PA', 'hhs:3', 'nation:us'],
  C: ['facility:C', 'zip:07001', 'county:34023', 'state:NJ', 'hhs:2', 'nation:us'],
  D: ['facility:D', 'zip:10001', 'county:36061', 'state:NY', 'hhs:2', 'nation:us'],
};
/** Which facilities report what; a facility reports to one dataset only, D and C to stores. */
const REPORTS: Readonly<Record<string, readonly string[]>> = { clinic: ['A', 'B', 'C'], store: ['C', 'D'] };
export const REGIONS = [...new Set(Object.values(LIES).flat())];

/** Every count is of its own, so that a number says whose it is; none is small. */
const PRIMES: Readonly<Record<string, number>> = { A: 1009, B: 2003, C: 4001, D: 8009 };
const valueOf = (dataset: string, category: string, facility: string): number =>
  PRIMES[facility]! + (dataset === 'store' ? 100_000 : 0) + (category === 'rash' ? 20_000 : 0);

export const reporters = (dataset: string, region: string): readonly string[] =>
  REPORTS[dataset]!.filter((facility) => LIES[facility]!.includes(region));
/** The count of a region; undefined where nobody reports. */
export function countOf(dataset: string, category: string, region: string): number | undefined {
  const values = reporters(dataset, region).map((facility) => valueOf(dataset, category, facility));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value);
}

export const FILES = DATASETS.flatMap((dataset) =>
  REPORTS[dataset]!.map((facility) => ({
    dataset,
    facility,
    feed: FEED_OF[dataset]!,
    name: `${facility}_v1.csv`,
    content: `facility,zip,day,category,value\n${CATEGORIES.map((category) => `${facility},${LIES[facility]![1]!.slice(4)},${DAY},${category},${valueOf(dataset, category, facility)}\n`).join('')}`,
  })),
);

/** What the roles may do, from docs/access.md. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  operator: ['catalogue', 'series', 'completeness', 'provenance', 'submit', 'submissions', 'operate'],
  epidemiologist: ['catalogue', 'series', 'completeness', 'provenance', 'submissions'],
  analyst: ['catalogue', 'series', 'completeness', 'provenance', 'submissions'],
  partner: ['catalogue', 'series', 'completeness'],
  facility: ['catalogue', 'series', 'completeness', 'provenance', 'submit', 'submissions'],
  sender: ['catalogue', 'submit', 'submissions'],
};

/** In the words of the key file; undefined categories and operations: all. */
export interface Scope {
  readonly datasets: '*' | readonly string[];
  readonly categories?: readonly string[];
  readonly regions: '*' | readonly string[];
  readonly facilities: '*' | readonly string[];
  readonly feeds: '*' | readonly string[];
  readonly operations?: readonly string[];
}
export const SCOPES: readonly Scope[] = [
  { datasets: '*', regions: '*', facilities: '*', feeds: '*' },
  { datasets: ['clinic'], regions: '*', facilities: '*', feeds: ['clinics'] },
  { datasets: '*', regions: ['state:PA'], facilities: '*', feeds: '*' },
  { datasets: '*', categories: ['fever'], regions: ['county:42091'], facilities: '*', feeds: [] },
  { datasets: ['clinic'], regions: [], facilities: ['A'], feeds: ['clinics'] },
  { datasets: '*', regions: ['county:34023', 'zip:10001'], facilities: ['C', 'A'], feeds: '*' },
  {
    datasets: '*',
    regions: '*',
    facilities: '*',
    feeds: '*',
    operations: ['catalogue', 'completeness', 'submissions'],
  },
  { datasets: ['store'], categories: ['rash'], regions: ['hhs:2'], facilities: '*', feeds: ['stores'] },
];

/** Undefined: who says nothing. */
export interface Person {
  readonly id: string;
  readonly role: string;
  readonly scope: Scope;
}
export const PEOPLE: readonly Person[] = Object.keys(MAY).flatMap((role) =>
  SCOPES.map((scope, index) => ({ id: `${role}-${index}`, role, scope })),
);

const within = (list: '*' | readonly string[] | undefined, one: string): boolean =>
  list === undefined || list === '*' || list.includes(one);

export const mayDo = ({ role, scope }: Person, action: string): boolean =>
  MAY[role]!.includes(action) && within(scope.operations, action);

/** A facility by name where names are listed, else by where it lies in the dataset; other regions by where they lie. */
function seesPlace({ scope }: Person, dataset: string, region: string): boolean {
  const [level, code = ''] = region.split(':');
  if (level === 'facility' && scope.facilities !== '*') return scope.facilities.includes(code);
  if (scope.regions === '*') return true;
  // Where a facility lies is known from what it has reported to the dataset.
  if (level === 'facility' && !REPORTS[dataset]!.includes(code)) return false;
  const above = Object.values(LIES).find((places) => places.includes(region)) ?? [region];
  return above.slice(above.indexOf(region)).some((place) => within(scope.regions, place));
}

export const seesRegion = (person: Person, action: string, dataset: string, region: string): boolean =>
  mayDo(person, action) && within(person.scope.datasets, dataset) && seesPlace(person, dataset, region);

export const seesCount = (person: Person, action: string, dataset: string, category: string, region: string): boolean =>
  seesRegion(person, action, dataset, region) && within(person.scope.categories, category);

export const seesDataset = (person: Person, action: string, dataset: string): boolean =>
  mayDo(person, action) && within(person.scope.datasets, dataset);

export const seesFeed = (person: Person, action: string, feed: string): boolean =>
  mayDo(person, action) && within(person.scope.feeds, feed);

export const seesFile = (person: Person, feed: string, facility: string): boolean =>
  seesFeed(person, 'submissions', feed) && within(person.scope.facilities, facility);
