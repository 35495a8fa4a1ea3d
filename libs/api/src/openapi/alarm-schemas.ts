import { ALARM_STATES, JUDGEMENTS } from '#vocabulary';
import { day, described, instant, list, number, object, orNull, page, region, type Schema, text } from './schema.js';

const count: Schema = { type: ['number', 'null'] };
const judged: Schema = { type: 'string', enum: JUDGEMENTS };
const numbers = {
  value: described('Counted by those who had reported and have a past.', count),
  expected: described('What their past lets expect.', count),
  upperbound: described('Above this is an alarm by the method.', count),
  p: described('How often chance gives such a day or a higher one, in one series.', count),
  recurrence_days: described('1/p.', count),
  completeness: described('Share of the facilities taking part that had reported.', count),
  matched: described('Facilities that were compared with their own past.', number),
};
const cell = { region, category: text, day };
const alarm = {
  id: text,
  rule: text,
  dataset: text,
  ...cell,
  first: described('First and last day in alarm.', day),
  last: day,
  regions: list(region),
  categories: list(text),
  strongest: described('The cell that the numbers are of.', object(cell)),
  ...numbers,
  opened_at: instant,
  changed_at: instant,
  rev: number,
  standing: described('False: later data have cancelled it.', { type: 'boolean' }),
  within_budget: { type: 'boolean' },
  state: { type: 'string', enum: ALARM_STATES },
  snoozed_until: orNull(instant),
  assignee: orNull(text),
};

/** Of answers about alarms. */
export const ALARM_SCHEMAS = {
  Alarm: object(alarm),
  Alarms: page('Alarm'),
  AlarmDetails: object({
    ...alarm,
    actions: list(
      object({
        at: instant,
        action: text,
        actor: text,
        reason: text,
        assignee: orNull(text),
        until: orNull(instant),
      }),
    ),
    findings: list(object({ at: instant, rev: number, ...cell, judged, ...numbers })),
  }),
  AlarmReplay: object({
    alarm: text,
    run: text,
    at: instant,
    rev: number,
    method: text,
    ...cell,
    equal: { type: 'boolean' },
    differing: list(text),
    recorded: object({ judged, ...numbers }),
    repeated: orNull(object({ judged, ...numbers })),
  }),
  Nowcast: object({
    dataset: text,
    ...cell,
    participating: described('Facilities taking part.', number),
    completeness: described('Share of these that had reported.', count),
    known: described('What these have counted.', count),
    expected: count,
    low: count,
    high: count,
    level: { type: 'number' },
  }),
  AlarmAt: object({ rule: text, dataset: text, ...cell, as_of: instant, judged, threshold: count, ...numbers }),
} satisfies Readonly<Record<string, Schema>>;
