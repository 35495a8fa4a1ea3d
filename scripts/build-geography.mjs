#!/usr/bin/env node
// Makes config/geography from npm packages: zips with county, place and coordinates, counties, states. Run once per
// edition of the sources: node scripts/build-geography.mjs [folder]. Equal sources give equal bytes.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import cities from '@mardillu/us-cities-utils';

const require = createRequire(import.meta.url);
const { objects } = JSON.parse(readFileSync(require.resolve('us-atlas/counties-10m.json'), 'utf8'));
const folder = process.argv[2] ?? 'config/geography';

// The source of zips still has county codes from before the changes the Census Bureau lists under "Substantial Changes
// to Counties and County Equivalent Entities"; where a county was divided, the place decides.
const RECODED = {
  '02201': () => '02198', // Prince of Wales-Outer Ketchikan, 2008
  '02232': (place) => (place === 'Skagway' ? '02230' : '02105'), // Skagway-Hoonah-Angoon, 2007
  '02270': () => '02158', // Wade Hampton, renamed Kusilvak 2015
  '02280': (place) => (place === 'Wrangell' ? '02275' : '02195'), // Wrangell-Petersburg, 2008
  46113: () => '46102', // Shannon, renamed Oglala Lakota 2015
  51515: () => '51019', // Bedford city, part of Bedford County since 2013
};

// The atlas has bare names. Alaska's kinds are in the names of the other source; what it lacks is added here.
const ALASKA = {
  '02105': 'Census Area',
  '02110': 'City and Borough',
  '02158': 'Census Area',
  '02195': 'Borough',
  '02198': 'Census Area',
  '02220': 'City and Borough',
  '02230': 'Municipality',
  '02275': 'City and Borough',
  '02282': 'City and Borough',
};
const SUFFIX = { 11: '', 22: ' Parish', 60: '', 66: '', 69: '', 72: ' Municipio', 78: '' };
const INDEPENDENT_CITIES = new Set(['24510', '29510']);
const NAMED_CITY = new Set(['32510']); // Carson City

const stateNames = new Map(objects.states.geometries.map(({ id, properties }) => [id, properties.name]));
const abbreviations = new Map(cities.getStates().map(({ name, nameAbbr }) => [name.toLowerCase(), nameAbbr]));
const TERRITORIES = { 60: 'AS', 66: 'GU', 69: 'MP', 72: 'PR', 78: 'VI' };
const abbreviationOf = (fips) => TERRITORIES[fips] ?? abbreviations.get(stateNames.get(fips).toLowerCase());
const fipsOf = new Map([...stateNames].map(([fips, name]) => [name.toLowerCase(), fips]));

const atlas = new Map(objects.counties.geometries.map(({ id, properties }) => [id, properties.name]));
const zips = [];
const sourceNames = new Map();
for (const { nameAbbr } of cities.getStates()) {
  for (const city of cities.getZipcodes(nameAbbr)) {
    const state = fipsOf.get(city.state.toLowerCase());
    if (state === undefined) continue; // one row, without a state
    const old = state + city.countCode.padStart(3, '0');
    const county = RECODED[old]?.(city.name) ?? old;
    if (!atlas.has(county)) throw new Error(`county ${county} of zip ${city.zip} is not in the atlas`);
    if (county === old) sourceNames.set(county, city.county);
    zips.push([city.zip, county, city.name, city.latitude, city.longitude]);
  }
}

function countyName(id, bare) {
  const state = id.slice(0, 2);
  const known = sourceNames.get(id);
  if (state === '02') {
    if (ALASKA[id]) return `${bare} ${ALASKA[id]}`;
    const kind = /(City and Borough|Borough|Municipality|Census Area|\(CA\))$/.exec(known ?? '')?.[1];
    return `${bare} ${kind === '(CA)' ? 'Census Area' : (kind ?? 'Borough')}`;
  }
  if (NAMED_CITY.has(id)) return bare;
  if (INDEPENDENT_CITIES.has(id) || (state === '51' && Number(id.slice(2)) >= 510)) return `${bare} city`;
  return bare + (SUFFIX[state] ?? ' County');
}

const quote = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const csv = (header, rows) => [header, ...rows].map((row) => row.map(quote).join(',') + '\n').join('');
const byCode = ([a], [b]) => (a < b ? -1 : a > b ? 1 : 0);

const counties = [...atlas].map(([id, bare]) => [id, countyName(id, bare)]).sort(byCode);
const states = [...stateNames].map(([fips, name]) => [fips, abbreviationOf(fips), name]).sort(byCode);
writeFileSync(
  join(folder, 'zips.csv.gz'),
  gzipSync(csv(['zip', 'county', 'place', 'lat', 'lon'], zips.sort(byCode)), { level: 9 }),
);
writeFileSync(join(folder, 'counties.csv'), csv(['county', 'name'], counties));
writeFileSync(join(folder, 'states.csv'), csv(['fips', 'state', 'name'], states));
console.log(`${zips.length} zips, ${counties.length} counties, ${states.length} states`);
