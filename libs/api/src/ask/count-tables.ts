import { LEVELS, PLACE_LEVELS } from '#vocabulary';
import { COLUMNS, EXPORT_FORMS, type ExportForm } from './columns.js';
import { LIMITS } from './limits.js';
import { optional, optionalList, required, withDefault } from './parameter.js';
import { parseSince } from './time.js';
import {
  asked,
  asOf,
  choice,
  dataset,
  day,
  fields,
  flag,
  id,
  issues,
  number,
  page,
  period,
  region,
  tabular,
} from './values.js';

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
export const BEDS = {
  dataset: required(id('Dataset with a census of beds; see /v1/datasets.', 'hospital-beds')),
  region: optional({ ...region, description: `${region.description} The nation when absent.` }),
  day: optional(day('The day. The last day with data when absent.', '2024-03-01')),
  capacity: withDefault(id('Category that counts the beds there are.'), 'staffed'),
  used: withDefault(id('Category that counts those that are taken.'), 'occupied'),
  as_of: optional(asOf),
  limit: page.limit,
};
export const WATCH = { dataset: required(dataset), region: optional(region) };
export const NOWCAST = {
  dataset: required(dataset),
  region: required(region),
  category: required(id('Category; see /v1/categories.', 'respiratory')),
  day: required(day('The reporting day.', '2024-03-01')),
  as_of: optional(asOf),
};
