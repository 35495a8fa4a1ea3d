import { type Day, type Region, dayAt, regionKey } from '#vocabulary';
import type { Directory } from '#analytics';
import type { AlarmRule } from '#registry';
import type { AlarmFinding, AlarmRow } from '#warehouse';
import { type Event, foldCells } from '../alarms/fold.js';
import { nameOf } from '../alarms/identity.js';
import { type Family, afterDiscovery, judgeInto, thresholdOf, watchedRegions } from '../judge/family.js';
import type { History } from '../judge/history.js';
import { type Cell, cellKey } from '../judge/judge-cell.js';

/** What a rule knows between runs; a run changes it by {@link judge} and {@link conclude}. */
export interface RuleBook {
  readonly rule: AlarmRule;
  readonly timeZone: string;
  readonly families: Map<Day, Family>;
  /** Newest finding of a cell, by day and {@link cellKey}. */
  readonly findings: Map<string, AlarmFinding>;
  readonly alarms: Map<string, AlarmRow>;
}

/** What a run judged. */
export interface Judgement {
  readonly days: readonly Day[];
  readonly cells: number;
}

/** What a run found out, to be written down. */
export interface Conclusion {
  readonly run: string;
  readonly digest: string;
  readonly threshold: number;
  readonly findings: readonly AlarmFinding[];
  readonly alarms: readonly AlarmRow[];
  readonly counts: { readonly tests: number; readonly early: number; readonly unknown: number; readonly found: number };
}

const MOST_REGIONS = 50;

const keyOf = (cell: Pick<Cell, 'region' | 'category' | 'day'>): string =>
  `${cell.day} ${cellKey(cell.region, cell.category)}`;
const regionOf = ({ level, region }: Pick<AlarmFinding, 'level' | 'region'>): Region => ({ level, code: region });

/** The settings that a run is repeated with. */
export function settingsOf({ levels, categories, method, parameters, matching, falseDiscovery, days, history }: AlarmRule): string {
  return JSON.stringify({ levels, categories, method, parameters, matching, falseDiscovery, days, history });
} // prettier-ignore

/**
 * Judges regions anew on the days from theirs to today, the newest of the rule's; of a weekly dataset on the days that
 * something was reported under. Everything when `regions` is undefined.
 */
export async function judge(
  { rule, families }: RuleBook,
  means: { readonly history: History; readonly directory: Directory },
  asked: { readonly today: Day; readonly regions: ReadonlyMap<string, { region: Region; from: Day }> | undefined },
): Promise<Judgement> {
  const { today, regions } = asked;
  const first = today - rule.days + 1;
  for (const day of families.keys()) if (day < first || !regions) families.delete(day);
  const wanted = regions && [...regions.values()].filter(({ region }) => rule.levels.some((level) => level === region.level)); // prettier-ignore
  const days: Day[] = [];
  let cells = 0;
  for (let day = first; day <= today; day++) {
    // Of weeks, the days that nobody reports under are none.
    if (means.history.stepDays > 1 && !families.has(day) && !means.history.hasReports(day)) continue;
    const family: Family = families.get(day) ?? new Map<string, Cell>();
    families.set(day, family);
    const some = wanted?.filter(({ from }) => from <= day).map(({ region }) => region);
    const judged = await judgeInto(
      family,
      { ...means, rule },
      { day, regions: some ?? watchedRegions(rule, means.directory) },
    );
    if (judged > 0) days.push(day);
    cells += judged;
  }
  return { days, cells };
}

/** The numbers of a finding, or of none. */
const numbersOf = ({ value, expected, upperbound, statistic, p, share, usualShare, matched }: Cell) => ({
  value, expected, upperbound, statistic, p, share, usualShare, matched,
}); // prettier-ignore

const isSameFinding = (a: AlarmFinding, cell: Cell, judged: string): boolean =>
  a.judged === judged &&
  Object.entries(numbersOf(cell)).every(([name, value]) => Object.is(a[name as keyof AlarmFinding], value));

interface ConcludeOptions {
  readonly days: readonly Day[];
  readonly rev: number;
  readonly now: number;
  readonly directory: Directory;
  /** Alarms that people have closed: they take no further cells. */
  readonly over: ReadonlySet<string>;
}

/** Tells the alarms from the cells of some days, and takes them into the book. */
export function conclude(book: RuleBook, options: ConcludeOptions): Conclusion {
  const { rule, families, findings, alarms } = book;
  const { days, rev, now } = options;
  const counts = { tests: 0, early: 0, unknown: 0, found: 0 };
  const alarming: Cell[] = [];
  const ended: { cell: Cell; judged: Cell['judged']; last: AlarmFinding }[] = [];
  const digested: (string | number)[] = [];
  let threshold = 0;
  for (const day of days) {
    const family = families.get(day)!;
    threshold = thresholdOf(family, rule);
    digested.push(day, threshold);
    for (const cell of family.values()) {
      const judged = afterDiscovery(cell, threshold);
      if (judged === 'early') counts.early++;
      else if (judged === 'unknown') counts.unknown++;
      else counts.tests++;
      const last = findings.get(keyOf(cell));
      if (judged === 'alarm') alarming.push(cell);
      else if (last?.judged === 'alarm') ended.push({ cell, judged, last });
    }
  }
  counts.found = alarming.length;
  for (const cell of alarming) digested.push(keyOf(cell), cell.value, cell.expected, cell.p);
  for (const { cell, judged } of ended) digested.push(keyOf(cell), judged);
  const digest = nameOf(...digested);
  const run = nameOf(rule.id, rev, digest, settingsOf(rule));

  const { eventOf } = events(book, alarming, options);
  const written: AlarmFinding[] = [];
  const touched = new Set<string>();
  function note(cell: Cell, judged: Cell['judged'], alarm: string): void {
    const { level, code } = cell.region;
    const { category, day } = cell;
    const finding: AlarmFinding = {
      rule: rule.id, day, level, region: code, category, at: now, run, rev, alarm, judged, ...numbersOf(cell),
    }; // prettier-ignore
    findings.set(keyOf(cell), finding);
    written.push(finding);
    touched.add(alarm);
  }
  for (const cell of alarming) {
    const last = findings.get(keyOf(cell));
    const alarm = eventOf.get(cell) ?? last?.alarm ?? '';
    if (!last || !isSameFinding(last, cell, 'alarm') || last.alarm !== alarm) note(cell, 'alarm', alarm);
  }
  for (const { cell, judged, last } of ended) note(cell, judged, last.alarm);
  for (const alarm of alarms.values()) if (alarm.standing && days.includes(alarm.day)) touched.add(alarm.id);
  const rows = grown(book, touched, { ...options, run });
  for (const row of rows) alarms.set(row.id, row);
  return { run, digest, threshold, findings: written, alarms: rows, counts };
}

/** Finds the event of each cell that is not part of one yet. */
function events(book: RuleBook, alarming: readonly Cell[], { directory, over }: ConcludeOptions) {
  const { rule, families, findings, alarms } = book;
  const isNew = (cell: Cell): boolean => {
    const last = findings.get(keyOf(cell));
    return last?.judged !== 'alarm' || !alarms.has(last.alarm);
  };
  const known = [...alarms.values()]
    .filter(({ id }) => !over.has(id))
    .sort((a, b) => a.opened - b.opened || (a.id < b.id ? -1 : 1))
    .map((alarm): Event => ({ ...alarm, region: regionOf(alarm), categories: ownCategories(book, alarm) }));
  const parents = parentsIn(directory);
  return foldCells(alarming.filter(isNew), known, {
    gap: rule.gap,
    isWithin: (inner, outer) => {
      for (let at = parents(inner), steps = 0; at && steps < 6; at = parents(at), steps++)
        if (regionKey(at) === regionKey(outer)) return true;
      return false;
    },
    cellAt: (region, category, day) => families.get(day)?.get(cellKey(region, category)),
    idOf: ({ region, category, day }) => nameOf(rule.id, rule.dataset, regionKey(region), category, day),
  });
}

/** Categories that an alarm was seen in at its anchor. */
function ownCategories({ findings }: RuleBook, { id, level, region, category }: AlarmRow): string[] {
  const own = new Set([category]);
  for (const finding of findings.values())
    if (finding.alarm === id && finding.level === level && finding.region === region) own.add(finding.category);
  return [...own].sort();
}

/** The region around a region, as the facilities lie. */
function parentsIn(directory: Directory): (region: Region) => Region | undefined {
  return ({ level, code }) => {
    const [one] = directory.inRegion({ level, code });
    switch (level) {
      case 'facility':
        return one && { level: 'zip', code: one.zip };
      case 'zip':
        return one && { level: 'county', code: one.county };
      case 'county':
        return one && { level: 'state', code: one.state };
      case 'state':
        return one && { level: 'hhs', code: one.hhs };
      case 'hhs':
        return { level: 'nation', code: 'us' };
      case 'nation':
      case 'event_zip':
        return undefined;
    }
  };
}

/** The rows of alarms as their cells say now; those that say nothing new are left out. New ones are ranked for the budget. */
function grown(
  book: RuleBook,
  touched: ReadonlySet<string>,
  { now, rev, run }: ConcludeOptions & { readonly run: string },
): AlarmRow[] {
  const { rule, alarms, timeZone } = book;
  const cellsOf = new Map<string, AlarmFinding[]>(Array.from(touched, (id) => [id, []]));
  for (const finding of book.findings.values())
    if (finding.judged === 'alarm') cellsOf.get(finding.alarm)?.push(finding);
  const rows: AlarmRow[] = [];
  const fresh: AlarmRow[] = [];
  for (const [id, cells] of cellsOf) {
    if (id === '') continue;
    const was = alarms.get(id);
    cells.sort((a, b) => (Number.isNaN(a.p) ? 2 : a.p) - (Number.isNaN(b.p) ? 2 : b.p) || b.statistic - a.statistic);
    const [strongest] = cells;
    if (!strongest) {
      if (was?.standing) rows.push({ ...was, ver: was.ver + 1, standing: false, changed: now, told: false });
      continue;
    }
    const { value, expected, upperbound, statistic, p, share, usualShare, matched } = strongest;
    const days = cells.map(({ day }) => day);
    const [first, last] = [Math.min(...days), Math.max(...days)];
    const anchor = was ?? anchorOf(book, id, cells);
    const is: AlarmRow = {
      ...(was ?? {
        rule: rule.id, id, dataset: rule.dataset, level: anchor.level, region: anchor.region, category: anchor.category,
        day: anchor.day, opened: now, openedRun: run, changed: now, withinBudget: false, told: false,
      }), // prettier-ignore
      ver: (was?.ver ?? 0) + 1,
      first,
      last,
      regions: [...new Set(cells.map((cell) => regionKey(regionOf(cell))))].slice(0, MOST_REGIONS),
      categories: [...new Set(cells.map(({ category }) => category))].sort(),
      atRegion: regionKey(regionOf(strongest)),
      atCategory: strongest.category,
      atDay: strongest.day,
      value, expected, upperbound, statistic, p, share, usualShare, matched, run, rev,
      standing: true,
      closesOn: last + rule.closeAfter,
    }; // prettier-ignore
    if (!was) fresh.push(is);
    else if (!was.standing) rows.push({ ...is, changed: now, told: false });
    else if (!isSameRow(was, is)) rows.push(is);
  }
  const today = dayAt(now, timeZone);
  let used = 0;
  for (const { withinBudget, opened } of alarms.values()) if (withinBudget && dayAt(opened, timeZone) === today) used++;
  fresh.sort((a, b) => (Number.isNaN(a.p) ? 2 : a.p) - (Number.isNaN(b.p) ? 2 : b.p) || b.statistic - a.statistic);
  return [...rows, ...fresh.map((row, rank) => ({ ...row, withinBudget: used + rank < rule.budget }))];
}

/** The cell that gave a new alarm its name. */
function anchorOf({ rule }: RuleBook, id: string, cells: readonly AlarmFinding[]): AlarmFinding {
  const named = ({ level, region, category, day }: AlarmFinding): string =>
    nameOf(rule.id, rule.dataset, regionKey({ level, code: region }), category, day);
  return cells.find((cell) => named(cell) === id) ?? cells[0]!;
}

const VOLATILE: ReadonlySet<string> = new Set(['ver', 'run', 'rev']);
const isSameRow = (a: AlarmRow, b: AlarmRow): boolean =>
  JSON.stringify(a, (name, value: unknown) => (VOLATILE.has(name) ? undefined : value)) ===
  JSON.stringify(b, (name, value: unknown) => (VOLATILE.has(name) ? undefined : value));
