import { parseDay, parseRegion, PLACE_LEVELS } from '#vocabulary';
import { TABULAR_FORMS, type TabularForm } from './columns.js';
import { LIMITS } from './limits.js';
import { list, optional, optionalList, required, withDefault } from './parameter.js';
import { parseRelative, RELATIVE_PATTERN } from './relative.js';
import { parseEpiweeks, parseInstant, parseIssues } from './time.js';

/** What a parameter may be: one definition of each kind, for all tables. */
export const identifier = (text: string): string | undefined => {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  return text.length >= 1 && text.length <= LIMITS.identifier && !/[\u0000-\u001f\u007f]/.test(text) ? text : undefined;
};
export const oneOf =
  <T extends string>(names: readonly T[]) =>
  (text: string): T | undefined =>
    names.find((name) => name === text);
export const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : undefined;
};
export const choice = <const T extends string>(names: readonly T[], description: string) => ({
  description,
  schema: { type: 'string', enum: names },
  parse: oneOf(names),
  expected: `one of ${names.join(', ')}`,
});
export const number = (least: number, most: number, description: string) => ({
  description,
  schema: { type: 'integer', minimum: least, maximum: most },
  parse: wholeNumber(least, most),
  expected: `a whole number from ${least} to ${most}`,
});

export const text = { type: 'string', minLength: 1, maxLength: LIMITS.identifier };
export const id = (description: string, example?: string) => ({
  description,
  schema: text,
  ...(example === undefined ? {} : { example }),
  parse: identifier,
  expected: `1 to ${LIMITS.identifier} printable characters`,
});
export const day = (description: string, example: string) => ({
  description,
  schema: { type: 'string', format: 'date' },
  example,
  parse: parseDay,
  expected: 'a date, YYYY-MM-DD',
});
export const region = {
  description: `Region as level:code. Levels: ${PLACE_LEVELS.join(', ')}. At every level the code "unknown" is a region.`,
  schema: { type: 'string', pattern: `^(${PLACE_LEVELS.join('|')}):[!-~]{1,128}$` },
  example: 'county:42091',
  parse: parseRegion,
  expected: 'level:code, e.g. county:42091',
};
export const dataset = id('Dataset; see /v1/datasets.', 'ed-visits');
export const flag = id('Counts of this one flag instead of the total; see /v1/datasets.');
export const asOf = {
  description:
    'What was known at this instant, from what had arrived by then: ISO 8601 to the second with zone, or a date (its end in UTC). Now when absent.',
  schema: { type: 'string' },
  parse: parseInstant,
  expected: 'an instant such as 2024-03-01T12:00:00Z, or a date',
};
export const epiweeks = {
  description: 'MMWR weeks, both included, instead of from and to.',
  schema: { type: 'string', pattern: '^\\d{6}(-\\d{6})?$' },
  parse: parseEpiweeks,
  expected: 'YYYYww-YYYYww, e.g. 202401-202410',
};

export const relative = {
  description:
    'Days from today on, instead of from and to: TODAY, YESTERDAY, THIS_ and LAST_ WEEK, EPIWEEK, MONTH, QUARTER, YEAR; LAST_n_DAYS, _WEEKS, _EPIWEEKS, _MONTHS, _QUARTERS, _YEARS: the n whole ones before the present one. Today is that of the dataset’s time zone.',
  schema: { type: 'string', pattern: RELATIVE_PATTERN },
  parse: parseRelative,
  expected: 'a period such as LAST_7_DAYS, LAST_4_EPIWEEKS, LAST_12_MONTHS or THIS_YEAR',
};
export const lag = number(
  0,
  LIMITS.lag,
  'Every day as it was known when so many days after it had passed, in UTC, instead of as_of. Days of which that lies ahead are missing.',
);
export const issues = {
  description:
    'When versions were issued: instants or dates (the whole day in UTC), or FROM..TO of them, both included. Several: repeat it, or separate by commas. All when absent.',
  schema: { type: 'string', pattern: '^[0-9TZ:.+\\-]{10,80}$' },
  parse: parseIssues,
  expected: 'an instant, a date, or FROM..TO, e.g. 2024-03-01..2024-03-31',
};

export const period = {
  period: optional(relative),
  from: optional(day('First day. A year before `to` when absent.', '2024-01-01')),
  to: optional(day('Last day, included. The last day with data when absent.', '2024-12-31')),
  epiweeks: optional(epiweeks),
};
export const page = {
  limit: withDefault(number(1, LIMITS.page, 'Items of a page.'), 100),
  cursor: optional({
    ...id('From the previous page: `next`, or the Link header.'),
    schema: { type: 'string', minLength: 1, maxLength: LIMITS.cursor },
    parse: (value: string) => (value.length <= LIMITS.cursor && value !== '' ? value : undefined),
    expected: 'the `next` of a page',
  }),
};
export const asked = {
  dataset: required(dataset),
  category: list(
    id('Category; see /v1/categories. Several: repeat it, or separate by commas.', 'respiratory'),
    LIMITS.categories,
  ),
  region: list(
    { ...region, description: `${region.description} Several: repeat it, or separate by commas.` },
    LIMITS.regions,
  ),
  ...period,
  flag: optional(flag),
  as_of: optional(asOf),
  lag: optional(lag),
};

/** Columns or members of an answer, of those it has. */
export const fields = (names: readonly string[]) =>
  optionalList(
    choice(names, 'Only these columns or members, in this order. Several: repeat it, or separate by commas.'),
    names.length,
  );
export const tabular = <More extends string = never>(...more: readonly More[]) =>
  optional(
    choice<'json' | TabularForm | More>(
      ['json', ...TABULAR_FORMS, ...more],
      'Form of the answer; as Accept says, else json, when absent.',
    ),
  );
