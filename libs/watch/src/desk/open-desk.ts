import { BellwetherError, type Day, type Region, dayAt, regionKey } from '#vocabulary';
import type { Alarm, AlarmAt, AlarmAtQuestion, AlarmDesk } from '#analytics';
import type { AlarmRule, Configuration } from '#registry';
import {
  type AlarmFinding,
  type AlarmRow,
  type Engine,
  type JudgedNumbers,
  alarmActions,
  alarmRows,
  alarmRun,
  findingsOfAlarm,
  insertAlarmAction,
} from '#warehouse';
import { checkAction } from '../alarms/life.js';
import { judgeAsOf } from '../judge/as-of.js';
import { afterDiscovery } from '../judge/family.js';
import { grouped } from '../run/grouped.js';

import { answerNowcast } from './nowcast.js';
import { alarmOf, deedOf, findingOf, judgementOf, numbersOf } from './shape.js';

export interface DeskOptions {
  readonly engine: Engine;
  configuration(): Configuration;
  now(): number;
  /** Something was done about an alarm. */
  published(alarm: string): void;
}

/** A desk that is told of changes, from whichever process they come. */
export interface OpenDesk extends AlarmDesk {
  /** To be told of an alarm that has changed. */
  changed(id: string): Promise<void>;
}

const FINDINGS = 500;
/** Rows that are looked through for one page, where a state is asked for: it is told from actions and the time. */
const MOST_ROWS = 10_000;
const LONGEST_SNOOZE = 366 * 86_400_000;

export function openDesk({ engine, configuration, now, published }: DeskOptions): OpenDesk {
  const watchers = new Set<(alarm: Alarm) => void>();
  const todayOf = (dataset: string): Day =>
    dayAt(now(), configuration().datasets.get(dataset)?.timeZone ?? 'UTC');

  async function told(rows: readonly AlarmRow[]): Promise<Alarm[]> {
    const actions = grouped(await alarmActions(engine, rows.map(({ id }) => id)), ({ alarm }) => alarm); // prettier-ignore
    return rows.map((row) => alarmOf(row, actions.get(row.id) ?? [], { now: now(), today: todayOf(row.dataset) }));
  }

  async function rowOf(id: string): Promise<AlarmRow> {
    const [row] = /^[0-9a-f]{32}$/.test(id) ? await alarmRows(engine, { id, limit: 1 }) : [];
    if (!row) throw new BellwetherError('UNKNOWN_ALARM', 'no alarm has this id');
    return row;
  }

  function datasetNamed(id: string) {
    const dataset = configuration().datasets.get(id);
    if (!dataset) throw new BellwetherError('UNKNOWN_DATASET', `dataset "${id}" is not configured`);
    return dataset;
  }

  async function alarmAt(
    rule: AlarmRule,
    { region, category, day, asOf }: Omit<AlarmAtQuestion, 'rule'>,
  ): Promise<AlarmAt> {
    const dataset = datasetNamed(rule.dataset);
    const question = { dataset, rule, region, category, day, asOf, rev: 0 };
    const { cell, threshold } = await judgeAsOf({ engine, configuration: configuration() }, question);
    const none = { value: NaN, expected: NaN, upperbound: NaN, statistic: NaN, p: NaN, share: NaN, usualShare: NaN, matched: 0 }; // prettier-ignore
    return {
      rule: rule.id,
      dataset: dataset.id,
      region,
      category,
      day,
      asOf,
      ...numbersOf(cell ?? none),
      judged: cell ? afterDiscovery(cell, threshold ?? 1) : 'unknown',
      threshold: threshold ?? null,
    };
  }

  return {
    async list({ state, limit, cursor, ...filter }) {
      const items: Alarm[] = [];
      let before = cursor === undefined ? undefined : readCursor(cursor);
      for (let looked = 0; looked < MOST_ROWS;) {
        const rows = await alarmRows(engine, { ...filter, before, limit: limit + 1 });
        looked += rows.length;
        for (const alarm of await told(rows)) {
          if (state !== undefined && alarm.state !== state) continue;
          if (items.length === limit) return { items, next: cursorOf(items.at(-1)!) };
          items.push(alarm);
        }
        if (rows.length <= limit) return { items, next: null };
        const last = rows.at(-1)!;
        before = { opened: last.opened, id: last.id };
      }
      const last = items.at(-1);
      return { items, next: last ? cursorOf(last) : null };
    },
    async one(id) {
      const row = await rowOf(id);
      const [actions, findings] = await Promise.all([
        alarmActions(engine, [id]),
        findingsOfAlarm(engine, { ...row, limit: FINDINGS }),
      ]);
      return {
        alarm: alarmOf(row, actions, { now: now(), today: todayOf(row.dataset) }),
        actions: actions.map(deedOf),
        findings: findings.map(findingOf),
      };
    },
    async act(id, { action, actor, reason, until, assignee }) {
      const row = await rowOf(id);
      const actions = await alarmActions(engine, [id]);
      const alarm = alarmOf(row, actions, { now: now(), today: todayOf(row.dataset) });
      checkAction(action, alarm.state);
      if (action === 'snooze' && !(until !== undefined && until > now() && until <= now() + LONGEST_SNOOZE))
        throw new BellwetherError('REQUEST_INVALID', 'until: expected an instant within the next 366 days');
      // Later than what was done before, whatever the clocks say: the order of the table is the order of deeds.
      const at = Math.max(now(), (actions.at(-1)?.at ?? 0) + 1);
      const done = { alarm: id, at, action, actor, reason, until: (action === 'snooze' && until) || 0, assignee: assignee ?? '' }; // prettier-ignore
      await insertAlarmAction(engine, done);
      published(id);
      return alarmOf(row, [...actions, done], { now: now(), today: todayOf(row.dataset) });
    },
    async replay(id) {
      const row = await rowOf(id);
      const run = await alarmRun(engine, row);
      if (!run) throw new BellwetherError('UNKNOWN_ALARM', 'the run of this alarm is not on record');
      const all = await findingsOfAlarm(engine, { ...row, limit: 10_000 });
      const cell = all.find((one) => one.run === row.run && one.day === row.atDay && one.category === row.atCategory && keyOf(one) === row.atRegion) ?? all.find((one) => one.day === row.atDay && one.category === row.atCategory && keyOf(one) === row.atRegion && one.judged === 'alarm'); // prettier-ignore
      if (!cell) throw new BellwetherError('UNKNOWN_ALARM', 'the finding of this alarm is not on record');
      const of = cell.run === run.run ? run : await alarmRun(engine, cell);
      if (!of) throw new BellwetherError('UNKNOWN_ALARM', 'the run of this alarm is not on record');
      const settings = JSON.parse(of.settings) as Partial<AlarmRule>;
      const rule = ruleNamed(configuration(), of.rule, settings);
      const region: Region = { level: cell.level, code: cell.region };
      const { category, day } = cell;
      const asked = { dataset: datasetNamed(of.dataset), rule, region, category, day, asOf: of.at, rev: of.rev };
      const past = await judgeAsOf({ engine, configuration: configuration() }, asked);
      const repeated = past.cell && { ...past.cell, judged: afterDiscovery(past.cell, past.threshold ?? 1) };
      const differing = differingOf(cell, repeated);
      return {
        alarm: id,
        run: of.run,
        at: of.at,
        rev: of.rev,
        method: of.method,
        region,
        category,
        day,
        isEqual: differing.length === 0,
        differing,
        recorded: { ...numbersOf(cell), judged: judgementOf(cell) },
        repeated: repeated ? { ...numbersOf(repeated), judged: repeated.judged } : null,
      };
    },
    async alarmAt({ rule: id, ...cell }) {
      const rule = configuration().alarms.get(id);
      if (!rule) throw new BellwetherError('REQUEST_INVALID', `rule: expected one of ${[...configuration().alarms.keys()].join(', ')}`); // prettier-ignore
      if (!rule.levels.some((level) => level === cell.region.level))
        throw new BellwetherError('REQUEST_INVALID', `region: the rule watches ${rule.levels.join(', ')}`);
      if (!rule.categories.includes(cell.category))
        throw new BellwetherError('REQUEST_INVALID', `category: the rule watches ${rule.categories.join(', ')}`);
      return alarmAt(rule, cell);
    },
    nowcast: (question) => answerNowcast({ engine, configuration: configuration() }, question),
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    async changed(id) {
      if (watchers.size === 0) return;
      const [alarm] = await told([await rowOf(id)]);
      for (const changed of watchers) changed(alarm!);
    },
    async alarmAtOf(id, asOf) {
      const row = await rowOf(id);
      const run = await alarmRun(engine, row);
      const settings = run ? (JSON.parse(run.settings) as Partial<AlarmRule>) : {};
      const rule = ruleNamed(configuration(), row.rule, settings);
      const { strongest } = alarmOf(row, [], { now: now(), today: todayOf(row.dataset) });
      return alarmAt({ ...rule, dataset: row.dataset }, { ...strongest, asOf });
    },
  };
} // prettier-ignore

const keyOf = ({ level, region }: AlarmFinding): string => regionKey({ level, code: region });

/** The rule as it is; where it is gone, one that its settings complete. */
function ruleNamed({ alarms }: Configuration, id: string, settings: Partial<AlarmRule>): AlarmRule {
  const known = alarms.get(id) ?? [...alarms.values()][0];
  if (!known) throw new BellwetherError('REQUEST_INVALID', `rule "${id}" is not configured any more`);
  return { ...known, history: undefined, ...settings, id };
}

const COMPARED = ['value', 'expected', 'upperbound', 'statistic', 'p', 'share', 'usualShare', 'matched'] as const satisfies (keyof JudgedNumbers)[]; // prettier-ignore

function differingOf(recorded: AlarmFinding, repeated: (JudgedNumbers & { judged: string }) | undefined): string[] {
  if (!repeated) return ['judged'];
  const differing: string[] = COMPARED.filter((name) => !Object.is(recorded[name], repeated[name]));
  return recorded.judged === repeated.judged ? differing : ['judged', ...differing];
}

const cursorOf = ({ openedAt, id }: Alarm): string => Buffer.from(`${openedAt} ${id}`).toString('base64url');

function readCursor(cursor: string): { opened: number; id: string } {
  const [, opened, id] = /^(\d{1,16}) ([0-9a-f]{32})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (opened === undefined || id === undefined)
    throw new BellwetherError('REQUEST_INVALID', 'cursor: expected the next of a page');
  return { opened: Number(opened), id };
}
