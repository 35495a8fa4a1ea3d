import { costOf } from '#api';
import { CATEGORIES } from '../serve/world.js';
import { REGIONS, SUBMISSION } from './world.js';

export interface Operation {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly cost: number;
  /** The questions in it. */
  readonly kinds: readonly string[];
}

type Random = () => number;

/** Mulberry32: the same operations for the same seed. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const below = (random: Random, most: number): number => Math.floor(random() * most);
const oneOf = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)]!;

function some(random: Random, list: readonly string[], most = 12): readonly string[] {
  const [count, at] = [1 + below(random, Math.min(most, list.length)), below(random, list.length)];
  return Array.from({ length: count }, (_, i) => list[(at + i) % list.length]!);
}

const dayText = (days: number): string =>
  new Date(Date.UTC(2025, 11, 31) - days * 86_400_000).toISOString().slice(0, 10);

function period(random: Random): string {
  const days = oneOf(random, [1, 7, 31, 92, 365, 731, 2000]);
  const last = below(random, 30);
  return `from: "${dayText(last + days - 1)}", to: "${dayText(last)}"`;
}

const past = (random: Random): string =>
  `, asOf: "2025-${10 + below(random, 3)}-${10 + below(random, 20)}T${10 + below(random, 14)}:00:00Z"`;
const sometimes = (random: Random, share: number, text: (random: Random) => string): string =>
  random() < share ? text(random) : '';
const named = (list: readonly string[]): string => JSON.stringify(list);
const anywhere = (random: Random, most = 12): readonly string[] =>
  some(random, REGIONS[oneOf(random, Object.keys(REGIONS))]!, most);
const page = (random: Random): number => oneOf(random, [1, 20, 100, 300, 1000]);

const VALUES = [
  'rev series { region category total unflagged status rev }',
  'rev digest',
  'series { total }',
  'series { ...values }',
];
const SUBMISSION_FIELDS = 'submission feed name facility sha256 bytes receivedAt state stateAt code detail';
const D = 'dataset: "bench"';

/** One question of each kind, with arguments as large as the doors take. */
const KINDS: Readonly<Record<string, (random: Random) => string>> = {
  series: (r) =>
    `series(${D}, categories: ${named(some(r, CATEGORIES))}, regions: ${named(anywhere(r))}, ${period(r)}${sometimes(r, 0.1, () => ', flag: "N"')}) { ${oneOf(r, VALUES)} }`,
  'series as of': (r) =>
    `series(${D}, categories: ${named(some(r, CATEGORIES))}, regions: ${named(anywhere(r, 4))}, ${period(r)}${past(r)}${sometimes(r, 0.1, () => ', flag: "N"')}) { ${oneOf(r, VALUES)} }`,
  completeness: (r) =>
    `completeness(${D}, regions: ${named(anywhere(r))}, ${period(r)}) { regions { region days { day reporting participating } } }`,
  'completeness as of': (r) =>
    `completeness(${D}, regions: ${named(anywhere(r, 3))}, ${period(r)}${past(r)}) { regions { days { reporting participating } } }`,
  curve: (r) =>
    `completenessCurve(${D}, region: "${anywhere(r)[0]!}", day: "${dayText(below(r, 700))}"${sometimes(r, 0.3, past)}) { arrivals { at reporting } byHour }`,
  provenance: (r) =>
    `provenance(${D}, region: "${anywhere(r)[0]!}", category: "${oneOf(r, CATEGORIES)}", day: "${dayText(below(r, 700))}"${sometimes(r, 0.2, past)}) { total contributions { facility flag status value submission feed name arrivedAt records } }`,
  chart: (r) => {
    const [regions, categories] =
      r() < 0.5 ? [anywhere(r), [oneOf(r, CATEGORIES)]] : [[anywhere(r)[0]!], some(r, CATEGORIES)];
    const size = oneOf(r, ['', ', width: 2400, height: 1200', ', width: 1600, height: 900', ', format: "svg"']);
    return `chart(${D}, categories: ${named(categories)}, regions: ${named(regions)}, ${period(r)}${size}, show: "${oneOf(r, ['total', 'both'])}"${sometimes(r, 0.1, past)}) { base64 digest }`;
  },
  regions: (r) =>
    `regions(${D}, level: "${oneOf(r, ['state', 'county', 'zip'])}", limit: ${page(r)}) { items { region parent name facilities } next }`,
  facilities: (r) =>
    `facilities(${D}, limit: ${page(r)}) { items { facility zip county state firstActive lastActive closedOn } next }`,
  connection: (r) =>
    `facilityConnection(${D}, first: ${page(r)}) { edges { cursor node { facility zip county state } } pageInfo { hasNextPage endCursor } }`,
  submissions: (r) => `submissions(limit: ${page(r)}) { items { ${SUBMISSION_FIELDS} } next }`,
  letters: (r) =>
    `deadLetterConnection(first: ${page(r)}) { edges { cursor node { ${SUBMISSION_FIELDS} } } pageInfo { endCursor } }`,
  submission: (r) =>
    `submission(id: "${SUBMISSION}") { info { name } errors(limit: ${page(r)}, offset: ${below(r, 9000)}) { member record line field code detail } }`,
  feeds: () => 'feeds { id submissions lastReceivedAt }',
  datasets: () => 'datasets { id title categories { id title } flags { id title } firstDay lastDay }',
};
export const BOUND = 1000;
const FRAGMENT = 'fragment values on Series { region category total unflagged status }';

/** The same name twice would be one field of the answer. */
function written(fields: readonly string[]): string {
  const text = fields.map((field, i) => `q${i}: ${field}`).join('\n');
  return `{ ${text} t: __typename @include(if: true) }` + (text.includes('...values') ? ` ${FRAGMENT}` : '');
}

/** Adds questions while they fit within the bound; the first that does not fit makes an operation to be refused. */
export function generate(random: Random): { readonly near: Operation; readonly beyond: Operation } {
  const chosen: { kind: string; field: string }[] = [];
  const operation = (parts: readonly { kind: string; field: string }[]): Operation => {
    const query = written(parts.map(({ field }) => field));
    return { query, variables: {}, cost: costOf(query), kinds: parts.map(({ kind }) => kind) };
  };
  // Half of the operations are of few kinds, so that every kind is also met many times over.
  const kinds =
    random() < 0.5 ? Object.keys(KINDS) : [oneOf(random, Object.keys(KINDS)), oneOf(random, Object.keys(KINDS))];
  let beyond: Operation | undefined;
  for (let tries = 0; tries < 60 && chosen.length < 20; tries++) {
    const kind = oneOf(random, kinds);
    const next = { kind, field: KINDS[kind]!(random) };
    const tried = operation([...chosen, next]);
    if (tried.cost <= BOUND) chosen.push(next);
    else beyond = tried;
  }
  return { near: operation(chosen), beyond: beyond ?? operation(chosen) };
}
