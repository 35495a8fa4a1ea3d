import { type MapInput, regionMap } from '#chart';
import { random } from './data.js';
import type { Picture } from './picture.js';

const STATES =
  'AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY'.split(
    ' ',
  );

function byState(): MapInput {
  const next = random(5);
  const rates = new Map<string, number | null>(STATES.map((code) => [code, Math.round(2 + 60 * next() ** 2)]));
  rates.set('WY', 0);
  rates.set('NM', null);
  rates.set('unknown', 41);
  return {
    title: 'Influenza-like illness by state',
    subtitle: 'Epiweek 46 of 2025, emergency departments',
    legendTitle: 'Visits per 10,000',
    level: 'state',
    values: rates,
    status: new Map([
      ['ND', 'suppressed'],
      ['VT', 'deleted'],
    ]),
    completeness: new Map(['TX', 'CA', 'PA', 'KS'].map((code) => [code, { reporting: 61, participating: 100 }])),
    width: 640,
    height: 450,
    theme: 'light',
  };
}

/** Pennsylvania's 67 counties have odd numbers from 42001 to 42133; two of them do not report. */
function byCounty(): MapInput {
  const next = random(9);
  const codes = Array.from({ length: 67 }, (_, i) => String(42_001 + 2 * i));
  return {
    title: 'Influenza-like illness in Pennsylvania',
    subtitle: 'Epiweek 46 of 2025, emergency departments',
    legendTitle: 'Visits',
    level: 'county',
    within: 'PA',
    values: new Map(codes.slice(2).map((code) => [code, Math.round(400 * next() ** 3)])),
    status: new Map(codes.filter(() => next() < 0.1).map((code) => [code, 'suppressed'])),
    width: 480,
    height: 340,
    theme: 'dark',
  };
}

export const maps: readonly Picture[] = [
  {
    name: 'map-states',
    heading: 'A map of states',
    says: 'Classes of about equal size in one hue. Zero, not reported, suppressed and deleted have colours of their own; states of which too few facilities reported are hatched; what lies on no map is named below.',
    draw: () => regionMap(byState()),
  },
  {
    name: 'map-counties-dark',
    heading: 'Counties of one state, on dark ground',
    says: 'Where nothing is reported the map is grey, not pale blue: no data is not a low count. Small counts turn lighter as they grow.',
    draw: () => regionMap(byCounty()),
  },
];
