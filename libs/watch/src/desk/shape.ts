import { type Day, JUDGEMENTS, type Judgement, type Region, parseRegion } from '#vocabulary';
import type { Alarm, AlarmDeed, AlarmFindingInfo, AlarmNumbers } from '#analytics';
import type { AlarmAction, AlarmFinding, AlarmRow, JudgedNumbers } from '#warehouse';
import { handlingOf } from '../alarms/life.js';

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

export const numbersOf = ({ value, expected, upperbound, p, share, matched }: JudgedNumbers): AlarmNumbers => ({
  value: orNull(value),
  expected: orNull(expected),
  upperbound: orNull(upperbound),
  p: orNull(p),
  recurrence: p > 0 ? orNull(1 / p) : null,
  completeness: orNull(share),
  matched,
});

const regionAt = (key: string): Region => parseRegion(key) ?? { level: 'nation', code: 'unknown' };

/** An alarm with what people have made of it, at an instant. */
export function alarmOf(
  row: AlarmRow,
  actions: readonly AlarmAction[],
  time: { readonly now: number; readonly today: Day },
): Alarm {
  const { id, rule, dataset, level, region, category, day, first, last, regions, categories } = row;
  const { state, until, assignee } = handlingOf(row, actions, time);
  return {
    id,
    rule,
    dataset,
    region: { level, code: region },
    category,
    day,
    first,
    last,
    regions: regions.map(regionAt),
    categories,
    strongest: { region: regionAt(row.atRegion), category: row.atCategory, day: row.atDay },
    ...numbersOf(row),
    openedAt: row.opened,
    changedAt: Math.max(row.changed, actions.at(-1)?.at ?? 0),
    rev: row.rev,
    standing: row.standing,
    withinBudget: row.withinBudget,
    state,
    snoozedUntil: until ?? null,
    assignee: assignee ?? null,
  };
}

export const deedOf = ({ at, action, actor, reason, until, assignee }: AlarmAction): AlarmDeed => ({
  at,
  action,
  actor,
  reason,
  until: until === 0 ? null : until,
  assignee: assignee === '' ? null : assignee,
});

export const judgementOf = ({ judged }: Pick<AlarmFinding, 'judged'>): Judgement =>
  JUDGEMENTS.find((one) => one === judged) ?? 'unknown';

export const findingOf = (finding: AlarmFinding): AlarmFindingInfo => ({
  ...numbersOf(finding),
  at: finding.at,
  rev: finding.rev,
  region: { level: finding.level, code: finding.region },
  category: finding.category,
  day: finding.day,
  judged: judgementOf(finding),
});
