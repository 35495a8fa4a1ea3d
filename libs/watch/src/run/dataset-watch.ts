import { type Day, dayAt, yearOf } from '#vocabulary';
import type { Directories } from '#analytics';
import type { CommitNotice } from '#notices';
import type { AlarmRule, Configuration, Dataset } from '#registry';
import {
  type AlarmRow,
  type Engine,
  alarmActions,
  alarmRows,
  facilityCounts,
  insertAlarmFindings,
  insertAlarmRun,
  insertAlarms,
  newestFindings,
} from '#warehouse';
import { handlingOf } from '../alarms/life.js';
import { breathing } from '../judge/breathing.js';
import { History, stepDaysOf } from '../judge/history.js';
import { cellKey, reachOf } from '../judge/judge-cell.js';
import { grouped } from './grouped.js';
import { type Cause, Pending, type Work } from './pending.js';
import { type RuleBook, conclude, judge, settingsOf } from './rule-book.js';

/** What was learnt of an alarm. */
export type AlarmNews = 'opened' | 'cancelled' | 'standing';

export interface DatasetWatchOptions {
  readonly engine: Engine;
  readonly directories: Directories;
  configuration(): Configuration;
  now(): number;
  /** Resolves once it is sure that whoever wants to know is told. The same alarm and news may be told again after a crash. */
  tell(alarm: AlarmRow, news: AlarmNews): Promise<void>;
  /** An alarm has a new row. */
  published(alarm: AlarmRow): void;
  /** `lag`: seconds from the oldest commit of the run until its alarms were written. */
  ran(run: { readonly rule: string; readonly seconds: number; readonly cells: number; readonly lag: number }): void;
  log(level: 'info' | 'warn', message: string, facts: Record<string, unknown>): void;
}

/** Watches one dataset: all of its rules over one history. Its methods are called one after the other. */
export interface DatasetWatch {
  readonly dataset: string;
  readonly pending: Pending;
  /** To be told of every commit; returns at once. */
  changed(notice: CommitNotice): void;
  /** Everything is to be looked at again. */
  again(cause: Cause): void;
  /** The time has come for a daily run, or a new day has begun. */
  tick(): void;
  /** Judges what waits. */
  run(): Promise<void>;
}

/** Days back that alarms and their cells are known of. */
const REMEMBERED = 62;
const MOST_ALARMS = 10_000;
/** Facilities that are asked for by name; beyond, all are. */
const MOST_NAMED = 500;
/** A commit that has been counted and not been told yet is waited for so often, so many milliseconds. */
const [WAITS, WAIT_MS] = [6, 40];

export function openDatasetWatch(dataset: Dataset, rules: readonly AlarmRule[], options: DatasetWatchOptions): DatasetWatch {
  const { engine, directories, now, log } = options;
  const { timeZone } = dataset;
  const reach = Math.max(...rules.map((rule) => rule.days - 1 + reachOf(rule, stepDaysOf(dataset))));
  const categories = [...new Set(rules.flatMap((rule) => rule.categories))];
  const today = (): Day => dayAt(now(), timeZone);
  const pending = new Pending();
  const books: RuleBook[] = rules.map((rule) => ({
    rule, timeZone, families: new Map(), findings: new Map(), alarms: new Map(),
  })); // prettier-ignore
  let history: History | undefined;
  let judgedDay: Day | undefined;
  /** The newest commit of which anything has been read. */
  let rev = 0;
  /** The day of the last daily run of each rule. */
  const daily = new Map<string, number>();

  async function remember(): Promise<void> {
    for (const book of books) {
      const from = today() - REMEMBERED;
      const rule = book.rule.id;
      book.alarms.clear();
      book.findings.clear();
      for (const alarm of await alarmRows(engine, { rule, from, limit: MOST_ALARMS })) book.alarms.set(alarm.id, alarm);
      for (const finding of await newestFindings(engine, { rule, from: Math.max(0, from) })) {
        const { day, level, region, category } = finding;
        book.findings.set(`${day} ${cellKey({ level, code: region }, category)}`, finding);
      }
    }
  }

  /** Reads what has changed, or everything. Returns the newest revision seen. */
  async function read(work: Work): Promise<number> {
    const last = today();
    const breathe = breathing();
    let newest = 0;
    if (!history || work.isWhole) {
      history = new History({ dataset, categories, first: last - reach, last });
      for await (const count of facilityCounts(engine, { dataset: dataset.id, from: history.first, to: last })) {
        history.put(count);
        await breathe();
        newest = Math.max(newest, count.rev);
      }
      return newest;
    }
    history.move(last - reach, last);
    if (work.facilities.size === 0) return newest;
    const facilities = work.facilities.size > MOST_NAMED ? undefined : [...work.facilities];
    const [from, to] = [Math.max(work.first, history.first), Math.min(work.last, last)];
    for await (const count of facilityCounts(engine, { dataset: dataset.id, from, to, facilities })) {
      history.put(count);
      await breathe();
      newest = Math.max(newest, count.rev);
    }
    return newest;
  }

  /** Alarms that people have closed. */
  async function closedOf({ alarms }: RuleBook): Promise<Set<string>> {
    const closed = new Set<string>();
    const actions = grouped(await alarmActions(engine, [...alarms.keys()]), ({ alarm }) => alarm);
    const at = { now: now(), today: today() };
    for (const [id, alarm] of alarms)
      if (handlingOf(alarm, actions.get(id) ?? [], at).state === 'closed') closed.add(id);
    return closed;
  }

  async function runRule(book: RuleBook, work: Work): Promise<void> {
    const began = performance.now();
    const { rule } = book;
    const directory = await directories.of(dataset.id);
    const day = today();
    const regions = work.isWhole || judgedDay !== day ? undefined : work.regions;
    const judgement = await judge(book, { history: history!, directory }, { today: day, regions });
    if (judgement.days.length === 0) return;
    const over = book.alarms.size > 0 ? await closedOf(book) : new Set<string>();
    const at = now();
    const found = conclude(book, { days: judgement.days, rev, now: at, directory, over });
    await insertAlarms(engine, found.alarms);
    for (const group of grouped(found.findings, ({ day: of }) => yearOf(of)).values())
      await insertAlarmFindings(engine, group);
    const took = performance.now() - began;
    await insertAlarmRun(engine, {
      rule: rule.id, run: found.run, at, dataset: dataset.id, rev, cause: work.cause, method: rule.method,
      settings: settingsOf(rule), first: judgement.days[0]!, last: judgement.days.at(-1)!, cells: judgement.cells,
      ...found.counts, threshold: found.threshold, digest: found.digest, took: Math.round(took),
    }); // prettier-ignore
    for (const alarm of found.alarms) options.published(alarm);
    await tellAll(book);
    forget(book, day);
    options.ran({ rule: rule.id, seconds: took / 1000, cells: judgement.cells, lag: (now() - work.since) / 1000 });
    if (found.alarms.length > 0)
      log('info', 'alarms have changed', { rule: rule.id, alarms: found.alarms.length, found: found.counts.found });
  }

  /** Tells of what nobody has been told yet; also what a crash has left. */
  async function tellAll({ alarms }: RuleBook): Promise<void> {
    const untold = [...alarms.values()].filter(({ told, withinBudget }) => !told && withinBudget);
    if (untold.length === 0) return;
    const told: AlarmRow[] = [];
    for (const alarm of untold) {
      const news = alarm.opened === alarm.changed ? 'opened' : alarm.standing ? 'standing' : 'cancelled';
      await options.tell(alarm, news);
      told.push({ ...alarm, ver: alarm.ver + 1, told: true });
    }
    await insertAlarms(engine, told);
    for (const alarm of told) alarms.set(alarm.id, alarm);
  }

  function forget({ alarms, findings }: RuleBook, day: Day): void {
    for (const [id, { last }] of alarms) if (last < day - REMEMBERED) alarms.delete(id);
    for (const [key, finding] of findings) if (finding.day < day - REMEMBERED) findings.delete(key);
  }

  let isRemembered = false;
  return {
    dataset: dataset.id,
    pending,
    changed(notice) {
      const last = today();
      pending.add(notice, { first: last - reach, last, now: now() });
    },
    again: (cause) => pending.addAll(cause, now()),
    tick() {
      const day = today();
      const zoned = minuteOfDay(now(), timeZone);
      for (const { id, daily: at } of rules) {
        if (at === undefined || zoned < at) continue;
        const done = daily.get(id);
        if (done === day) continue;
        daily.set(id, day);
        // Begun after the time of day: the run of the start was it.
        if (done !== undefined) pending.addAll('daily', now());
      }
      if (judgedDay !== undefined && judgedDay !== day) pending.addAll('daily', now());
    },
    async run() {
      let work = pending.take(now());
      try {
        if (!isRemembered) await remember();
        isRemembered = true;
        let newest = await read(work);
        // A commit shows in the counts a moment before it is told: what is judged is to be whole commits.
        for (let wait = 0; wait < WAITS && !work.isWhole && newest > work.rev; wait++) {
          await new Promise((next) => setTimeout(next, WAIT_MS));
          work = together(work, pending.take(now()));
          newest = Math.max(newest, await read(work));
        }
        rev = Math.max(rev, work.rev, newest);
        for (const book of books) await runRule(book, work);
        judgedDay = today();
      } catch (error) {
        // What is in memory may be ahead of what is written: all is read again.
        isRemembered = false;
        pending.addAll(work.cause, work.since);
        throw error;
      }
    },
  };
} // prettier-ignore

function together(a: Work, b: Work): Work {
  const regions = new Map(a.regions);
  for (const [key, one] of b.regions) {
    const known = regions.get(key);
    regions.set(key, known ? { ...one, from: Math.min(one.from, known.from) } : one);
  }
  return {
    cause: a.cause,
    isWhole: a.isWhole || b.isWhole,
    facilities: new Set([...a.facilities, ...b.facilities]),
    first: Math.min(a.first, b.first),
    last: Math.max(a.last, b.last),
    regions,
    rev: Math.max(a.rev, b.rev),
    since: Math.min(a.since, b.since),
  };
}

/** Minutes after midnight on the clock of a zone. */
function minuteOfDay(instant: number, timeZone: string): number {
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const [hours = '0', minutes = '0'] = clock.format(instant).split(':');
  return Number(hours) * 60 + Number(minutes);
}
