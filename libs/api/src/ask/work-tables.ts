import { ALARM_STATES, DEAD_LETTER_STATES, INGEST_STEPS, isErrorCode, SUBMISSION_STATES } from '#vocabulary';
import { COLUMNS } from './columns.js';
import { LIMITS } from './limits.js';
import { optional, required, withDefault } from './parameter.js';
import { parseInstant, parseSince } from './time.js';
import { choice, dataset, day, fields, id, number, page, region, tabular } from './values.js';

/** The parameters of files, of alarms, and of what people do about them. */
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
