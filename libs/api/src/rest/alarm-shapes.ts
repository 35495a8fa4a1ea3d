import type { Alarm, AlarmAt, AlarmDetails, AlarmNumbers, NowcastAnswer, Replay } from '#analytics';
import { type Day, type Region, formatDay, regionKey } from '#vocabulary';
import { formatInstant } from '../ask/index.js';

/** Answers about alarms as REST shows them; see shapes.ts. */

const instantOrNull = (at: number | null): string | null => (at === null ? null : formatInstant(at));

const numbersShape = ({ value, expected, upperbound, p, recurrence, completeness, matched }: AlarmNumbers) => ({
  value,
  expected,
  upperbound,
  p,
  recurrence_days: recurrence,
  completeness,
  matched,
});

const cellShape = ({ region, category, day }: { region: Region; category: string; day: Day }) => ({
  region: regionKey(region),
  category,
  day: formatDay(day),
});

export const alarmShape = (alarm: Alarm) => ({
  id: alarm.id,
  rule: alarm.rule,
  dataset: alarm.dataset,
  ...cellShape(alarm),
  first: formatDay(alarm.first),
  last: formatDay(alarm.last),
  regions: alarm.regions.map(regionKey),
  categories: alarm.categories,
  strongest: cellShape(alarm.strongest),
  ...numbersShape(alarm),
  opened_at: formatInstant(alarm.openedAt),
  changed_at: formatInstant(alarm.changedAt),
  rev: alarm.rev,
  standing: alarm.standing,
  within_budget: alarm.withinBudget,
  state: alarm.state,
  snoozed_until: instantOrNull(alarm.snoozedUntil),
  assignee: alarm.assignee,
});

export const alarmDetailsShape = ({ alarm, actions, findings }: AlarmDetails) => ({
  ...alarmShape(alarm),
  actions: actions.map(({ at, until, ...deed }) => ({ at: formatInstant(at), ...deed, until: instantOrNull(until) })),
  findings: findings.map((finding) => ({
    at: formatInstant(finding.at),
    rev: finding.rev,
    ...cellShape(finding),
    judged: finding.judged,
    ...numbersShape(finding),
  })),
});

export const replayShape = ({ recorded, repeated, ...replay }: Replay) => ({
  alarm: replay.alarm,
  run: replay.run,
  at: formatInstant(replay.at),
  rev: replay.rev,
  method: replay.method,
  ...cellShape(replay),
  equal: replay.isEqual,
  differing: replay.differing,
  recorded: { judged: recorded.judged, ...numbersShape(recorded) },
  repeated: repeated && { judged: repeated.judged, ...numbersShape(repeated) },
});

export const alarmAtShape = (at: AlarmAt) => ({
  rule: at.rule,
  dataset: at.dataset,
  ...cellShape(at),
  as_of: formatInstant(at.asOf),
  judged: at.judged,
  threshold: at.threshold,
  ...numbersShape(at),
});

export const nowcastShape = ({ dataset, participating, completeness, known, expected, low, high, level, ...cell }: NowcastAnswer) => ({
  dataset,
  ...cellShape(cell),
  participating,
  completeness,
  known,
  expected,
  low,
  high,
  level,
}); // prettier-ignore
