import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { loadConfiguration } from './load.js';
import { formatProblem, problemsOf } from './problems.js';

type Files = Readonly<Record<string, string | Buffer>>;

const VALID: Files = {
  'datasets/visits.yaml': 'categories: [flu, injury]\nflags: [adult, child]\n',
  'codes/reasons.csv': 'reason,syndrome,group\nFEVER,flu,child\nFALL,injury,adult\n',
  'codes/sites.csv': 'site,zip,form\nA,19401,txt\n',
};
const RECORD = `record:
  facility: site
  day: date
  category: { column: reason, map: reasons.syndrome }
  flag: group
`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'messages-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** The problems of the valid folder with these files in place of its own; none when it loads. */
function problems(files: Files): string[] {
  for (const [path, content] of Object.entries({ ...VALID, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  try {
    loadConfiguration(folder);
    return [];
  } catch (error) {
    return problemsOf(error).map(formatProblem);
  }
}

const feed = (text: string): Files => ({ 'feeds/er.yaml': `dataset: visits\n${text}` });
const dataset = (text: string): Files => ({ 'datasets/more.yaml': text });

describe('a valid folder', () => {
  it('has no problem', () => {
    expect(problems(feed(RECORD))).toEqual([]);
  });
});

describe('the error of an invalid folder', () => {
  it('lists all problems of all files, in order, under one code', () => {
    problems({ 'datasets/visits.yaml': 'kind: summ\ncategories: [a, a]\n', ...feed('enabled: maybe\n') });
    let caught: unknown;
    try {
      loadConfiguration(folder);
    } catch (error) {
      caught = error;
    }
    if (!(caught instanceof BellwetherError)) throw new Error('loaded');
    expect(caught.code).toBe('CONFIG_INVALID');
    expect(caught.detail.split('\n')).toEqual([
      `4 problems in ${folder}`,
      'datasets/visits.yaml:1:7 kind: found "summ", expected "sum" or "gauge"; did you mean "sum"?',
      'datasets/visits.yaml:2:17 categories[1]: found "a" again, expected each id once',
      'feeds/er.yaml:1:1: found no key "record", expected a mapping with facility, day and category',
      'feeds/er.yaml:2:10 enabled: found "maybe", expected true or false',
    ]);
    expect(problemsOf(caught)[0]).toEqual({
      file: 'datasets/visits.yaml',
      line: 1,
      column: 7,
      path: 'kind',
      found: '"summ"',
      expected: '"sum" or "gauge"',
      suggestion: 'sum',
    });
  });

  it('is of a folder that is not there, too', () => {
    expect(() => loadConfiguration(join(folder, 'nowhere'))).toThrow('no folder that can be read (ENOENT)');
  });
});

/** What is written, and the one problem that is named. Lines count from the first line of the file. */
const cases: readonly (readonly [sentence: string, files: Files, problem: string])[] = [
  [
    'a misspelt key of a feed',
    feed(`pasword: { env: X }\n${RECORD}`),
    'feeds/er.yaml:2:1 pasword: found an unknown key, expected one of "title", "dataset", "enabled", "name", "archives", "password", "layouts", "layout" and 8 more; did you mean "password"?',
  ],
  [
    'a pull without a source',
    feed(`pull: { every: 15m }\n${RECORD}`),
    'feeds/er.yaml:2:7 pull: found no source, expected one of "sftp", "ftp", "http" or "s3"',
  ],
  [
    'a pull that does not say when',
    feed(`pull: { ftp: { host: a.org } }\n${RECORD}`),
    'feeds/er.yaml:2:7 pull: found no "every" and no "at", expected when files are fetched: every: 15m',
  ],
  [
    'a pull at no time',
    feed(`pull: { every: quarterly, ftp: { host: a.org } }\n${RECORD}`),
    'feeds/er.yaml:2:16 pull.every: found "quarterly", expected a duration up to 31d such as 30s, 15m, 6h or 1d',
  ],
  [
    'an SFTP server that may be anybody',
    feed(`pull: { every: 15m, sftp: { host: a.org, user: u, password: { env: P } } }\n${RECORD}`),
    'feeds/er.yaml:2:27 pull.sftp: found no key "hostKey", expected "hostKey"',
  ],
  [
    'a fingerprint of another kind',
    feed(`pull: { every: 15m, sftp: { host: a.org, user: u, password: { env: P }, hostKey: 'MD5:aa' } }\n${RECORD}`),
    'feeds/er.yaml:2:82 pull.sftp.hostKey: found "MD5:aa", expected SHA256:… as "ssh-keyscan host | ssh-keygen -lf -" prints it',
  ],
  [
    'HTTP without TLS',
    feed(`pull: { every: 15m, http: { url: 'http://a.org/' } }\n${RECORD}`),
    'feeds/er.yaml:2:34 pull.http.url: found "http://a.org/", expected https://…, or "allowPlain: true" beside it',
  ],
  [
    'a password in a URL, without repeating it',
    feed(`pull: { every: 15m, http: { url: 'https://u:hunter2@a.org/' } }\n${RECORD}`),
    'feeds/er.yaml:2:34 pull.http.url: found a URL with a user or password (not shown), expected one without; secrets are references',
  ],
  [
    'a secret of a header that is written out, without repeating it',
    feed(`pull: { every: 15m, http: { url: 'https://a.org/', header: Bearer hunter2 } }\n${RECORD}`),
    'feeds/er.yaml:2:60 pull.http.header: found something else (not shown, it may be a secret), expected a mapping with "name", "before" and "secret"',
  ],
  [
    'a misspelt key deep inside',
    feed(RECORD.replace('column:', 'colum:')),
    'feeds/er.yaml:5:15 record.category.colum: found an unknown key, expected one of "column", "columns", "join", "take", "clean", "map", "otherwise", "each" and 1 more; did you mean "column"?',
  ],
  [
    'a dataset that does not exist',
    { 'feeds/er.yaml': `dataset: vists\n${RECORD}` },
    'feeds/er.yaml:1:10 dataset: found "vists", expected a dataset: "visits"; did you mean "visits"?',
  ],
  [
    'a code table that does not exist',
    feed(RECORD.replace('reasons.syndrome', 'reason.syndrome')),
    'feeds/er.yaml:5:36 record.category.map: found "reason", expected a code table: "reasons" or "sites"; did you mean "reasons"?',
  ],
  [
    'a column that the code table does not have',
    feed(RECORD.replace('reasons.syndrome', 'reasons.syndrom')),
    'feeds/er.yaml:5:36 record.category.map: found "syndrom", expected a column of reasons: "reason", "syndrome" or "group"; did you mean "syndrome"?',
  ],
  [
    'a code table without a column',
    feed(RECORD.replace('reasons.syndrome', 'reasons')),
    'feeds/er.yaml:5:36 record.category.map: found "reasons", expected reasons with a column: "reasons.reason", "reasons.syndrome" or "reasons.group"',
  ],
  [
    'a code that leads to no category of the dataset, at its line in the table',
    { ...feed(RECORD), 'codes/reasons.csv': 'reason,syndrome\nFEVER,flu\nFALL,injry\n' },
    'codes/reasons.csv:3:1: found syndrome "injry", expected a category of visits; did you mean "injury"?',
  ],
  [
    'a fallback that is no category of the dataset',
    feed(RECORD.replace('.syndrome }', '.syndrome, otherwise: flue }')),
    'feeds/er.yaml:5:65 record.category.otherwise: found "flue", expected a category of visits: "flu" or "injury"; did you mean "flu"?',
  ],
  [
    'a constant that is no flag of the dataset',
    feed(RECORD.replace('flag: group', 'flag: { constant: old }')),
    'feeds/er.yaml:6:21 record.flag.constant: found "old", expected a flag of visits: "adult" or "child"',
  ],
  [
    'a missing flag where the dataset has several',
    feed(RECORD.replace('  flag: group\n', '')),
    'feeds/er.yaml:3:3 record: found no key "flag", expected the column of the flag (visits has 2)',
  ],
  [
    'a record without the day',
    feed(RECORD.replace('  day: date\n', '')),
    'feeds/er.yaml:3:3 record: found no key "day", expected the column of the day',
  ],
  [
    'a day format that is not known',
    feed(RECORD.replace('day: date', 'day: { column: date, format: isotime }')),
    'feeds/er.yaml:4:32 record.day.format: found "isotime", expected "iso", "iso-time", "compact" or "us"; did you mean "iso-time"?',
  ],
  [
    'a source of two kinds',
    feed(RECORD.replace('flag: group', 'flag: { column: group, constant: adult }')),
    'feeds/er.yaml:6:9 record.flag: found 2 of "column", "columns", "constant", expected one of them',
  ],
  [
    'a key in two places',
    feed(`title: A\ntitle: B\n${RECORD}`),
    'feeds/er.yaml:3:1: found YAML that is not well-formed (Map keys must be unique), expected YAML 1.2',
  ],
  [
    'an alias',
    feed(`title: &a A\nname: *a\n${RECORD}`),
    'feeds/er.yaml:3:7: found an alias, expected the value itself (aliases are not used here)',
  ],
  [
    'a list where a text belongs',
    feed(`title: [A]\n${RECORD}`),
    'feeds/er.yaml:2:8 title: found a list, expected a text',
  ],
  [
    'a placeholder that is not known',
    feed(`name: '{facilty}.csv'\n${RECORD}`),
    'feeds/er.yaml:2:7 name: found the placeholder {facilty}, expected {facility}, {sender}, {period}, {version}, {repeat}, {ext}, {any}; did you mean "facility"?',
  ],
  [
    'an optional part that does not end',
    feed(`name: '{facility}[.{ext}'\n${RECORD}`),
    'feeds/er.yaml:2:7 name: found a "[" without "]", expected one level of [optional] parts',
  ],
  [
    'a feed that replaces files whose names do not tell them apart',
    feed(`name: '{facility}.csv'\nreplace: file\n${RECORD}`),
    'feeds/er.yaml:2:7 name: found no {facility} and {period} in "name", expected a pattern with {facility} and {period}, which "replace" needs',
  ],
  [
    'a facility from the name of a feed without names',
    feed(RECORD.replace('facility: site', 'facility: { from: name }')),
    'feeds/er.yaml:3:3 record: found no {facility} in "name", expected a pattern with {facility}, which "record" needs',
  ],
  [
    'a record feed without an identity',
    feed(`replace: record\n${RECORD}`),
    'feeds/er.yaml:4:3 record: found no key "id", expected what identifies a record, which "replace: record" needs',
  ],
  [
    'an identity in a feed of other units',
    feed(`${RECORD}  id: visit\n`),
    'feeds/er.yaml:3:3 record: found the key "id", expected "replace: record" with it; this feed has "replace: facility-day"',
  ],
  [
    'a password written into the feed, without repeating it',
    feed(`password: hunter2\n${RECORD}`),
    'feeds/er.yaml:2:11 password: found something else (not shown, it may be a secret), expected a reference: { env: NAME }, { file: secrets/name }, or { table: secrets/name.csv, key: …, value: … }',
  ],
  [
    'a password in place of the name of a variable, without repeating it',
    feed(`password: { env: 'hunter 2' }\n${RECORD}`),
    'feeds/er.yaml:2:18 password.env: found something else (not shown, it may be a secret), expected the name of an environment variable',
  ],
  [
    'a table of passwords without its columns',
    feed(`password: { table: secrets/p.csv }\n${RECORD}`),
    'feeds/er.yaml:2:11 password: found a table without "key" and "value", expected a reference: { env: NAME }, { file: secrets/name }, or { table: secrets/name.csv, key: …, value: … }',
  ],
  [
    'a layout of no known format',
    feed(`layouts: { pipes: { delimiter: '|' } }\n${RECORD}`),
    'feeds/er.yaml:2:12 layouts.pipes: found no key "format", expected csv, delimited, fixed or xml',
  ],
  [
    'a fixed layout without columns',
    feed(`layouts: { fixed: {} }\n${RECORD}`),
    'feeds/er.yaml:2:12 layouts.fixed: found no columns, expected columns as { name: [start, width] }, or { table: … }',
  ],
  [
    'a fixed column that begins at 0',
    feed(
      `layouts: { fixed: { columns: { site: [0, 5], date: [6, 10], reason: [16, 9], group: [25, 5] } } }\n${RECORD}`,
    ),
    'feeds/er.yaml:2:39 layouts.fixed.columns.site[0]: found "0", expected a whole number from 1 to 65536',
  ],
  [
    'a record column that the fixed layout lacks',
    feed(`layouts: { fixed: { columns: { site: [1, 5], date: [6, 10], reasn: [16, 9], group: [25, 5] } } }\n${RECORD}`),
    'feeds/er.yaml:6:13 record.category: found "reason", expected a column of the layout fixed: "site", "date", "reasn" or "group"; did you mean "reasn"?',
  ],
  [
    'an XML path that is none',
    feed(`layouts: { xml: { paths: { site: 'a[b]' } } }\n${RECORD}`),
    'feeds/er.yaml:2:34 layouts.xml.paths.site: found "a[b]", expected a path such as /ClinicalDocument/setId[1]/@root, //record or a//b[@c=\'d\']',
  ],
  [
    'a prefix without a namespace',
    feed(`layouts: { xml: { paths: { site: 'x:a' } } }\n${RECORD}`),
    'feeds/er.yaml:2:34 layouts.xml.paths.site: found the prefix x, expected a prefix declared under "namespaces"',
  ],
  [
    'an encoding that is not known',
    feed(`layouts: { csv: { encoding: latin-99 } }\n${RECORD}`),
    'feeds/er.yaml:2:29 layouts.csv.encoding: found "latin-99", expected auto, or an encoding such as utf-8 or windows-1252',
  ],
  [
    'a layout table that names a layout the feed does not have, at its line',
    feed(`name: '{facility}.{ext}'\nlayout: sites.form\n${RECORD}`),
    'codes/sites.csv:2:1: found form "txt", expected a layout of the feed: "csv"',
  ],
  [
    'a zip of a facility that is none',
    { ...feed(`facilityZip: sites.zip\n${RECORD}`), 'codes/sites.csv': 'site,zip\nA,1940\n' },
    'codes/sites.csv:2:1: found zip "1940", expected a zip of five digits',
  ],
  [
    'a closing day that is no date',
    { ...feed(`closures: shut.on\n${RECORD}`), 'codes/shut.csv': 'site,on\nA,2026-02-30\n' },
    'codes/shut.csv:2:1: found on "2026-02-30", expected a date YYYY-MM-DD',
  ],
  [
    'a key twice in a table that is looked up',
    { ...feed(RECORD), 'codes/reasons.csv': 'reason,syndrome\nFEVER,flu\nFEVER,injury\n' },
    'codes/reasons.csv:3:1: found "FEVER" again, expected each reason once',
  ],
  [
    'a row with too few fields in a table',
    { 'codes/reasons.csv': 'reason,syndrome\nFEVER\n' },
    'codes/reasons.csv:2:1: found 1 fields, expected 2 as in the header',
  ],
  [
    'a column twice in the header of a table',
    { 'codes/reasons.csv': 'reason,reason\n' },
    'codes/reasons.csv:1:1: found the column "reason" twice, expected different column names',
  ],
  [
    'a table in another encoding',
    { 'codes/reasons.csv': Buffer.from([0x61, 0xe4, 0x0a]) },
    'codes/reasons.csv:1:1: found bytes that are not UTF-8, expected UTF-8',
  ],
  [
    'a key column that the table does not have',
    { 'codes/sites.yaml': 'key: sit\n' },
    'codes/sites.yaml:1:6 key: found "sit", expected a column: "site", "zip" or "form"; did you mean "site"?',
  ],
  [
    'an error code that is none of a row',
    feed(`errors: { refuseFile: [VALUE_NEGATIV] }\n${RECORD}`),
    'feeds/er.yaml:2:24 errors.refuseFile[0]: found "VALUE_NEGATIV", expected one of "ROW_FIELD_COUNT", "ROW_FACILITY_MISSING", "VALUE_NEGATIVE", "VALUE_NOT_A_NUMBER", "VALUE_TOO_LARGE", "VALUE_BAD_DATE", "VALUE_FUTURE_DATE", "VALUE_UNKNOWN_CODE" and 2 more; did you mean "VALUE_NEGATIVE"?',
  ],
  [
    'a share above one',
    feed(`errors: { maxShare: 5 }\n${RECORD}`),
    'feeds/er.yaml:2:21 errors.maxShare: found "5", expected a number from 0 to 1',
  ],
  [
    'a dataset without categories',
    dataset('title: X\n'),
    'datasets/more.yaml:1:1: found no categories, expected at least one category, or "openCategories: true"',
  ],
  [
    'an unflagged part that is no flag',
    dataset('openCategories: true\nflags: { Y: Yes, N: No }\nunflagged: n\n'),
    'datasets/more.yaml:3:12 unflagged: found "n", expected "Y" or "N"; did you mean "N"?',
  ],
  [
    'a total that is no flag',
    dataset('openCategories: true\ntotal: { flag: total }\n'),
    'datasets/more.yaml:2:16 total.flag: found "total", expected "all"',
  ],
  [
    'a time zone that is none',
    dataset('openCategories: true\ntimeZone: America/NewYork\n'),
    'datasets/more.yaml:2:11 timeZone: found "America/NewYork", expected an IANA time zone such as America/New_York; did you mean "America/New_York"?',
  ],
  [
    'a file name that would not be read',
    { 'feeds/er.yml': RECORD },
    'feeds/er.yml:1:1: found a file name that is not used, expected feeds/<id>.yaml, an id of lower-case letters, digits and "-"',
  ],
  [
    'an empty feed',
    { 'feeds/er.yaml': '' },
    'feeds/er.yaml:1:1: found no feed, expected a mapping with at least "record"',
  ],
  [
    'a geography that does not say what its files are',
    { 'geography/zips.csv': 'zip,county\n' },
    'geography/geography.yaml:1:1: found no such file, expected a file that names the tables of the folder',
  ],
  [
    'a geography with a county code that is none, at its line',
    {
      'geography/geography.yaml':
        'zips: { file: zips.csv, zip: zip, county: fips }\nstates: { file: states.csv, fips: fips, state: id }\n',
      'geography/zips.csv': 'zip,fips\n19401,42091\n19402,PA\n',
      'geography/states.csv': 'fips,id\n42,pa\n',
    },
    'geography/zips.csv:3:1: found county "PA", expected a FIPS code of five digits, or nothing',
  ],
  [
    'a zip twice in one version of a geography',
    {
      'geography/geography.yaml':
        'zips: { file: zips.csv, zip: zip, county: fips, validFrom: from }\nstates: { file: states.csv, fips: fips, state: id }\n',
      'geography/zips.csv': 'zip,fips,from\n06604,09001,\n06604,09120,2022-06-01\n06604,09003,2022-06-01\n',
      'geography/states.csv': 'fips,id\n09,ct\n',
    },
    'geography/zips.csv:4:1: found zip 06604 again, expected each zip once a version',
  ],
  [
    'a geography whose file is misspelt',
    {
      'geography/geography.yaml':
        'zips: { file: zip.csv, zip: zip, county: fips }\nstates: { file: states.csv, fips: fips, state: id }\n',
      'geography/zips.csv': 'zip,fips\n',
      'geography/states.csv': 'fips,id\n',
    },
    'geography/geography.yaml:1:15 zips.file: found "zip.csv", expected a file in geography/: "states.csv" or "zips.csv"; did you mean "zips.csv"?',
  ],
];

describe('one mistake gives one message that names place, finding and expectation:', () => {
  it.each(cases)('%s', (_, files, problem) => {
    expect(problems(files)).toEqual([problem]);
  });
});

describe('what is hostile is bounded:', () => {
  it('nesting of a hundred thousand levels', () => {
    const [problem] = problems(feed(`title: ${'['.repeat(100_000)}\n`));
    expect(problem).toMatch(/^feeds\/er\.yaml:\d+:\d+: found YAML/);
  });

  it('a YAML file of more than a million characters', () => {
    const text = `#${'x'.repeat(1_000_001)}`;
    expect(problems({ 'feeds/er.yaml': text })).toEqual([
      'feeds/er.yaml:1:1: found 1000002 characters, expected at most 1000000',
    ]);
  });

  it('a table in which every line is wrong', () => {
    expect(problems({ 'codes/reasons.csv': `reason,syndrome\n${'x\n'.repeat(1000)}` })).toHaveLength(5);
  });
});
