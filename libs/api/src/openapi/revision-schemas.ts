import {
  day,
  described,
  instant,
  list,
  number,
  object,
  orNull,
  page,
  region,
  selectable,
  status,
  text,
} from './schema.js';

/** Of answers about how values came to be what they are. */
export const REVISION_SCHEMAS = {
  Revision: object({
    region,
    category: text,
    day,
    issued_at: described('When the file arrived that made it so.', instant),
    lag: described('Whole days from `day` to the day of the issue, in UTC.', { type: 'integer' }),
    total: described('Null unless reported.', orNull(number)),
    unflagged: orNull(number),
    status,
  }),
  Revisions: object({ dataset: text, items: list(selectable('Revision')) }),
  Change: object({
    region,
    category: text,
    day,
    before: described('The total that was answered at the instant; null unless it was reported.', orNull(number)),
    before_status: status,
    after: orNull(number),
    after_status: status,
    rev: described('Of the newest commit to the region and day.', number),
    changes: described('How often the value has changed since.', number),
    changed_at: described('When it last did.', instant),
  }),
  Changes: page('Change'),
} as const;
