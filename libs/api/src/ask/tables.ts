import {
  ALARM_STATES,
  DEAD_LETTER_STATES,
  INGEST_STEPS,
  isErrorCode,
  LEVELS,
  parseDay,
  parseRegion,
  PLACE_LEVELS,
  SUBMISSION_STATES,
} from '#vocabulary';
import { REPORT_FORMATS } from '#report';
import { LIMITS } from './limits.js';
import { COLUMNS, EXPORT_FORMS, type ExportForm, TABULAR_FORMS, type TabularForm } from './columns.js';
import { list, optional, optionalList, required, withDefault } from './parameter.js';
import { parseRelative, RELATIVE_PATTERN } from './relative.js';
import { parseEpiweeks, parseInstant, parseIssues, parseSince } from './time.js';

const identifier = (text: string): string | undefined => {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  return text.length >= 1 && text.length <= LIMITS.identifier && !/[\u0000-\u001f\u007f]/.test(text) ? text : undefined;
};
const oneOf =
  <T extends string>(names: readonly T[]) =>
  (text: string): T | undefined =>
    names.find((name) => name === text);
const wholeNumber = (least: number, most: number) => (text: string) => {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  return value >= least && value <= most ? value : undefined;
};
const choice = <const T extends string>(names: readonly T[], description: string) => ({
  description,
  schema: { type: 'string', enum: names },
  parse: oneOf(names),
  expected: `one of ${names.join(', ')}`,
});
const number = (least: number, most: number, description: string) => ({
  description,
  schema: { type: 'integer', minimum: least, maximum: most },
  parse: wholeNumber(least, most),
  expected: `a whole number from ${least} to ${most}`,
});

const text = { type: 'string', minLength: 1, maxLength: LIMITS.identifier };
const id = (description: string, example?: string) => ({
  description,
  schema: text,
  ...(example === undefined ? {} : { example }),
  parse: identifier,
  expected: `1 to ${LIMITS.identifier} printable characters`,
});
const day = (description: string, example: string) => ({
  description,
  schema: { type: 'string', format: 'date' },
  example,
  parse: parseDay,
  expected: 'a date, YYYY-MM-DD',
});
const region = {
  description: `Region as level:code. Levels: ${PLACE_LEVELS.join(', ')}. At every level the code "unknown" is a region.`,
  schema: { type: 'string', pattern: `^(${PLACE_LEVELS.join('|')}):[!-~]{1,128}$` },
  example: 'county:42091',
  parse: parseRegion,
  expected: 'level:code, e.g. county:42091',
};
const dataset = id('Dataset; see /v1/datasets.', 'ed-visits');
const flag = id('Counts of this one flag instead of the total; see /v1/datasets.');
const asOf = {
  description:
    'What was known at this instant, from what had arrived by then: ISO 8601 to the second with zone, or a date (its end in UTC). Now when absent.',
  schema: { type: 'string' },
  parse: parseInstant,
  expected: 'an instant such as 2024-03-01T12:00:00Z, or a date',
};
const epiweeks = {
  description: 'MMWR weeks, both included, instead of from and to.',
  schema: { type: 'string', pattern: '^\\d{6}(-\\d{6})?$' },
  parse: parseEpiweeks,
  expected: 'YYYYww-YYYYww, e.g. 202401-202410',
};

const relative = {
  description:
    'Days from today on, instead of from and to: TODAY, YESTERDAY, THIS_ and LAST_ WEEK, EPIWEEK, MONTH, QUARTER, YEAR; LAST_n_DAYS, _WEEKS, _EPIWEEKS, _MONTHS, _QUARTERS, _YEARS: the n whole ones before the present one. Today is that of the dataset’s time zone.',
  schema: { type: 'string', pattern: RELATIVE_PATTERN },
  parse: parseRelative,
  expected: 'a period such as LAST_7_DAYS, LAST_4_EPIWEEKS, LAST_12_MONTHS or THIS_YEAR',
};
const lag = number(
  0,
  LIMITS.lag,
  'Every day as it was known when so many days after it had passed, in UTC, instead of as_of. Days of which that lies ahead are missing.',
);
const issues = {
  description:
    'When versions were issued: instants or dates (the whole day in UTC), or FROM..TO of them, both included. Several: repeat it, or separate by commas. All when absent.',
  schema: { type: 'string', pattern: '^[0-9TZ:.+\\-]{10,80}$' },
  parse: parseIssues,
  expected: 'an instant, a date, or FROM..TO, e.g. 2024-03-01..2024-03-31',
};

const period = {
  period: optional(relative),
  from: optional(day('First day. A year before `to` when absent.', '2024-01-01')),
  to: optional(day('Last day, included. The last day with data when absent.', '2024-12-31')),
  epiweeks: optional(epiweeks),
};
const page = {
  limit: withDefault(number(1, LIMITS.page, 'Items of a page.'), 100),
  cursor: optional({
    ...id('From the previous page: `next`, or the Link header.'),
    schema: { type: 'string', minLength: 1, maxLength: LIMITS.cursor },
    parse: (value: string) => (value.length <= LIMITS.cursor && value !== '' ? value : undefined),
    expected: 'the `next` of a page',
  }),
};
const asked = {
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
const fields = (names: readonly string[]) =>
  optionalList(
    choice(names, 'Only these columns or members, in this order. Several: repeat it, or separate by commas.'),
    names.length,
  );
const tabular = <More extends string = never>(...more: readonly More[]) =>
  optional(
    choice<'json' | TabularForm | More>(
      ['json', ...TABULAR_FORMS, ...more],
      'Form of the answer; as Accept says, else json, when absent.',
    ),
  );

/** The parameters of every question, by question. */
export const NOTHING = {};
/** Of lists that are short, and yet may be paged. */
const shortPage = { ...page, limit: withDefault(number(1, LIMITS.page, 'Items of a page.'), LIMITS.page) };
/** Of a list within an answer. */
export const NUMBERED_PAGE = {
  limit: shortPage.limit,
  offset: withDefault(number(0, LIMITS.letters, 'Items that are left out before them.'), 0),
};
export const DATASETS = { ...shortPage, fields: fields(COLUMNS.datasets), format: tabular() };
export const FEEDS = { ...shortPage, fields: fields(COLUMNS.feeds), format: tabular() };
export const CATEGORIES = {
  dataset: required(dataset),
  ...shortPage,
  fields: fields(COLUMNS.categories),
  format: tabular(),
};
export const REGIONS = {
  dataset: required(dataset),
  level: required(choice(PLACE_LEVELS, 'Level of the regions.')),
  parent: optional({ ...region, description: 'Only regions directly within this one.' }),
  ...page,
};
export const FACILITIES = { dataset: required(dataset), region: optional(region), ...page };
/** Lists as REST answers them: also as tables. */
export const REGION_LIST = { ...REGIONS, fields: fields(COLUMNS.regions), format: tabular() };
export const FACILITY_LIST = { ...FACILITIES, fields: fields(COLUMNS.facilities), format: tabular() };
export const SERIES = asked;
export const SERIES_FILE = { ...asked, fields: fields([...COLUMNS.series, 'rev']), format: tabular('binary') };
export const REVISIONS = {
  dataset: asked.dataset,
  category: asked.category,
  region: asked.region,
  ...period,
  flag: asked.flag,
  issues: optionalList(issues, LIMITS.issues),
  fields: fields(COLUMNS.revisions),
  format: tabular(),
};
export const CHANGES = {
  dataset: asked.dataset,
  since: required({
    description: 'What was counted after it: ISO 8601 to the second with zone, or a date (its begin in UTC).',
    schema: { type: 'string' },
    example: '2024-03-01T12:00:00Z',
    parse: parseSince,
    expected: 'an instant such as 2024-03-01T12:00:00Z, or a date',
  }),
  level: withDefault(choice(LEVELS, 'Level of the regions.'), 'state'),
  region: optional({ ...region, description: 'Only regions within this one; the nation when absent.' }),
  category: optionalList(
    id('Category; all when absent. Several: repeat it, or separate by commas.', 'respiratory'),
    LIMITS.categories,
  ),
  from: optional(day('Only days from this one on.', '2024-01-01')),
  to: optional(day('Only days to this one.', '2024-12-31')),
  ...page,
  fields: fields(COLUMNS.changes),
  format: tabular(),
};
/** Tables as files, of as many rows as there are. */
export const EXPORT = {
  dataset: asked.dataset,
  table: withDefault(
    choice(
      ['counts', 'completeness', 'revisions', 'facilities'],
      'What is in it: counts a region, category and day; who reported a region and day; every version of the counts; the facilities.',
    ),
    'counts',
  ),
  level: withDefault(
    choice(LEVELS, 'All regions of this level, where no region is given; `facility`: counts of facilities.'),
    'state',
  ),
  within: optional({ ...region, description: 'Only regions within this one; the nation when absent.' }),
  region: optionalList(
    { ...region, description: 'Exactly these regions. Several: repeat it, or separate by commas.' },
    LIMITS.exported,
  ),
  category: optionalList(
    id('Category; all when absent. Several: repeat it, or separate by commas.', 'respiratory'),
    LIMITS.exported,
  ),
  ...period,
  flag: asked.flag,
  as_of: asked.as_of,
  lag: asked.lag,
  issues: optionalList(issues, LIMITS.issues),
  fields: optionalList(id('Only these columns, in this order. Several: repeat it, or separate by commas.', 'day'), 20),
  format: optional(choice<ExportForm>(EXPORT_FORMS, 'Form of the file; as Accept says, else csv, when absent.')),
};
export const COMPLETENESS = { dataset: asked.dataset, region: asked.region, ...period, as_of: asked.as_of };
export const COMPLETENESS_FILE = { ...COMPLETENESS, fields: fields(COLUMNS.completeness), format: tabular() };
export const CURVE = {
  dataset: required(dataset),
  region: required(region),
  day: required(day('The reporting day.', '2024-03-01')),
  as_of: asked.as_of,
};
/** A region and a day as they are, without `as_of`. */
const dayOfRegion = { dataset: CURVE.dataset, region: CURVE.region, day: CURVE.day };
export const MAP = {
  dataset: required(dataset),
  category: required(id('Category; see /v1/categories.', 'respiratory')),
  level: withDefault(choice(LEVELS, 'Level of the regions.'), 'state'),
  within: optional({ ...region, description: 'Only regions within this one; the nation when absent.' }),
  from: optional(day('First day. 27 days before `to` when absent.', '2024-03-01')),
  to: period.to,
  flag: optional(flag),
  as_of: optional(asOf),
};
export const USUAL = dayOfRegion;
export const TIMELINESS = {
  dataset: CURVE.dataset,
  region: CURVE.region,
  from: optional(day('First day. 59 days before `to` when absent.', '2024-03-01')),
  to: period.to,
};
export const LATE = {
  ...dayOfRegion,
  by_hour: optional(number(0, 96, 'Hours after midnight of the day by which `reports_by` is told. 24 hours from now when absent.')),
  limit: page.limit,
}; // prettier-ignore
export const SILENT = {
  dataset: CURVE.dataset,
  region: CURVE.region,
  silent_days: withDefault(number(1, 3650, 'Days without a report.'), 90),
  on: optional(day('Looked at from this day. Today when absent.', '2024-03-31')),
  limit: page.limit,
};
export const FLOW = { minutes: withDefault(number(1, 1440, 'How many minutes, the present one included.'), 60) };
export const PROVENANCE = {
  ...CURVE,
  category: required(id('Category; see /v1/categories.', 'respiratory')),
  flag: asked.flag,
};
const CHART_MARKS = ['alarms', 'nowcast'] as const;
export const CHART = {
  ...asked,
  width: withDefault(number(LIMITS.chart.smallest, LIMITS.chart.widest, 'Width in pixels.'), 800),
  height: withDefault(number(LIMITS.chart.smallest, LIMITS.chart.highest, 'Height in pixels.'), 400),
  show: withDefault(choice(['total', 'unflagged', 'both'], 'Which lines to draw.'), 'total'),
  theme: withDefault(choice(['light', 'dark'], 'Colours.'), 'light'),
};
/** A picture of its own address can say more of its days. */
export const SERIES_CHART = {
  ...CHART,
  marks: optionalList(
    choice(
      CHART_MARKS,
      'What is marked besides: days in alarm; what the newest incomplete days will come to, of up to four lines.',
    ),
    CHART_MARKS.length,
  ),
};
/** A picture of pixels can also be had small. */
export const CHART_PICTURE = {
  ...SERIES_CHART,
  thumbnail: optional(number(16, 400, 'Width in pixels of a small copy, instead of the picture itself.')),
};
/** A map of one day as a picture. */
export const MAP_CHART = {
  dataset: MAP.dataset,
  category: MAP.category,
  level: withDefault(choice(['state', 'county'], 'Level of the regions.'), 'state'),
  within: optional({
    ...region,
    description: 'A state, to see its counties; the nation when absent.',
    example: 'state:PA',
  }),
  day: optional(day('The day. The last day with data when absent.', '2024-03-01')),
  by: withDefault(
    choice(
      ['z', 'completeness', 'count'],
      'The colours: against the same weekday of eight weeks, the share of facilities that reported, or the counts.',
    ),
    'z',
  ),
  flag: optional(flag),
  as_of: optional(asOf),
  width: CHART.width,
  height: withDefault(number(LIMITS.chart.smallest, LIMITS.chart.highest, 'Height in pixels.'), 560),
  theme: CHART.theme,
};
export const MAP_PICTURE = { ...MAP_CHART, thumbnail: CHART_PICTURE.thumbnail };
export const BEDS = {
  dataset: required(id('Dataset with a census of beds; see /v1/datasets.', 'hospital-beds')),
  region: optional({ ...region, description: `${region.description} The nation when absent.` }),
  day: optional(day('The day. The last day with data when absent.', '2024-03-01')),
  capacity: withDefault(id('Category that counts the beds there are.'), 'staffed'),
  used: withDefault(id('Category that counts those that are taken.'), 'occupied'),
  as_of: optional(asOf),
  limit: page.limit,
};
export const REPORT = {
  dataset: required(dataset),
  region: optional({ ...region, description: `${region.description} The nation when absent.` }),
  date: optional(
    day('The day, or any day of the MMWR week. The last day, or last whole week, with data when absent.', '2024-03-01'),
  ),
  as_of: optional({
    ...asOf,
    description: `${asOf.description} The answer says which instant that was; asked for it, the report is the same to the byte.`,
  }),
  format: withDefault(choice(REPORT_FORMATS, 'Form of the report.'), 'html'),
};
export const WATCH = { dataset: required(dataset), region: optional(region) };
/** For the doors that have no address of its own for each format. */
export const CHART_OF_ANY_FORMAT = {
  ...CHART,
  format: withDefault(choice(['png', 'svg'], 'Form of the picture.'), 'png'),
};
export const SUBMISSIONS = {
  feed: optional(id('Only of this feed; see /v1/feeds.')),
  facility: optional(id('Only of this facility.')),
  state: optional(choice(SUBMISSION_STATES, 'Only in this state.')),
  ...page,
};
export const SUBMISSION_LIST = { ...SUBMISSIONS, fields: fields(COLUMNS.submissions), format: tabular() };
const letters = {
  feed: SUBMISSIONS.feed,
  facility: SUBMISSIONS.facility,
  state: optional(choice(DEAD_LETTER_STATES, 'Only in this state.')),
  code: optional({
    ...id('Only with this error; see /docs/errors.', 'FILE_COLUMN_MISSING'),
    parse: (code: string) => (isErrorCode(code) ? code : undefined),
    expected: 'a code of /docs/errors',
  }),
  step: optional(choice(INGEST_STEPS, 'Only those that were stopped there.')),
  since: optional({
    description:
      'Only those that were stopped then or later: ISO 8601 to the second with zone, or a date (its begin in UTC).',
    schema: { type: 'string' },
    parse: parseSince,
    expected: 'an instant such as 2024-03-01T12:00:00Z, or a date',
  }),
};
const dry = withDefault(choice(['yes', 'no'], 'yes: only say how many there are.'), 'no');
const reason = required({
  description: 'Why: for whoever looks at it later. No details of patients.',
  schema: { type: 'string', minLength: 1, maxLength: LIMITS.reason },
  example: 'resent by the clinic',
  parse: (given: string) => (given.length <= LIMITS.reason && given.trim() !== '' ? given.trim() : undefined),
  expected: `1 to ${LIMITS.reason} characters`,
});
const atInstant = (description: string) =>
  required({
    description,
    schema: { type: 'string' },
    parse: parseInstant,
    expected: 'an instant such as 2024-03-01T12:00:00Z, or a date',
  });
export const ALARMS = {
  dataset: optional(dataset),
  rule: optional(id('Only of this rule; a file of config/alarms.')),
  state: optional(choice(ALARM_STATES, 'Only in this state.')),
  from: optional(day('Only with a day in alarm then or later.', '2024-03-01')),
  to: optional(day('Only with a day in alarm then or earlier.', '2024-03-31')),
  ...page,
};
export const ALARM_LIST = { ...ALARMS, fields: fields(COLUMNS.alarms), format: tabular() };
export const ALARM_AT_OF = {
  as_of: atInstant('From what had arrived by then: ISO 8601 to the second with zone, or a date (its end in UTC).'),
};
export const ALARM_AT = {
  rule: required(id('Rule: a file of config/alarms.', 'ed-visits')),
  region: required(region),
  category: required(id('Category.', 'respiratory')),
  day: required(day('The reporting day.', '2024-03-01')),
  ...ALARM_AT_OF,
};
export const NOWCAST = {
  dataset: required(dataset),
  region: required(region),
  category: required(id('Category; see /v1/categories.', 'respiratory')),
  day: required(day('The reporting day.', '2024-03-01')),
  as_of: optional(asOf),
};
export const HANDLE_ALARM = { reason };
export const SNOOZE_ALARM = { reason, until: atInstant('Until when: an instant within the next 366 days, or a date.') };
export const ASSIGN_ALARM = { reason, assignee: optional(id('Who looks into it; nobody when absent.')) };
export const DEAD_LETTERS = { ...letters, ...page };
export const DEAD_LETTER_LIST = { ...DEAD_LETTERS, fields: fields(COLUMNS.deadLetters), format: tabular() };
export const REPLAY_LETTERS = { ...letters, dry };
export const DISCARD_LETTERS = { ...letters, reason, dry };
export const DISCARD = { reason };
const fileName = (name: string): string | undefined => {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is refused
  return name.length >= 1 && name.length <= 255 && !/[/\\\u0000-\u001f\u007f]/.test(name) && !/^\.{1,2}$/.test(name)
    ? name
    : undefined;
};
/** Which rows of a file are meant: those of one cell of one statement. */
export const ROWS = {
  facility: required(id('Facility of the statement.')),
  day: required(day('Reporting day of the statement.', '2024-03-01')),
  category: required(id('Category.', 'respiratory')),
  flag: required(id('Flag.')),
};
const base64 = (encoded: string): Buffer | undefined =>
  /^[A-Za-z0-9+/]*={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64') : undefined;
/** The body of a preview: a file and, where it is not the feed in force, the YAML to read it by. */
export const PREVIEW = {
  feed: required(id('Feed that the file would belong to.')),
  name: required({
    ...id('File name as it would be sent.'),
    parse: fileName,
    expected: 'a file name of 1 to 255 characters without path',
  }),
  content: required({
    description: 'The file, in base64.',
    schema: { type: 'string', contentEncoding: 'base64' },
    parse: base64,
    expected: 'base64',
  }),
  yaml: optional({
    description: 'The YAML of the feed; as it is in force when absent.',
    schema: { type: 'string' },
    parse: (yaml: string) => yaml,
    expected: 'YAML',
  }),
};
export const CORRECTION = {
  reason: required({
    description: 'Why; kept with the order and shown with the submission.',
    schema: { type: 'string', minLength: 1, maxLength: 500 },
    example: 'sent to the wrong feed',
    parse: (text: string) => (text.trim().length > 0 && text.length <= 500 ? text.trim() : undefined),
    expected: 'a reason of 1 to 500 characters',
  }),
  dry_run: optional({
    description: 'Only tell what would change.',
    schema: { type: 'boolean' },
    parse: (text: string) => (text === 'true' ? true : text === 'false' ? false : undefined),
    expected: 'true or false',
  }),
};

const closing = { dataset: required(dataset), reason: CORRECTION.reason };
export const CLOSE = {
  ...closing,
  closed_on: required(day('First day on which it no longer takes part.', '2024-03-31')),
};
export const REOPEN = closing;

export const UPLOAD = {
  feed: required(id('Feed that the file belongs to; see /v1/feeds.')),
  name: optional({
    ...id('File name, without path. Otherwise from X-File-Name or Content-Disposition.'),
    schema: { type: 'string', minLength: 1, maxLength: 255 },
    parse: fileName,
    expected: 'a file name of 1 to 255 characters without path',
  }),
};
export const BREAK_GLASS = {
  reason: CORRECTION.reason,
  minutes: withDefault(number(1, 1440, 'How long; your entry in the configuration says how long at most.'), 60),
};
