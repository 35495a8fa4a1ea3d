import { checkColumn, type CodeTables, tableUseOf } from './code-table.js';
import type { Category, Dataset } from './model.js';
import { timeZoneOf } from './time-zone.js';
import {
  alternatives,
  booleanOf,
  elementsOf,
  entriesOf,
  type Field,
  isList,
  isMapping,
  mappingOf,
  report,
  textOf,
  wordOf,
} from './yaml-field.js';

const KEYS = [
  'title',
  'unit',
  'kind',
  'absence',
  'categories',
  'openCategories',
  'flags',
  'total',
  'unflagged',
  'cadence',
  'timeZone',
] as const;

const CODE = /^[\x20-\x7e]{1,128}$/;
const CODE_RULE = '1 to 128 printable ASCII characters';

/** Reads `datasets/<id>.yaml`. Undefined only when the file is not a mapping at all. */
export function readDataset(id: string, field: Field, codes: CodeTables): Dataset | undefined {
  if (!isMapping(field)) {
    mappingOf(field, KEYS);
    report(field, { found: 'no dataset', expected: 'a mapping with at least "categories"' });
    return undefined;
  }
  const part = mappingOf(field, KEYS);
  const openCategories = (part.openCategories && booleanOf(part.openCategories)) ?? false;
  const categories = part.categories === undefined ? [] : termsOf(part.categories, codes);
  if (categories.length === 0 && !openCategories) {
    report(part.categories ?? field, {
      found: 'no categories',
      expected: 'at least one category, or "openCategories: true"',
    });
  }
  const flags = part.flags === undefined ? [{ id: 'all', title: 'All' }] : termsOf(part.flags, codes);
  if (part.flags !== undefined && flags.length === 0) {
    report(part.flags, { found: 'no flags', expected: 'at least one flag, or no key "flags"' });
  }
  const flagIds = flags.map((flag) => flag.id);
  return {
    id,
    title: (part.title && textOf(part.title)) ?? id,
    unit: (part.unit && textOf(part.unit)) ?? 'counts',
    kind: (part.kind && wordOf(part.kind, ['sum', 'gauge'])) ?? 'sum',
    absence: (part.absence && wordOf(part.absence, ['zero', 'missing'])) ?? 'zero',
    categories,
    openCategories,
    flags,
    total: totalOf(part.total, flagIds),
    unflagged: part.unflagged && wordOf(part.unflagged, flagIds),
    cadence: (part.cadence && wordOf(part.cadence, ['day', 'week'])) ?? 'day',
    timeZone: (part.timeZone && timeZoneOf(part.timeZone)) ?? 'America/New_York',
  };
}

/** A list of ids, `id: Title` pairs, or `{ from: table.column }`. */
function termsOf(field: Field, codes: CodeTables): Category[] {
  if (!isMapping(field)) {
    const list = isList(field) ? elementsOf(field) : [];
    if (!isList(field))
      report(field, { found: 'no list', expected: 'a list of ids, "id: Title" pairs, or { from: table.column }' });
    return unique(list.map((element) => [textOf(element, 'an id'), undefined, element] as const));
  }
  const entries = entriesOf(field);
  const [first] = entries;
  if (entries.length !== 1 || first?.[0] !== 'from') {
    return unique(entries.map(([id, title, at]) => [id, textOf(title, 'a title'), at] as const));
  }
  const use = tableUseOf(first[1], codes);
  if (use === undefined) return [];
  const candidates: string[] = [];
  checkColumn(use, { accepts: (id) => CODE.test(id), expected: CODE_RULE, candidates, problems: codes.problems });
  const ids = new Set([...use.map.rows.values()].map((row) => row[use.column] ?? ''));
  ids.delete('');
  return [...ids].map((id) => ({ id, title: id }));
}

function unique(
  terms: readonly (readonly [id: string | undefined, title: string | undefined, at: Field])[],
): Category[] {
  const found = new Map<string, Category>();
  for (const [id, title, at] of terms) {
    if (id === undefined) continue;
    if (!CODE.test(id)) report(at, { found: JSON.stringify(id), expected: CODE_RULE });
    else if (found.has(id)) report(at, { found: `${JSON.stringify(id)} again`, expected: 'each id once' });
    else found.set(id, { id, title: title ?? id });
  }
  return [...found.values()];
}

function totalOf(field: Field | undefined, flagIds: readonly string[]): Dataset['total'] {
  if (field === undefined) return 'sum';
  if (!isMapping(field)) {
    wordOf(field, ['sum']);
    return 'sum';
  }
  const { flag } = mappingOf(field, ['flag']);
  if (flag === undefined) {
    report(field, { found: 'no key "flag"', expected: `sum, or { flag: … } with ${alternatives(flagIds)}` });
    return 'sum';
  }
  const id = wordOf(flag, flagIds);
  return id === undefined ? 'sum' : { flag: id };
}
