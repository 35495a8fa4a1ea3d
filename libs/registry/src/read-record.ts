import { checkColumn, type CodeTables, type TableUse, tableUseOf } from './code-table.js';
import type { Dataset, DayFormat, RecordMapping, TimeZoneOfFacility, ValueSource } from './model.js';
import type { ConfigurationProblem } from './problems.js';
import { suggest } from './suggest.js';
import { isTimeZone, timeZoneOf } from './time-zone.js';
import {
  alternatives,
  booleanOf,
  describe,
  elementsOf,
  type Field,
  isEmpty,
  isList,
  isMapping,
  mappingOf,
  numberOf,
  report,
  textOf,
  wordOf,
} from './yaml-field.js';

const ROLES = [
  'facility',
  'zip',
  'day',
  'category',
  'flag',
  'value',
  'eventZip',
  'id',
  'version',
  'versionTime',
] as const;

const SOURCE_KEYS = ['column', 'columns', 'join', 'take', 'clean', 'map', 'otherwise', 'each', 'constant'] as const;
const EXTRA_KEYS: Readonly<Partial<Record<Role, readonly string[]>>> = {
  day: ['format', 'formats', 'timeZone'],
  value: ['missing', 'suppressed'],
};
const DAY_FORMATS: readonly DayFormat[] = ['iso', 'iso-time', 'compact', 'us'];

type Role = (typeof ROLES)[number];

/** A source and where it is configured, for checks against the layouts. */
export interface PlacedSource {
  readonly at: Field;
  readonly source: ValueSource;
}

interface Read {
  readonly source: ValueSource;
  readonly parts: Partial<Record<string, Field>>;
  readonly use: TableUse | undefined;
}

/** Reads `record`. `dataset` is undefined when its file has problems of its own; then less is checked. */
export function readRecord(
  field: Field,
  { codes, dataset }: { codes: CodeTables; dataset: Dataset | undefined },
): { record: RecordMapping; sources: PlacedSource[] } | undefined {
  if (isEmpty(field) || !isMapping(field)) {
    report(field, { found: describe(field), expected: 'a mapping with facility, day and category' });
    return undefined;
  }
  const before = field.file.problems.length;
  const part = mappingOf(field, ROLES);
  const isSpeltWell = field.file.problems.length === before;
  const sources: PlacedSource[] = [];
  const read = (role: Role): Read | undefined => {
    const at = part[role];
    const found = at && readSource(at, role, codes);
    if (at && found) sources.push({ at, source: found.source });
    return found;
  };
  for (const role of ['facility', 'day', 'category'] as const) {
    if (part[role] === undefined && isSpeltWell)
      report(field, { found: `no key "${role}"`, expected: `the column of the ${role}` });
  }
  const facility =
    part.facility && (isFromName(part.facility) ? ({ from: 'name' } as const) : read('facility')?.source);
  const day = read('day');
  const category = read('category');
  const flag = flagOf({ at: part.flag, read, field, dataset });
  const value = read('value');
  if (part.category && category && dataset && !dataset.openCategories) {
    checkTerms(
      part.category,
      category,
      { ids: dataset.categories.map(({ id }) => id), what: `a category of ${dataset.id}` },
      codes.problems,
    );
  }
  if (part.flag && flag && dataset) {
    checkTerms(
      part.flag,
      flag,
      { ids: dataset.flags.map(({ id }) => id), what: `a flag of ${dataset.id}` },
      codes.problems,
    );
  }
  const rest = {
    zip: read('zip')?.source,
    eventZip: read('eventZip')?.source,
    id: read('id')?.source,
    version: read('version')?.source,
    versionTime: read('versionTime')?.source,
  };
  if (!facility || !day || !category || !flag) return undefined;
  return {
    record: {
      facility,
      day: {
        ...day.source,
        formats: formatsOf(day.parts.formats ?? day.parts.format),
        timeZone: day.parts.timeZone && timeZoneOfFacility(day.parts.timeZone, codes),
      },
      category: category.source,
      flag: flag.source,
      value: value && {
        ...value.source,
        missing: codesOf(value.parts.missing),
        suppressed: codesOf(value.parts.suppressed),
      },
      ...rest,
    },
    sources,
  };
}

/** `{ from: name }`; the key `from` is of the facility alone. */
function isFromName(field: Field): boolean {
  if (!isMapping(field)) return false;
  const silent = { ...field, file: { ...field.file, problems: [] } };
  const { from } = mappingOf(silent, ['from', ...SOURCE_KEYS]);
  if (from === undefined) return false;
  mappingOf(field, ['from']);
  wordOf(from, ['name']);
  return true;
}

/** Without the key, the only flag of the dataset. */
function flagOf(options: {
  at: Field | undefined;
  read: (role: Role) => Read | undefined;
  field: Field;
  dataset: Dataset | undefined;
}): Read | undefined {
  const { at, read, field, dataset } = options;
  if (at !== undefined) return read('flag');
  const [only, ...others] = dataset?.flags ?? [];
  if (dataset !== undefined && others.length > 0) {
    report(field, {
      found: 'no key "flag"',
      expected: `the column of the flag (${dataset.id} has ${dataset.flags.length})`,
    });
    return undefined;
  }
  return { source: constantSource(only?.id ?? 'all'), parts: {}, use: undefined };
}

const constantSource = (text: string): ValueSource => ({
  columns: [],
  join: '-',
  take: undefined,
  clean: false,
  map: undefined,
  otherwise: text,
  each: false,
});

function readSource(field: Field, role: Role, codes: CodeTables): Read | undefined {
  if (!isMapping(field)) {
    // `[low, [date, time]]` is the same as `{ columns: [low, [date, time]] }`.
    const columns = isList(field) ? candidatesOf(field) : wholeText(field);
    return columns && { source: { ...constantSource(''), columns, otherwise: undefined }, parts: {}, use: undefined };
  }
  const before = field.file.problems.length;
  const parts: Partial<Record<string, Field>> = mappingOf(field, [...SOURCE_KEYS, ...(EXTRA_KEYS[role] ?? [])]);
  const ways = [parts.column, parts.columns, parts.constant].filter((way) => way !== undefined);
  // A misspelt key is the reason why a known one is missing: one mistake, one message.
  if (ways.length === 0 && field.file.problems.length > before) return undefined;
  if (ways.length !== 1) {
    report(field, {
      found: `${ways.length === 0 ? 'none' : ways.length} of "column", "columns", "constant"`,
      expected: 'one of them',
    });
    return undefined;
  }
  if (parts.constant !== undefined) {
    const text = textOf(parts.constant, 'the constant value');
    return text === undefined ? undefined : { source: constantSource(text), parts, use: undefined };
  }
  const columns = parts.columns ? candidatesOf(parts.columns) : parts.column && wholeText(parts.column);
  const use = parts.map && tableUseOf(parts.map, codes);
  if (columns === undefined) return undefined;
  return {
    parts,
    use,
    source: {
      columns,
      join: (parts.join && textOf(parts.join, 'the text between joined columns')) ?? '-',
      take: parts.take && numberOf(parts.take, { min: 1, max: 1000, whole: true }),
      clean: (parts.clean && booleanOf(parts.clean)) ?? false,
      map: use && { codes: use.map, column: use.column },
      otherwise: parts.otherwise && textOf(parts.otherwise, 'the value when nothing was found'),
      each: (parts.each && booleanOf(parts.each)) ?? false,
    },
  };
}

function wholeText(field: Field): ValueSource['columns'] | undefined {
  const name = textOf(field, 'the name of a column');
  return name === undefined ? undefined : [[name]];
}

function candidatesOf(field: Field): ValueSource['columns'] | undefined {
  const candidates = elementsOf(field).map((candidate) =>
    elementsOf(candidate).flatMap((column) => textOf(column, 'the name of a column') ?? []),
  );
  if (candidates.length > 0 && candidates.every((columns) => columns.length > 0)) return candidates;
  if (candidates.length === 0) report(field, { found: 'an empty list', expected: 'at least one column' });
  return undefined;
}

function formatsOf(field: Field | undefined): readonly DayFormat[] {
  if (field === undefined) return ['iso'];
  const formats = elementsOf(field).flatMap((element) => wordOf(element, DAY_FORMATS) ?? []);
  return formats.length === 0 ? ['iso'] : formats;
}

/** `America/Chicago` for all facilities of the feed, or `stations.zone`. */
function timeZoneOfFacility(field: Field, codes: CodeTables): TimeZoneOfFacility | undefined {
  if (!isMapping(field) && !String(textOf(field, 'an IANA time zone, or a table')).includes('.')) {
    return timeZoneOf(field);
  }
  const use = tableUseOf(field, codes);
  if (use === undefined) return undefined;
  checkColumn(use, {
    accepts: isTimeZone,
    expected: 'an IANA time zone such as America/New_York',
    candidates: Intl.supportedValuesOf('timeZone'),
    problems: codes.problems,
  });
  return { map: use.map, column: use.column };
}

const codesOf = (field: Field | undefined): readonly string[] =>
  field === undefined
    ? []
    : elementsOf(field).flatMap((element) => textOf(element, 'a text (in quotes when it is empty or null)') ?? []);

/** Every value that the mapping can produce by itself must be known to the dataset. */
function checkTerms(
  at: Field,
  { source, parts, use }: Read,
  { ids, what }: { ids: readonly string[]; what: string },
  problems: ConfigurationProblem[],
): void {
  const known = new Set(ids);
  if (use) {
    checkColumn(use, { accepts: (id) => known.has(id), expected: what, candidates: ids, problems });
  }
  if (source.otherwise !== undefined && !known.has(source.otherwise)) {
    const field = parts.otherwise ?? parts.constant ?? at;
    const expected = `${what}: ${alternatives(ids)}`;
    report(field, { found: JSON.stringify(source.otherwise), expected, suggestion: suggest(source.otherwise, ids) });
  }
}
