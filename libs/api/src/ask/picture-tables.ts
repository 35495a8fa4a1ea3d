import { REPORT_FORMATS } from '#report';
import { MAP } from './count-tables.js';
import { LIMITS } from './limits.js';
import { optional, optionalList, required, withDefault } from './parameter.js';
import { asked, asOf, choice, dataset, day, flag, number, region } from './values.js';

/** The parameters of pictures and reports. */
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
/** For the doors that have no address of its own for each format. */
export const CHART_OF_ANY_FORMAT = {
  ...CHART,
  format: withDefault(choice(['png', 'svg'], 'Form of the picture.'), 'png'),
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
