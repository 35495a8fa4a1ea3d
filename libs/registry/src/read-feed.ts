import { ERRORS, parseDay, type Day } from '#vocabulary';
import { checkColumn, type CodeTables, tableMappingOf, tableUseOf } from './code-table.js';
import type { ArchiveKind, Dataset, ErrorPolicy, Feed } from './model.js';
import { compileNamePattern } from './name-pattern.js';
import { readLayouts, type PlacedLayout } from './read-layouts.js';
import { type PlacedSource, readRecord } from './read-record.js';
import { readPull } from './read-pull.js';
import { readSecretReference } from './read-secret-reference.js';
import { suggest } from './suggest.js';
import {
  alternatives,
  booleanOf,
  elementsOf,
  type Field,
  isMapping,
  mappingOf,
  numberOf,
  report,
  textOf,
  wordOf,
} from './yaml-field.js';

const KEYS = [
  'title',
  'dataset',
  'enabled',
  'name',
  'archives',
  'password',
  'layouts',
  'layout',
  'record',
  'replace',
  'errors',
  'emptyFile',
  'facilityZip',
  'closures',
  'dueHours',
  'pull',
] as const;

const ARCHIVES: readonly ArchiveKind[] = ['zip', 'gzip', 'plain'];
const TABLE_KEYS = ['table', 'column', 'key', 'where'];
const ROW_CODES = Object.keys(ERRORS).filter((code) => /^(?:VALUE|ROW)_/.test(code));

/** What a feed is checked against. `knownDatasets` also names those whose files have problems. */
interface FeedContext {
  readonly codes: CodeTables;
  readonly datasets: ReadonlyMap<string, Dataset>;
  readonly knownDatasets: readonly string[];
}

type Parts = Partial<Record<(typeof KEYS)[number], Field>>;

/** Reads `feeds/<id>.yaml`; undefined when there are problems that leave nothing to return. */
export function readFeed(id: string, field: Field, context: FeedContext): Feed | undefined {
  if (!isMapping(field)) {
    mappingOf(field, KEYS);
    report(field, { found: 'no feed', expected: 'a mapping with at least "record"' });
    return undefined;
  }
  const { codes } = context;
  const before = field.file.problems.length;
  const part = mappingOf(field, KEYS);
  const isSpeltWell = field.file.problems.length === before;
  const dataset = datasetOf(id, { part, field }, context);
  const name = part.name && nameOf(part.name);
  const layouts = readLayouts(part.layouts, field, codes);
  const layoutTable = part.layout && layoutTableOf(part.layout, { layouts, codes });
  if (part.record === undefined && isSpeltWell)
    report(field, { found: 'no key "record"', expected: 'a mapping with facility, day and category' });
  const mapping = part.record && readRecord(part.record, { codes, dataset: context.datasets.get(dataset) });
  const replace = (part.replace && wordOf(part.replace, ['facility-day', 'file', 'record'])) ?? 'facility-day';
  const feed = {
    id,
    title: (part.title && textOf(part.title)) ?? id,
    dataset,
    enabled: (part.enabled && booleanOf(part.enabled)) ?? true,
    name,
    archives: part.archives === undefined ? ARCHIVES : archivesOf(part.archives),
    password: part.password && readSecretReference(part.password),
    layouts: layouts.map(({ layout }) => layout),
    layoutTable,
    replace,
    errors: errorsOf(part.errors),
    emptyFile: (part.emptyFile && wordOf(part.emptyFile, ['zero', 'refuse'])) ?? 'refuse',
    places: part.facilityZip && placesOf(part.facilityZip, codes),
    closures: part.closures === undefined ? new Map<string, Day>() : closuresOf(part.closures, codes),
    dueHours: (part.dueHours && numberOf(part.dueHours, { min: 0, max: 8760, whole: false })) ?? 24,
    pull: part.pull && readPull(part.pull),
  };
  if (mapping === undefined) return undefined;
  const whole: Feed = { ...feed, record: mapping.record };
  if (part.name === undefined || name !== undefined) checkName(whole, part, field);
  checkIdentity(whole, part, field);
  checkColumns(layouts, mapping.sources);
  return whole;
}

function datasetOf(id: string, { part, field }: { part: Parts; field: Field }, { knownDatasets }: FeedContext): string {
  const dataset = part.dataset === undefined ? id : textOf(part.dataset, 'the name of a dataset');
  if (dataset === undefined || knownDatasets.includes(dataset)) return dataset ?? id;
  const found = part.dataset === undefined ? `no key "dataset" and no dataset ${id}` : JSON.stringify(dataset);
  const expected =
    knownDatasets.length === 0 ? 'a file datasets/<id>.yaml' : `a dataset: ${alternatives(knownDatasets)}`;
  report(part.dataset ?? field, { found, expected, suggestion: suggest(dataset, knownDatasets) });
  return dataset;
}

function nameOf(field: Field): RegExp | undefined {
  const text = textOf(field, 'a pattern such as {facility}_{period}_v{version}.{ext}');
  if (text === undefined) return undefined;
  const compiled = compileNamePattern(text);
  if ('pattern' in compiled) return compiled.pattern;
  report(field, compiled);
  return undefined;
}

function archivesOf(field: Field): ArchiveKind[] {
  const archives = elementsOf(field).flatMap((element) => wordOf(element, ARCHIVES) ?? []);
  if (elementsOf(field).length === 0)
    report(field, { found: 'no archive', expected: `at least one of ${alternatives(ARCHIVES)}` });
  return archives;
}

function layoutTableOf(
  field: Field,
  { layouts, codes }: { layouts: readonly PlacedLayout[]; codes: CodeTables },
): Feed['layoutTable'] {
  const use = tableUseOf(field, codes);
  if (use === undefined) return undefined;
  const candidates = layouts.map(({ layout }) => layout.id);
  const accepts = (id: string): boolean => candidates.includes(id);
  checkColumn(use, {
    accepts,
    expected: `a layout of the feed: ${alternatives(candidates)}`,
    candidates,
    problems: codes.problems,
  });
  return { map: use.map, column: use.column };
}

function errorsOf(field: Field | undefined): ErrorPolicy {
  const part = field === undefined ? {} : mappingOf(field, ['refuseFile', 'maxShare']);
  return {
    refuseFile:
      part.refuseFile === undefined ? [] : elementsOf(part.refuseFile).flatMap((code) => wordOf(code, ROW_CODES) ?? []),
    maxShare: (part.maxShare && numberOf(part.maxShare, { min: 0, max: 1, whole: false })) ?? 0.5,
  };
}

function placesOf(field: Field, codes: CodeTables): Feed['places'] {
  const use = tableUseOf(field, codes);
  if (use === undefined) return undefined;
  const accepts = (zip: string): boolean => /^\d{5}(?:-?\d{4})?$/.test(zip);
  checkColumn(use, { accepts, expected: 'a zip of five digits', candidates: [], problems: codes.problems });
  return { map: use.map, column: use.column };
}

function closuresOf(field: Field, codes: CodeTables): ReadonlyMap<string, Day> {
  const use = isMapping(field)
    ? tableMappingOf(field, codes, { keys: TABLE_KEYS, defaultColumn: undefined })
    : tableUseOf(field, codes);
  const closures = new Map<string, Day>();
  if (use === undefined) return closures;
  const accepts = (date: string): boolean => parseDay(date) !== undefined;
  checkColumn(use, { accepts, expected: 'a date YYYY-MM-DD', candidates: [], problems: codes.problems });
  for (const [facility, row] of use.map.rows) {
    const day = parseDay(row[use.column] ?? '');
    if (day !== undefined) closures.set(facility, day);
  }
  return closures;
}

/** Whatever needs something from the file name needs a pattern that has it. */
function checkName({ name, layoutTable, password, replace, record }: Feed, part: Parts, field: Field): void {
  const has = (group: string): boolean => name?.source.includes(`(?<${group}>`) ?? false;
  const sender = has('facility') || has('sender');
  const need = (at: Field | undefined, isMet: boolean, what: string): void => {
    if (!isMet)
      report(part.name ?? at ?? field, {
        found: `no ${what} in "name"`,
        expected: `a pattern with ${what}, which "${at?.path ?? ''}" needs`,
      });
  };
  if (layoutTable) need(part.layout, sender, '{facility} or {sender}');
  if (password?.kind === 'table') need(part.password, sender, '{facility} or {sender}');
  if (replace === 'file') need(part.replace, has('facility') && has('period'), '{facility} and {period}');
  if ('from' in record.facility) need(part.record, has('facility'), '{facility}');
}

/** `id` and the versions belong to record feeds, and a record feed needs an `id`. */
function checkIdentity({ replace, record }: Feed, part: Parts, field: Field): void {
  if (replace === 'record') {
    if (record.id === undefined)
      report(part.record ?? field, {
        found: 'no key "id"',
        expected: 'what identifies a record, which "replace: record" needs',
      });
    return;
  }
  for (const role of ['id', 'version', 'versionTime'] as const) {
    if (record[role] !== undefined) {
      report(part.record ?? field, {
        found: `the key "${role}"`,
        expected: `"replace: record" with it; this feed has "replace: ${replace}"`,
      });
    }
  }
}

/** In layouts that name their columns, each source must find at least one of its candidates. */
function checkColumns(layouts: readonly PlacedLayout[], sources: readonly PlacedSource[]): void {
  for (const { layout } of layouts) {
    const names =
      layout.format === 'fixed'
        ? layout.columns.map(({ name }) => name)
        : layout.format === 'xml'
          ? undefined
          : layout.columns;
    if (names === undefined || names.length === 0) continue;
    const known = new Set([...names, ...(layout.wide ? [layout.wide.measureColumn, layout.wide.valueColumn] : [])]);
    for (const { at, source } of sources) {
      if (source.columns.length === 0 || source.columns.some((parts) => parts.every((name) => known.has(name))))
        continue;
      const absent = source.columns.flat().find((name) => !known.has(name)) ?? '';
      const expected = `a column of the layout ${layout.id}: ${alternatives(known)}`;
      report(at, { found: JSON.stringify(absent), expected, suggestion: suggest(absent, known) });
    }
  }
}
