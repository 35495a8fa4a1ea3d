import { DEAD_LETTER_STATES, ERRORS, INGEST_STEPS, SUBMISSION_STATES } from '#vocabulary';
import { ALARM_SCHEMAS } from './alarm-schemas.js';
import {
  day,
  described,
  instant,
  list,
  number,
  object,
  orNull,
  page,
  ref,
  region,
  type Schema,
  selectable,
  selection,
  status,
  text,
} from './schema.js';
import { EXPORT_SCHEMAS } from './export-schemas.js';
import { REVISION_SCHEMAS } from './revision-schemas.js';

/** JSON Schemas (2020-12) of what REST answers; a test checks real answers against them. */
const triedCell = object({ value: number, reported: number, suppressed: number, missing: number });
const triedAlarm = object({ value: number, expected: { type: 'number' }, upperbound: { type: 'number' } });
const share: Schema = { type: ['number', 'null'], minimum: 0 };

const submission = {
  submission: text,
  feed: text,
  name: text,
  facility: orNull(text),
  sha256: text,
  bytes: number,
  received_at: instant,
  state: { type: 'string', enum: SUBMISSION_STATES },
  state_at: instant,
  code: described('Error code when the file was refused.', orNull(text)),
  detail: orNull(text),
  rows_read: number,
  rows_accepted: number,
  rows_refused: number,
  rev: number,
  step: described('Where it was stopped.', { type: ['string', 'null'], enum: [...INGEST_STEPS, null] }),
  tries: described('How often that was tried.', number),
  note: described('Who discarded it, and why.', orNull(text)),
};

/** Whole objects. */
const beds = {
  capacity: orNull(number),
  used: orNull(number),
  available: described('Less than nothing where more are taken than there are.', { type: ['integer', 'null'] }),
  occupancy: described('Used ÷ capacity; above 1 where more are taken than there are.', share),
};

const WHOLE = {
  ...REVISION_SCHEMAS,
  ...ALARM_SCHEMAS,
  ...EXPORT_SCHEMAS,
  Named: object({ id: text, title: text }),
  Beds: object({
    dataset: text,
    region,
    day,
    hospitals: described('That take part in the dataset.', number),
    stating: described('Those that state both numbers; the sums are over them.', number),
    ...beds,
    items: list(object({ facility: text, capacity_status: status, used_status: status, ...beds })),
  }),
  Categories: page('Named'),
  Dataset: object({
    id: text,
    title: text,
    unit: text,
    kind: { type: 'string', enum: ['sum', 'gauge'] },
    absence: { type: 'string', enum: ['zero', 'missing'] },
    categories: list(ref('Named')),
    flags: list(ref('Named')),
    unflagged: described('Flag whose counts are the unflagged series.', orNull(text)),
    cadence: { type: 'string', enum: ['day', 'week'] },
    time_zone: text,
    first_day: orNull(day),
    last_day: orNull(day),
  }),
  Datasets: page('Dataset'),
  Feed: object({
    id: text,
    title: text,
    dataset: text,
    enabled: { type: 'boolean' },
    formats: list(text),
    archives: list(text),
    submissions: number,
    last_received_at: orNull(instant),
  }),
  Feeds: page('Feed'),
  Region: object({ region, name: text, parent: orNull(region), facilities: number }),
  Regions: page('Region'),
  Facility: object({
    dataset: text,
    facility: text,
    zip: text,
    county: text,
    state: text,
    first_active: day,
    last_active: day,
    closed_on: orNull(day),
  }),
  Facilities: page('Facility'),
  Series: object({
    region,
    category: text,
    rev: number,
    total: described('One value a day; null unless reported.', list(orNull(number))),
    unflagged: {
      ...described('The part without the flag; null when there is none.', list(orNull(number))),
      type: ['array', 'null'],
    },
    status: {
      ...described('One status a day; null when every day is reported.', list(status)),
      type: ['array', 'null'],
    },
  }),
  SeriesAnswer: object({
    dataset: text,
    from: day,
    to: day,
    flag: orNull(text),
    as_of: orNull(instant),
    lag: orNull(number),
    rev: number,
    series: list(selectable('Series')),
  }),
  DryRun: object({
    dataset: text,
    rows_read: described('Null for orders, as are the next two.', orNull(number)),
    rows_accepted: orNull(number),
    rows_refused: orNull(number),
    errors: list(ref('RowError')),
    cells: described(
      'Cells that would change: sum of the reported numbers, and facilities that report, suppress, miss it; null where nobody says anything.',
      list(object({ region, day, category: text, flag: text, before: orNull(triedCell), after: orNull(triedCell) })),
    ),
    completeness: list(
      object({
        region,
        day,
        reporting_before: number,
        reporting_after: number,
        participating: described('As it is now; null where the caller sees no completeness.', orNull(number)),
        completeness_before: share,
        completeness_after: share,
      }),
    ),
    alarms: described(
      'Alarms that would appear, disappear or change, on the changed days and on days that have one of them in their baseline; null where there is none, or too few days to tell. `cut`: not every region was looked at.',
      object({
        detector: text,
        changes: list(object({ region, category: text, day, before: orNull(triedAlarm), after: orNull(triedAlarm) })),
        cut: { type: 'boolean' },
      }),
    ),
    cut: described('There is more than is listed.', { type: 'boolean' }),
  }),
  CompletenessDay: object({
    day,
    reporting: number,
    participating: number,
    completeness: described('Reporting ÷ participating; null without participants.', {
      type: ['number', 'null'],
      minimum: 0,
    }),
  }),
  Completeness: object({ dataset: text, regions: list(object({ region, days: list(selectable('CompletenessDay')) })) }),
  Curve: object({
    dataset: text,
    region,
    day,
    participating: number,
    arrivals: list(object({ at: instant, reporting: number })),
    by_hour: described(
      'Facilities that had reported n hours after midnight, 0 to 96; the future is absent.',
      list(number),
    ),
  }),
  MapRegion: object({
    region,
    name: text,
    place: described('Of zips; null elsewhere and where it is not known.', {
      ...object({ lat: { type: 'number' }, lon: { type: 'number' } }),
      type: ['object', 'null'],
    }),
    total: described('One value a day; null unless reported.', list(orNull(number))),
    status: {
      ...described('One status a day; null when every day is reported.', list(status)),
      type: ['array', 'null'],
    },
    reporting: list(number),
    participating: list(number),
    expected: described(
      'Of those who reported, by the same weekday of eight weeks; null when too little is known.',
      list({ type: ['number', 'null'] }),
    ),
    z: described('Standard deviations above what was expected.', list({ type: ['number', 'null'] })),
  }),
  Map: object({
    dataset: text,
    category: text,
    level: text,
    within: region,
    from: day,
    to: day,
    rev: number,
    regions: list(ref('MapRegion')),
  }),
  UsualCurve: object({
    dataset: text,
    region,
    day,
    basis: { type: 'string', enum: ['weekday', 'any'] },
    days: described('Days it was learnt from.', list(day)),
    low: described('Share n hours after midnight, 0 to 96: lower decile of the days.', list({ type: 'number' })),
    middle: described('Median.', list({ type: 'number' })),
    high: described('Upper decile.', list({ type: 'number' })),
  }),
  Timeliness: object({
    dataset: text,
    region,
    days: list(
      object({
        day,
        participating: number,
        reporting: number,
        hours_to_50: described('Hours after midnight; null: not yet, or never.', { type: ['number', 'null'] }),
        hours_to_80: { type: ['number', 'null'] },
        hours_to_90: { type: ['number', 'null'] },
      }),
    ),
  }),
  SilentFacilities: object({
    dataset: text,
    region,
    on: day,
    silent_days: number,
    silent: described('All that are silent.', number),
    items: list(
      object({
        facility: text,
        zip: text,
        county: text,
        state: text,
        first_active: day,
        last_active: day,
        silent_for: described('Days since its last reporting day.', number),
      }),
    ),
  }),
  LateFacilities: object({
    dataset: text,
    region,
    day,
    participating: number,
    late: described('All that are late.', number),
    items: list(
      object({
        facility: text,
        zip: text,
        county: text,
        state: text,
        last_active: day,
        usual_hour: described('Median hour after midnight at which it reports.', { type: ['number', 'null'] }),
        reports_by: described('Probability that it reports by `by_hour`, as it has not by now.', number),
        expected_hour: described('Hours after midnight at which its report is expected, if it comes within three days.', { type: ['number', 'null'] }), // prettier-ignore
      }),
    ),
  }),
  BreakGlass: object({ reason: orNull(text), until: orNull(instant) }),
  Flow: object({
    now: instant,
    minutes: list(object({ at: instant, received: number, loaded: number, refused: number, rows: number })),
    pending: described('Received, and not settled yet.', number),
    oldest_pending_at: orNull(instant),
    detection: described(
      'How far detection is, a row a rule that is enabled, from the commits of the last seven days.',
      list(
        object({
          dataset: text,
          rule: text,
          ran_at: orNull(instant),
          lag_seconds: described(
            'Of the newest run that followed a commit: from when the newest commit it had seen was counted until the run.',
            orNull(number),
          ),
          unjudged: described(
            'Submissions counted since the newest commit that any run had seen; those of days that nothing watches need no run.',
            number,
          ),
        }),
      ),
    ),
  }),
  Contribution: object({
    facility: text,
    flag: text,
    status,
    value: orNull(number),
    submission: text,
    feed: text,
    name: text,
    records: number,
    arrived_at: instant,
  }),
  FileRow: object({
    member: text,
    record: number,
    line: number,
    facility: text,
    day,
    category: text,
    flag: text,
    status,
    value: orNull(number),
  }),
  FileRows: object({ items: list(ref('FileRow')) }),
  Preview: object({
    problems: described(
      'Mistakes in the feed; with any, the file is not read.',
      list(
        object({
          file: text,
          line: number,
          column: number,
          path: text,
          found: text,
          expected: text,
          suggestion: orNull(text),
        }),
      ),
    ),
    refused: described('Why the whole file would be refused.', {
      ...object({ code: text, detail: text }),
      type: ['object', 'null'],
    }),
    rows_read: number,
    rows_accepted: number,
    rows_refused: number,
    errors: list(ref('RowError')),
    rows: described('The first counts, as they stand in the file.', list(ref('FileRow'))),
    totals: list(object({ category: text, flag: text, facilities: number, days: number, value: orNull(number) })),
  }),
  Provenance: object({ total: orNull(number), contributions: list(ref('Contribution')) }),
  Submission: object(submission),
  Submissions: page('Submission'),
  DeadLetter: object({
    submission: text,
    feed: text,
    name: text,
    facility: orNull(text),
    state: { type: 'string', enum: DEAD_LETTER_STATES },
    step: submission.step,
    code: orNull(text),
    detail: orNull(text),
    remedy: described('What to do about it.', orNull(text)),
    tries: submission.tries,
    at: described('When it was stopped.', instant),
    received_at: instant,
  }),
  DeadLetters: page('DeadLetter'),
  Handled: object({
    matched: described('Dead letters that fit.', number),
    handled: described('Of them replayed or discarded; 0 in a dry run.', number),
    more: described('There are more than one request handles; ask again.', { type: 'boolean' }),
  }),
  RowError: object({ member: text, record: number, line: number, field: text, code: text, detail: text }),
  SubmissionWithErrors: object({ ...submission, errors: list(ref('RowError')) }),
  Receipt: object({
    submission: text,
    feed: text,
    name: text,
    sha256: text,
    bytes: number,
    duplicate: described('Received before; nothing will be counted again.', { type: 'boolean' }),
    received_at: instant,
  }),
  Health: object({ ready: { type: 'boolean' }, parts: list(ref('HealthPart')) }),
  HealthPart: object({ name: text, ok: { type: 'boolean' }, detail: text }),
  Alive: object({ alive: { type: 'boolean' }, version: text }),
  Problem: described('RFC 9457', {
    type: 'object',
    properties: {
      type: { type: 'string', format: 'uri-reference' },
      title: text,
      status: { type: 'integer' },
      code: { type: 'string', enum: Object.keys(ERRORS) },
      detail: text,
      remedy: described('What the reader should do.', text),
      instance: described('Request id, as in X-Request-Id.', text),
    },
    required: ['type', 'title', 'status', 'code', 'detail', 'remedy', 'instance'],
    additionalProperties: false,
  }),
} satisfies Readonly<Record<string, Schema>>;

/** Of which `fields` may leave some members only. */
const SELECTABLE = ['Named', 'Dataset', 'Feed', 'Region', 'Facility', 'Submission', 'DeadLetter', 'Series', 'CompletenessDay', 'Revision', 'Change', 'Alarm'] as const satisfies readonly (keyof typeof WHOLE)[]; // prettier-ignore

export const SCHEMAS: Readonly<Record<string, Schema>> = {
  ...WHOLE,
  ...Object.fromEntries(SELECTABLE.map((name) => [`${name}Fields`, selection(WHOLE[name])])),
};

export type SchemaName = keyof typeof WHOLE;
export const schemaReference = ref;
