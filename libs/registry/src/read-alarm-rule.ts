import { METHODS, type Method, describeParameter } from '#detection';
import { LEVELS, type Level } from '#vocabulary';
import type { AlarmRule, Dataset } from './model.js';
import { suggest } from './suggest.js';
import {
  alternatives,
  booleanOf,
  describe,
  elementsOf,
  entriesOf,
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
  'enabled',
  'dataset',
  'categories',
  'levels',
  'method',
  'parameters',
  'days',
  'history',
  'daily',
  'matching',
  'falseDiscovery',
  'budget',
  'gap',
  'closeAfter',
] as const;
const MATCHING_KEYS = ['leastShare', 'leastPresence', 'leastPast'] as const;
const DISCOVERY_KEYS = ['control', 'rate'] as const;
const CONTROLS = ['benjamini-hochberg', 'benjamini-yekutieli', 'none'] as const;
const WATCHED_LEVELS: readonly Exclude<Level, 'event_zip'>[] = LEVELS;

/** What holds where a rule does not say otherwise; docs/configuration.md has the same. */
const USUAL = {
  levels: ['nation', 'hhs', 'state', 'county'],
  method: 'switch',
  days: 7,
  budget: 10,
  gap: 3,
  closeAfter: 14,
  matching: { leastShare: 0.2, leastPresence: 0.75, leastPast: 0.75 },
  falseDiscovery: { control: 'benjamini-hochberg', rate: 0.1 },
} as const;

/** The same of a weekly dataset: days are those of its weeks' beginnings. */
const USUAL_WEEKLY = { ...USUAL, method: 'farrington-flexible', days: 28, gap: 7, closeAfter: 28 } as const;

interface Known {
  readonly datasets: ReadonlyMap<string, Dataset>;
  /** Also those that have mistakes of their own. */
  readonly knownDatasets: readonly string[];
}

/** Reads `alarms/<id>.yaml`. Undefined where so much is wrong that there is no rule. */
export function readAlarmRule(id: string, field: Field, { datasets, knownDatasets }: Known): AlarmRule | undefined {
  if (!isMapping(field)) {
    report(field, { found: 'no rule', expected: 'a mapping with at least "dataset"' });
    return undefined;
  }
  const part = mappingOf(field, KEYS);
  if (part.dataset === undefined) {
    report(field, { found: 'no key "dataset"', expected: 'the dataset that is watched' });
    return undefined;
  }
  const name = wordOf(part.dataset, knownDatasets);
  const dataset = name === undefined ? undefined : datasets.get(name);
  if (!dataset) return undefined;
  const usual = dataset.cadence === 'week' ? USUAL_WEEKLY : USUAL;
  const levels = part.levels && elementsOf(part.levels).map((one) => wordOf(one, WATCHED_LEVELS));
  const method = (part.method && wordOf(part.method, [...METHODS.keys()])) ?? usual.method;
  return {
    id,
    title: (part.title && textOf(part.title)) ?? id,
    enabled: (part.enabled && booleanOf(part.enabled)) ?? true,
    dataset: dataset.id,
    categories: categoriesOf(part.categories, dataset),
    levels: levels === undefined ? usual.levels : [...new Set(levels.filter((level) => level !== undefined))],
    method,
    parameters: parametersOf(part.parameters, METHODS.get(method)),
    days: (part.days && numberOf(part.days, { min: 1, max: 31, whole: true })) ?? usual.days,
    history: part.history && numberOf(part.history, { min: 14, max: 2200, whole: true }),
    daily: part.daily && timeOf(part.daily),
    matching: matchingOf(part.matching),
    falseDiscovery: discoveryOf(part.falseDiscovery),
    budget: (part.budget && numberOf(part.budget, { min: 0, max: 10_000, whole: true })) ?? usual.budget,
    gap: (part.gap && numberOf(part.gap, { min: 0, max: 28, whole: true })) ?? usual.gap,
    closeAfter: (part.closeAfter && numberOf(part.closeAfter, { min: 1, max: 365, whole: true })) ?? usual.closeAfter,
  };
} // prettier-ignore

function categoriesOf(field: Field | undefined, { categories, openCategories }: Dataset): readonly string[] {
  const ids = categories.map((category) => category.id);
  if (!field) return ids;
  const found = elementsOf(field).flatMap((one) => {
    const named = openCategories ? textOf(one, 'a category') : wordOf(one, ids);
    return named === undefined ? [] : [named];
  });
  if (found.length === 0) report(field, { found: 'no categories', expected: 'at least one, or no key "categories"' });
  return [...new Set(found)];
}

function parametersOf(field: Field | undefined, method: Method | undefined): AlarmRule['parameters'] {
  if (!field || !method) return {};
  const names = Object.keys(method.parameters);
  const found: Record<string, number | string | boolean> = {};
  for (const [name, value, at] of entriesOf(field)) {
    const parameter = Object.hasOwn(method.parameters, name) ? method.parameters[name] : undefined;
    if (!parameter) {
      const expected = `a parameter of ${method.id}: ${alternatives(names)}`;
      report(at, { found: 'an unknown key', expected, suggestion: suggest(name, names) });
      continue;
    }
    const text = textOf(value, describeParameter(parameter));
    const read = text === undefined ? undefined : parameter.read(text);
    if (read !== undefined) found[name] = read;
    else if (text !== undefined) report(value, { found: describe(value), expected: describeParameter(parameter) });
  }
  return found;
}

function matchingOf(field: Field | undefined): AlarmRule['matching'] {
  const part = field ? mappingOf(field, MATCHING_KEYS) : {};
  const share = (of: (typeof MATCHING_KEYS)[number]): number => {
    const given = part[of];
    return (given && numberOf(given, { min: 0.01, max: 1, whole: false })) ?? USUAL.matching[of];
  };
  return { leastShare: share('leastShare'), leastPresence: share('leastPresence'), leastPast: share('leastPast') };
}

function discoveryOf(field: Field | undefined): AlarmRule['falseDiscovery'] {
  const { control, rate } = field ? mappingOf(field, DISCOVERY_KEYS) : {};
  return {
    control: (control && wordOf(control, CONTROLS)) ?? USUAL.falseDiscovery.control,
    rate: (rate && numberOf(rate, { min: 0.000_001, max: 1, whole: false })) ?? USUAL.falseDiscovery.rate,
  };
}

/** Minutes after midnight. */
function timeOf(field: Field): number | undefined {
  const text = textOf(field, 'a time of day, "06:30"');
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text ?? '') ?? [];
  if (hours !== undefined && minutes !== undefined) return Number(hours) * 60 + Number(minutes);
  if (text !== undefined) report(field, { found: describe(field), expected: 'a time of day, "06:30"' });
  return undefined;
}
