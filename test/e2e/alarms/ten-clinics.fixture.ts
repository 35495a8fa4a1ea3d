import { type Day, formatDay, parseDay } from '#vocabulary';

/** Ten clinics in two counties of Pennsylvania, and four in New Jersey; each with a level of its own. */
export const CLINICS = [
  ...Array.from({ length: 6 }, (_, i) => ({ id: `M${i}`, zip: '19401', county: '42091' })),
  ...Array.from({ length: 4 }, (_, i) => ({ id: `B${i}`, zip: '18901', county: '42017' })),
  ...Array.from({ length: 4 }, (_, i) => ({ id: `N${i}`, zip: '07001', county: '34023' })),
];

export const TODAY: Day = parseDay('2026-03-12')!;
/** Days with reports before a day. */
export const before = (day: Day): Day[] => Array.from({ length: 50 }, (_, i) => day - 50 + i);

export const CONFIG: Readonly<Record<string, string>> = {
  'datasets/visits.yaml': 'unit: visits\ncategories: { fever: Fever, rash: Rash }\n',
  'feeds/clinics.yaml': [
    'dataset: visits',
    "name: '{facility}_{period}_v{version}.{ext}'",
    'record:',
    '  facility: clinic',
    '  zip: zip',
    '  day: day',
    '  category: syndrome',
    '  value: count',
    '',
  ].join('\n'),
  'alarms/visits.yaml': 'dataset: visits\ndays: 5\nlevels: [nation, state, county]\n',
};

/** A number from 0 to 1 that looks random and is always the same. */
function noise(...seed: readonly number[]): number {
  let hash = 2166136261;
  for (const one of seed) hash = Math.imul(hash ^ (one + 0x9e37), 16777619);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x85ebca6b) >>> 0) / 2 ** 32;
}

/** What a clinic counts on an ordinary day. */
export function usual(clinic: string, day: Day, category: 'fever' | 'rash'): number {
  const at = CLINICS.findIndex(({ id }) => id === clinic);
  const level = category === 'fever' ? 12 + 2 * at : 3;
  return Math.round(level + (noise(at, day, category.length) - 0.5) * Math.sqrt(level) * 3);
}

const HEAD = 'clinic,zip,day,syndrome,count\n';

/** A clinic's report of some days. */
export function report(
  clinic: string,
  days: readonly Day[],
  { fever = (day: Day) => usual(clinic, day, 'fever'), version = 1 }: { fever?: (day: Day) => number; version?: number } = {},
): { readonly feed: string; readonly name: string; readonly content: string } {
  const { zip } = CLINICS.find(({ id }) => id === clinic)!;
  const rows = days.flatMap((day) => [
    `${clinic},${zip},${formatDay(day)},fever,${fever(day)}`,
    `${clinic},${zip},${formatDay(day)},rash,${usual(clinic, day, 'rash')}`,
  ]);
  const name = `${clinic}_${formatDay(days.at(-1)!)}_v${version}.csv`;
  return { feed: 'clinics', name, content: `${HEAD}${rows.join('\n')}\n` };
} // prettier-ignore
