import type { Day, Level } from '#vocabulary';
import type { Engine } from './engine.js';
import { RowBinary } from './row-binary.js';
import { fill, statement } from './statements.js';

/** One run of the detectors over what a rule watches. */
export interface AlarmRun {
  readonly rule: string;
  /** Made from everything here but `at` and `took`. */
  readonly run: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly dataset: string;
  /** The newest commit it had seen. */
  readonly rev: number;
  /** A commit, the daily run, or the start of the process. */
  readonly cause: string;
  readonly method: string;
  /** Everything it was run with, as JSON. */
  readonly settings: string;
  /** First and last day judged. */
  readonly first: Day;
  readonly last: Day;
  /** Cells judged anew; of all cells those tested, too early to tell, not to be told, in alarm. */
  readonly cells: number;
  readonly tests: number;
  readonly early: number;
  readonly unknown: number;
  readonly found: number;
  readonly threshold: number;
  readonly digest: string;
  /** Milliseconds. */
  readonly took: number;
}

/** The numbers of a judged cell; NaN where there is none. */
export interface JudgedNumbers {
  readonly value: number;
  readonly expected: number;
  readonly upperbound: number;
  readonly statistic: number;
  readonly p: number;
  readonly share: number;
  readonly usualShare: number;
  readonly matched: number;
}

/** A cell that was found to be in alarm, or no longer. */
export interface AlarmFinding extends JudgedNumbers {
  readonly rule: string;
  readonly day: Day;
  readonly level: Level;
  readonly region: string;
  readonly category: string;
  readonly at: number;
  readonly run: string;
  readonly rev: number;
  /** The alarm it belongs to; '' when to none. */
  readonly alarm: string;
  readonly judged: string;
}

/** An event, as detection knows it. */
export interface AlarmRow extends JudgedNumbers {
  readonly rule: string;
  readonly id: string;
  readonly ver: number;
  readonly dataset: string;
  /** Anchor. */
  readonly level: Level;
  readonly region: string;
  readonly category: string;
  readonly day: Day;
  /** First and last day with a cell in alarm. */
  readonly first: Day;
  readonly last: Day;
  /** As `level:code`. */
  readonly regions: readonly string[];
  readonly categories: readonly string[];
  /** Where the finding with the smallest p-value is; the numbers are its. */
  readonly atRegion: string;
  readonly atCategory: string;
  readonly atDay: Day;
  /** The run of these numbers, and the newest commit it had seen. */
  readonly run: string;
  readonly rev: number;
  readonly opened: number;
  readonly openedRun: string;
  readonly changed: number;
  readonly standing: boolean;
  readonly withinBudget: boolean;
  readonly told: boolean;
  readonly closesOn: Day;
}

export interface AlarmAction {
  readonly alarm: string;
  readonly at: number;
  readonly action: string;
  readonly actor: string;
  readonly reason: string;
  /** Milliseconds since the epoch; 0: none. */
  readonly until: number;
  readonly assignee: string;
}

const LAST_DAY = 65_535;
/** Days beside the present ones of an alarm on which it may have had cells before. */
const MARGIN = 62;

const RUN_COLUMNS = [
  'rule', 'run', 'at', 'dataset', 'rev', 'cause', 'method', 'settings', 'first', 'last', 'cells', 'tests', 'early',
  'unknown', 'found', 'threshold', 'digest', 'took',
]; // prettier-ignore

export async function insertAlarmRun(engine: Engine, run: AlarmRun): Promise<void> {
  const out = new RowBinary();
  out.string(run.rule);
  out.string(run.run);
  out.instant(run.at);
  out.string(run.dataset);
  out.uint64(BigInt(run.rev));
  for (const text of [run.cause, run.method, run.settings]) out.string(text);
  out.uint16(run.first);
  out.uint16(run.last);
  for (const count of [run.cells, run.tests, run.early, run.unknown, run.found]) out.uint32(count);
  out.float64(run.threshold);
  out.string(run.digest);
  out.uint32(run.took);
  await engine.insert('alarm_runs', RUN_COLUMNS, out.take());
}

const NUMBERS = ['value', 'expected', 'upperbound', 'statistic', 'p', 'share', 'usual_share', 'matched'];

function writeNumbers(out: RowBinary, judged: JudgedNumbers): void {
  const { value, expected, upperbound, statistic, p, share, usualShare, matched } = judged;
  for (const number of [value, expected, upperbound, statistic, p, share, usualShare]) out.float64(number);
  out.uint32(matched);
}

type Numbers = [...(number | null)[]];

function readNumbers(row: Numbers): JudgedNumbers {
  const [value, expected, upperbound, statistic, p, share, usualShare, matched] = row.map((one) => one ?? NaN);
  return {
    value: value!,
    expected: expected!,
    upperbound: upperbound!,
    statistic: statistic!,
    p: p!,
    share: share!,
    usualShare: usualShare!,
    matched: matched!,
  };
}

const FINDING_COLUMNS = [
  'rule', 'day', 'level', 'region', 'category', 'at', 'run', 'rev', 'alarm', 'judged', ...NUMBERS,
]; // prettier-ignore

/** Findings of one year's days; the caller groups. */
export async function insertAlarmFindings(engine: Engine, findings: readonly AlarmFinding[]): Promise<void> {
  if (findings.length === 0) return;
  const out = new RowBinary();
  for (const finding of findings) {
    out.string(finding.rule);
    out.uint16(finding.day);
    for (const text of [finding.level, finding.region, finding.category]) out.string(text);
    out.instant(finding.at);
    out.string(finding.run);
    out.uint64(BigInt(finding.rev));
    out.string(finding.alarm);
    out.string(finding.judged);
    writeNumbers(out, finding);
  }
  await engine.insert('alarm_findings', FINDING_COLUMNS, out.take());
}

const ALARM_COLUMNS = [
  'rule', 'id', 'ver', 'dataset', 'level', 'region', 'category', 'day', 'first', 'last', 'regions', 'categories',
  'at_region', 'at_category', 'at_day', ...NUMBERS, 'run', 'rev', 'opened', 'opened_run', 'changed', 'standing',
  'within_budget', 'told', 'closes_on',
]; // prettier-ignore

/** New states of alarms; all of them or none. */
export async function insertAlarms(engine: Engine, alarms: readonly AlarmRow[]): Promise<void> {
  if (alarms.length === 0) return;
  const out = new RowBinary();
  for (const alarm of alarms) {
    out.string(alarm.rule);
    out.string(alarm.id);
    out.uint64(BigInt(alarm.ver));
    for (const text of [alarm.dataset, alarm.level, alarm.region, alarm.category]) out.string(text);
    for (const day of [alarm.day, alarm.first, alarm.last]) out.uint16(day);
    out.strings(alarm.regions);
    out.strings(alarm.categories);
    out.string(alarm.atRegion);
    out.string(alarm.atCategory);
    out.uint16(alarm.atDay);
    writeNumbers(out, alarm);
    out.string(alarm.run);
    out.uint64(BigInt(alarm.rev));
    out.instant(alarm.opened);
    out.string(alarm.openedRun);
    out.instant(alarm.changed);
    for (const is of [alarm.standing, alarm.withinBudget, alarm.told]) out.uint8(is ? 1 : 0);
    out.uint16(alarm.closesOn);
  }
  await engine.insert('alarms', ALARM_COLUMNS, out.take());
}

export async function insertAlarmAction(engine: Engine, action: AlarmAction): Promise<void> {
  const out = new RowBinary();
  out.string(action.alarm);
  out.instant(action.at);
  for (const text of [action.action, action.actor, action.reason]) out.string(text);
  out.instant(action.until);
  out.string(action.assignee);
  const columns = ['alarm', 'at', 'action', 'actor', 'reason', 'until', 'assignee'];
  await engine.insert('alarm_actions', columns, out.take());
}

type RunRow = [
  string, string, string, string, string, string, string, string, Day, Day, number, number, number, number, number,
  number, string, number,
]; // prettier-ignore

export async function alarmRun(
  engine: Engine,
  key: { readonly rule: string; readonly run: string },
): Promise<AlarmRun | undefined> {
  const [row] = await engine.rows<RunRow>(statement('alarm-run'), key);
  if (!row) return undefined;
  const [rule, run, at, dataset, rev, cause, method, settings, first, last, cells, tests, early, unknown, found, threshold, digest, took] = row; // prettier-ignore
  return {
    rule, run, at: Number(at), dataset, rev: Number(rev), cause, method, settings, first, last, cells, tests, early,
    unknown, found, threshold, digest, took,
  }; // prettier-ignore
}

type FindingRow = [
  string, Day, Level, string, string, string, string, string, string, string, ...Numbers,
]; // prettier-ignore

const findingOf = ([rule, day, level, region, category, at, run, rev, alarm, judged, ...numbers]: FindingRow): AlarmFinding => ({
  rule, day, level, region, category, at: Number(at), run, rev: Number(rev), alarm, judged, ...readNumbers(numbers),
}); // prettier-ignore

/** How the cells of an alarm were judged, newest first. */
export async function findingsOfAlarm(
  engine: Engine,
  { rule, id, first, last, limit }: Pick<AlarmRow, 'rule' | 'id' | 'first' | 'last'> & { readonly limit: number },
): Promise<AlarmFinding[]> {
  const asked = { rule, alarm: id, from: Math.max(0, first - MARGIN), to: Math.min(LAST_DAY, last + MARGIN), limit };
  return (await engine.rows<FindingRow>(statement('alarm-findings'), asked)).map(findingOf);
}

/** The newest finding of each cell of a rule, of the days from one on. */
export async function newestFindings(
  engine: Engine,
  question: { readonly rule: string; readonly from: Day },
): Promise<AlarmFinding[]> {
  return (await engine.rows<FindingRow>(statement('alarm-findings-newest'), question)).map(findingOf);
}

export interface AlarmsQuestion {
  readonly id?: string | undefined;
  readonly rule?: string | undefined;
  readonly dataset?: string | undefined;
  /** With a day in alarm between these. */
  readonly from?: Day | undefined;
  readonly to?: Day | undefined;
  /** Only those after this one in the order of the answer. */
  readonly before?: { readonly opened: number; readonly id: string } | undefined;
  readonly limit: number;
}

type AlarmColumns = [
  string, string, string, string, Level, string, string, Day, Day, Day, string[], string[], string, string, Day,
  number | null, number | null, number | null, number | null, number | null, number | null, number | null, number,
  string, string, string, string, string, number, number, number, Day,
]; // prettier-ignore

/** Alarms as detection knows them now, the newest first. */
export async function alarmRows(engine: Engine, question: AlarmsQuestion): Promise<AlarmRow[]> {
  const { id = '', rule = '', dataset = '', from = 0, to = LAST_DAY, before, limit } = question;
  const rows = await engine.rows<AlarmColumns>(statement('alarms'), {
    id, rule, dataset, from: Math.max(0, from), to: Math.min(LAST_DAY, to), limit,
    before: before?.opened ?? 0, before_id: before?.id ?? '',
  }); // prettier-ignore
  return rows.map((row) => {
    const [of, name, ver, within, level, region, category, day, first, last, regions, categories, atRegion, atCategory, atDay] = row; // prettier-ignore
    const [run, rev, opened, openedRun, changed, standing, budget, told, closesOn] = row.slice(23) as [
      string, string, string, string, string, number, number, number, Day,
    ]; // prettier-ignore
    return {
      rule: of, id: name, ver: Number(ver), dataset: within, level, region, category, day, first, last, regions,
      categories, atRegion, atCategory, atDay, ...readNumbers(row.slice(15, 23) as Numbers), run, rev: Number(rev),
      opened: Number(opened), openedRun, changed: Number(changed), standing: standing === 1,
      withinBudget: budget === 1, told: told === 1, closesOn,
    }; // prettier-ignore
  });
}

/** What was done about some alarms, in order. */
export async function alarmActions(engine: Engine, alarms: readonly string[]): Promise<AlarmAction[]> {
  if (alarms.length === 0) return [];
  type Row = [string, string, string, string, string, string, string];
  const rows = await engine.rows<Row>(statement('alarm-actions'), { alarms });
  return rows.map(([alarm, at, action, actor, reason, until, assignee]) => ({
    alarm, at: Number(at), action, actor, reason, until: Number(until), assignee,
  })); // prettier-ignore
}

const ALARM_TABLES = ['alarm_runs', 'alarm_findings', 'alarms', 'alarm_actions'];

/**
 * Takes the alarms over from another database of the same server: they are not made from submissions, so a database that
 * is has none. `from` is a name of ours. May be repeated.
 */
export async function carryAlarms(engine: Engine, from: string): Promise<void> {
  for (const table of ALARM_TABLES) await engine.run(fill(statement('carry-alarms'), { table, from }));
}
