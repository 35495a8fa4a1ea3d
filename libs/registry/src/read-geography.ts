import { parseDay } from '#vocabulary';
import { gunzipSync } from 'node:zlib';
import { readCsv } from './csv.js';
import { geographyOf, type GeographyTables, type ZipRow } from './geography.js';
import type { Geography } from './model.js';
import type { ConfigurationProblem } from './problems.js';
import { suggest } from './suggest.js';
import { alternatives, describe, type Field, mappingOf, report, textOf } from './yaml-field.js';

const MAX_INFLATED_BYTES = 64 * 1024 * 1024;
const MAX_PROBLEMS = 5;

/** Files of the folder `geography/`, by name within it. */
export interface GeographyFiles {
  readonly get: (name: string) => Buffer | undefined;
  readonly names: readonly string[];
  readonly problems: ConfigurationProblem[];
}

/** Reads `geography.yaml` and the tables it names; undefined when there are problems. */
export function readGeography(field: Field, files: GeographyFiles): Geography | undefined {
  const part = mappingOf(field, ['zips', 'counties', 'states']);
  const before = files.problems.length;
  if (part.zips === undefined) report(field, { found: 'no key "zips"', expected: '{ file, zip, county, … }' });
  if (part.states === undefined) report(field, { found: 'no key "states"', expected: '{ file, fips, state, … }' });
  if (part.zips === undefined || part.states === undefined) return undefined;
  const tables: GeographyTables = {
    zips: zipsOf(part.zips, files),
    counties: part.counties === undefined ? new Map() : countiesOf(part.counties, files),
    states: statesOf(part.states, files),
  };
  return files.problems.length === before ? geographyOf(tables) : undefined;
}

interface Rows<C extends string> {
  readonly rows: readonly { readonly line: number; readonly fields: readonly string[] }[];
  /** Position of each column; -1 for one that is not configured. */
  readonly at: Readonly<Record<C, number>>;
  readonly complain: (line: number, found: string, expected: string) => void;
}

/** The rows of a table, and where its configured columns stand. */
function tableOf<R extends string, O extends string>(
  field: Field,
  { required, optional }: { required: readonly R[]; optional: readonly O[] },
  files: GeographyFiles,
): Rows<R | O> | undefined {
  const keys: readonly (R | O)[] = [...required, ...optional];
  const part: Partial<Record<string, Field>> = mappingOf(field, ['file', ...keys]);
  const absent = ['file', ...required].filter((key) => part[key] === undefined);
  if (absent.length > 0) {
    report(field, { found: `no key ${alternatives(absent)}`, expected: `{ ${['file', ...required].join(', ')} }` });
    return undefined;
  }
  const name = part.file && textOf(part.file, 'the name of a file in geography/');
  if (part.file === undefined || name === undefined) return undefined;
  const bytes = files.get(name);
  if (bytes === undefined) {
    const expected = `a file in geography/: ${alternatives(files.names)}`;
    report(part.file, { found: describe(part.file), expected, suggestion: suggest(name, files.names) });
    return undefined;
  }
  const text = inflated(name, bytes);
  const [header, ...rows] = text === undefined ? [] : readCsv(text);
  if (header === undefined) {
    report(part.file, {
      found: `${name}, which cannot be read`,
      expected: 'a CSV file with a header, or one compressed by gzip',
    });
    return undefined;
  }
  const at = {} as Record<R | O, number>;
  for (const key of keys) {
    const keyField = part[key];
    const column = keyField && textOf(keyField, 'the name of a column');
    at[key] = column === undefined ? -1 : header.fields.indexOf(column);
    if (keyField !== undefined && column !== undefined && at[key] === -1) {
      const expected = `a column of ${name}: ${alternatives(header.fields)}`;
      report(keyField, { found: JSON.stringify(column), expected, suggestion: suggest(column, header.fields) });
      return undefined;
    }
  }
  let complaints = 0;
  const complain = (line: number, found: string, expected: string): void => {
    if (++complaints > MAX_PROBLEMS) return;
    files.problems.push({
      file: `geography/${name}`,
      line,
      column: 1,
      path: '',
      found,
      expected,
      suggestion: undefined,
    });
  };
  return { rows, at, complain };
}

function inflated(name: string, bytes: Buffer): string | undefined {
  if (!name.endsWith('.gz')) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: MAX_INFLATED_BYTES }).toString('utf8');
  } catch {
    return undefined;
  }
}

const FIVE_DIGITS = /^\d{5}$/;
const isFiveDigits = (text: string): boolean => FIVE_DIGITS.test(text);

function zipsOf(field: Field, files: GeographyFiles): ZipRow[] {
  const table = tableOf(field, { required: ['zip', 'county'], optional: ['place', 'lat', 'lon', 'validFrom'] }, files);
  const zips: ZipRow[] = [];
  const lines: number[] = [];
  if (table === undefined) return zips;
  const { at, complain } = table;
  let isAscending = true;
  let before = '';
  for (const { line, fields } of table.rows) {
    const zip = fields[at.zip] ?? '';
    const county = fields[at.county] ?? '';
    const dated = fields[at.validFrom] ?? '';
    const from = dated === '' ? -Infinity : parseDay(dated);
    if (!isFiveDigits(zip)) complain(line, `zip ${JSON.stringify(zip)}`, 'five digits');
    else if (county !== '' && !isFiveDigits(county)) {
      complain(line, `county ${JSON.stringify(county)}`, 'a FIPS code of five digits, or nothing');
    } else if (from === undefined) {
      complain(line, `validFrom ${JSON.stringify(dated)}`, 'a date YYYY-MM-DD, or nothing');
    } else {
      const place = fields[at.place] ?? '';
      zips.push({ zip, county, place, lat: fields[at.lat] ?? '', lon: fields[at.lon] ?? '', from });
      lines.push(line);
      isAscending &&= zip > before;
      before = zip;
    }
  }
  // In a table in order no zip can come twice.
  if (!isAscending)
    checkDoubles(zips, (i) => complain(lines[i] ?? 1, `zip ${zips[i]?.zip ?? ''} again`, 'each zip once a version'));
  return zips;
}

function checkDoubles(zips: readonly ZipRow[], complain: (position: number) => void): void {
  const seen = new Set<string>();
  zips.forEach(({ zip, from }, i) => {
    const version = `${zip} ${from}`;
    if (seen.has(version)) complain(i);
    seen.add(version);
  });
}

function countiesOf(field: Field, files: GeographyFiles): ReadonlyMap<string, string> {
  const table = tableOf(field, { required: ['county', 'name'], optional: [] }, files);
  const counties = new Map<string, string>();
  for (const { line, fields } of table?.rows ?? []) {
    const county = fields[table?.at.county ?? -1] ?? '';
    if (isFiveDigits(county)) counties.set(county, fields[table?.at.name ?? -1] ?? '');
    else table?.complain(line, `county ${JSON.stringify(county)}`, 'a FIPS code of five digits');
  }
  return counties;
}

function statesOf(field: Field, files: GeographyFiles): GeographyTables['states'] {
  const table = tableOf(field, { required: ['fips', 'state'], optional: ['name'] }, files);
  const states = new Map<string, { state: string; name: string }>();
  for (const { line, fields } of table?.rows ?? []) {
    const fips = fields[table?.at.fips ?? -1] ?? '';
    const state = (fields[table?.at.state ?? -1] ?? '').toUpperCase();
    if (/^\d{2}$/.test(fips) && /^[A-Z]{2}$/.test(state))
      states.set(fips, { state, name: fields[table?.at.name ?? -1] ?? state });
    else
      table?.complain(line, `fips ${JSON.stringify(fips)}, state ${JSON.stringify(state)}`, 'two digits, two letters');
  }
  return states;
}
