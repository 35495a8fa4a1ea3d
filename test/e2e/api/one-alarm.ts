import type { Alarm, AlarmAt, AlarmDeed, AlarmDesk } from '#analytics';
import { BellwetherError, type Region } from '#vocabulary';

const COUNTY: Region = { level: 'county', code: '42091' };
const STATE: Region = { level: 'state', code: 'PA' };
const NUMBERS = { value: 31, expected: 10.5, upperbound: 20, p: 1e-6, recurrence: 1e6, completeness: 0.5, matched: 3 };
const DAY = 19_783;

export const ALARM_ID = 'a1'.repeat(16);

/** A desk with one alarm: of fever in a county, which stands out most in the state around it. */
export function oneAlarm(): AlarmDesk & { readonly deeds: readonly AlarmDeed[] } {
  const deeds: AlarmDeed[] = [];
  const watchers = new Set<(alarm: Alarm) => void>();
  let alarm: Alarm = {
    id: ALARM_ID, rule: 'clinic', dataset: 'clinic', region: COUNTY, category: 'fever', day: DAY, first: DAY, last: DAY + 1,
    regions: [COUNTY, STATE], categories: ['fever', 'respiratory'], strongest: { region: STATE, category: 'fever', day: DAY }, ...NUMBERS,
    openedAt: 1_709_294_400_000, changedAt: 1_709_294_400_000, rev: 7, standing: true, withinBudget: true, state: 'open', snoozedUntil: null,
    assignee: null,
  }; // prettier-ignore
  const cell = { region: COUNTY, category: 'fever', day: DAY };
  const demand = (id: string): void => {
    if (id !== ALARM_ID) throw new BellwetherError('UNKNOWN_ALARM', 'no alarm has this id');
  };
  const at = (asOf: number): AlarmAt => ({
    rule: 'clinic', dataset: 'clinic', ...cell, asOf, judged: 'alarm', threshold: 0.001, ...NUMBERS,
  }); // prettier-ignore
  return {
    deeds,
    list: async ({ state = alarm.state }) => ({ items: state === alarm.state ? [alarm] : [], next: null }),
    async one(id) {
      demand(id);
      const finding = { at: alarm.openedAt, rev: 7, ...cell, judged: 'alarm' as const, ...NUMBERS };
      return { alarm, actions: deeds, findings: [finding, { ...finding, region: STATE }] };
    },
    async act(id, { action, actor, reason, until, assignee }) {
      demand(id);
      if (alarm.state === 'closed') throw new BellwetherError('ALARM_STATE', 'the alarm is closed');
      deeds.push({ at: alarm.changedAt, action, actor, reason, until: until ?? null, assignee: assignee ?? null });
      if (action === 'acknowledge') alarm = { ...alarm, state: 'acknowledged' };
      if (action === 'close') alarm = { ...alarm, state: 'closed' };
      if (action === 'assign') alarm = { ...alarm, assignee: assignee ?? null };
      for (const changed of watchers) changed(alarm);
      return alarm;
    },
    async replay(id) {
      demand(id);
      const judged = { judged: 'alarm' as const, ...NUMBERS };
      return { alarm: id, run: 'b2'.repeat(16), at: alarm.openedAt, rev: 7, method: 'switch', ...cell, isEqual: true, differing: [], recorded: judged, repeated: judged }; // prettier-ignore
    },
    alarmAt: async ({ asOf, ...asked }) => ({ ...at(asOf), ...asked }),
    async alarmAtOf(id, asOf) {
      demand(id);
      return at(asOf);
    },
    nowcast: async ({ asOf: _, ...asked }) => ({ ...asked, participating: 4, completeness: 0.5, known: 12, expected: 23.5, low: 18, high: 30, level: 0.9 }), // prettier-ignore
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
  };
}
