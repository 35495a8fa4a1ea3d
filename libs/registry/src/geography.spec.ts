import { describe, expect, it } from '@jest/globals';
import { parseDay, UNKNOWN } from '#vocabulary';
import { geographyOf, type ZipRow } from './geography.js';
import { HHS_REGIONS } from './hhs-regions.js';
import { shippedGeography } from './shipped-geography.js';

const day = (text: string): number => parseDay(text) ?? NaN;
const row = (zip: string, county: string, from = -Infinity): ZipRow => ({
  zip,
  county,
  from,
  place: 'Town',
  lat: '41',
  lon: '-72',
});
const CONNECTICUT = {
  zips: [row('06604', '09120', day('2022-06-01')), row('06604', '09001'), row('06001', '09003')],
  counties: new Map([
    ['09001', 'Fairfield County'],
    ['09120', 'Greater Bridgeport Planning Region'],
  ]),
  states: new Map([['09', { state: 'CT', name: 'Connecticut' }]]),
};

describe('a dated crosswalk', () => {
  const geography = geographyOf(CONNECTICUT);

  it('places a zip in the county that held on the day', () => {
    expect(geography.countyOf('06604', day('2022-05-31'))).toBe('09001');
    expect(geography.countyOf('06604', day('2022-06-01'))).toBe('09120');
    expect(geography.countyOf('06604', day('1990-01-01'))).toBe('09001');
    expect(geography.countyOf('06001', day('2026-01-01'))).toBe('09003');
  });

  it('knows state and name of counties of every version', () => {
    expect(['09001', '09120'].map((county) => geography.stateOf(county))).toEqual(['CT', 'CT']);
    expect(geography.nameOf('county', '09120')).toBe('Greater Bridgeport Planning Region, CT');
    expect(geography.versions).toEqual([day('2022-06-01')]);
  });

  it('lists the places of the newest version', () => {
    expect(geography.zipsOf('09120')).toEqual(['06604']);
    expect(geography.zipsOf('09001')).toEqual([]);
  });

  it('is the same in whatever order its rows come', () => {
    const turned = geographyOf({ ...CONNECTICUT, zips: [...CONNECTICUT.zips].reverse() });
    for (const text of ['1990-01-01', '2022-05-31', '2022-06-01', '2026-01-01']) {
      expect(turned.countyOf('06604', day(text))).toBe(geography.countyOf('06604', day(text)));
    }
  });

  it('lets the first version hold for the days before it', () => {
    const late = geographyOf({ ...CONNECTICUT, zips: [row('06604', '09120', day('2022-06-01'))] });
    expect(late.countyOf('06604', day('2020-01-01'))).toBe('09120');
  });
});

describe('the shipped geography', () => {
  const geography = shippedGeography();
  const today = day('2026-11-20');
  const chain = (zip: string): string[] => {
    const county = geography.countyOf(zip, today);
    const state = geography.stateOf(county);
    return [county, state, geography.hhsOf(state)];
  };

  it('leads from a zip to county, state and HHS region', () => {
    expect(chain('19401')).toEqual(['42091', 'PA', '3']);
    expect(chain('99501')).toEqual(['02020', 'AK', '10']);
    expect(chain('20001')).toEqual(['11001', 'DC', '3']);
    expect(chain('57770')).toEqual(['46102', 'SD', '8']); // Oglala Lakota, once Shannon
  });

  it('calls what it does not know unknown at every level', () => {
    for (const zip of ['00000', '', 'unknown', '96910']) expect(chain(zip)).toEqual([UNKNOWN, UNKNOWN, UNKNOWN]);
    expect(geography.stateOf('99999')).toBe(UNKNOWN);
    expect(geography.stateOf('')).toBe(UNKNOWN);
  });

  it('names regions for people', () => {
    expect(geography.nameOf('nation', 'us')).toBe('United States');
    expect(geography.nameOf('hhs', '3')).toBe('HHS Region 3 (Philadelphia)');
    expect(geography.nameOf('state', 'PA')).toBe('Pennsylvania');
    expect(geography.nameOf('county', '42091')).toBe('Montgomery County, PA');
    expect(geography.nameOf('county', '22071')).toBe('Orleans Parish, LA');
    expect(geography.nameOf('county', '51510')).toBe('Alexandria city, VA');
    expect(geography.nameOf('zip', '19401')).toBe('Norristown, PA');
    expect(geography.nameOf('hhs', 'constructor')).toBeUndefined();
    expect(geography.nameOf('county', UNKNOWN)).toBe('Unknown');
  });

  it('places every zip in a county, a state and an HHS region, with coordinates inside the country', () => {
    expect(geography.zips().length).toBeGreaterThan(40_000);
    const isInside = (lat: number | null, lon: number | null): boolean =>
      lat !== null && lon !== null && lat > 18 && lat < 72 && (lon < -66 || lon > 165); // Wake and the Aleutians
    const misfits = geography.zips().filter(({ county, state, lat, lon }) => {
      return geography.stateOf(county) !== state || !/^\d+$/.test(geography.hhsOf(state)) || !isInside(lat, lon);
    });
    expect(misfits).toEqual([]);
  });

  it('lists each place once under its parent', () => {
    const states = [...HHS_REGIONS.keys()].flatMap((hhs) => geography.statesOf(hhs));
    const counties = states.flatMap((state) => geography.countiesOf(state));
    const zips = counties.flatMap((county) => geography.zipsOf(county));
    expect(new Set(zips).size).toBe(zips.length);
    expect(zips.length).toBe(geography.zips().length);
    expect(new Set(counties).size).toBe(counties.length);
    expect(geography.countiesOf('DE')).toEqual(['10001', '10003', '10005']);
  });
});

describe('the HHS regions', () => {
  it('hold fifty states, the district and eight territories and associated states, each once', () => {
    const states = [...HHS_REGIONS.values()].flatMap((region) => region.states);
    expect(HHS_REGIONS.size).toBe(10);
    expect(new Set(states).size).toBe(59);
    expect(states.length).toBe(59);
  });
});
