import { checkColumn, type CodeTables, tableUseOf } from './code-table.js';
import type { Category, Dataset, Suppression } from './model.js';
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
  numberOf,
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
  'suppression',
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
    suppression: part.suppression && suppressionOf(part.suppression, { openCategories }),
  };
}

const SUPPRESSION_KEYS = ['threshold', 'protection', 'finest', 'wait', 'every'] as const;
const RELEASED_LEVELS = ['nation', 'hhs', 'state', 'county', 'zip'] as const;

function suppressionOf(field: Field, { openCategories }: { openCategories: boolean }): Suppression {
  if (openCategories) {
    report(field, {
      found: 'suppression of open categories',
      expected: 'a list of categories: what is hidden is chosen for all of them, every day',
    });
  }
  const part = mappingOf(field, SUPPRESSION_KEYS);
  const threshold = (part.threshold && numberOf(part.threshold, { min: 1, max: 1000, whole: true })) ?? 10;
  return {
    threshold,
    // Who sees that a count is hidden knows that it may be anything from 1 to the threshold, and no more can be promised.
    protection:
      (part.protection && numberOf(part.protection, { min: 1, max: Math.max(1, threshold - 1), whole: true })) ??
      Math.ceil(threshold / 2),
    finest: (part.finest && wordOf(part.finest, RELEASED_LEVELS)) ?? 'county',
    wait: (part.wait && numberOf(part.wait, { min: 0, max: 8760, whole: true })) ?? 24,
    every: (part.every && numberOf(part.every, { min: 1, max: 8760, whole: true })) ?? 24,
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
