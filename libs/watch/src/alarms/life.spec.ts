import { describe, expect, it } from '@jest/globals';
import type { AlarmAction } from '#warehouse';
import { ALARM_ACTIONS, ALARM_STATES, type AlarmActionName, type AlarmState } from '#vocabulary';
import { checkAction, handlingOf } from './life.js';

const done = (action: AlarmActionName, at: number, rest: Partial<AlarmAction> = {}): AlarmAction => ({
  alarm: 'a',
  at,
  action,
  actor: 'ann',
  reason: 'why',
  until: 0,
  assignee: '',
  ...rest,
});
const stateAfter = (actions: readonly AlarmAction[], now = 1000, today = 10): AlarmState =>
  handlingOf({ closesOn: 20 }, actions, { now, today }).state;

describe('the life of an alarm', () => {
  it('begins open, and is over by itself on the day it closes, dismissed ones excepted', () => {
    expect(stateAfter([])).toBe('open');
    expect(stateAfter([], 1000, 20)).toBe('closed');
    expect(stateAfter([done('acknowledge', 1)], 1000, 20)).toBe('closed');
    expect(stateAfter([done('dismiss', 1)], 1000, 20)).toBe('dismissed');
  });

  it('is open again when a snooze is over, and not before', () => {
    const snoozed = [done('snooze', 1, { until: 500 })];
    expect(handlingOf({ closesOn: 20 }, snoozed, { now: 499, today: 1 })).toMatchObject({ state: 'snoozed', until: 500 }); // prettier-ignore
    expect(handlingOf({ closesOn: 20 }, snoozed, { now: 500, today: 1 })).toMatchObject({ state: 'open', until: undefined }); // prettier-ignore
    expect(stateAfter([...snoozed, done('acknowledge', 600)])).toBe('acknowledged');
  });

  it('has who it was last assigned to, in any state', () => {
    const actions = [done('assign', 1, { assignee: 'bob' }), done('acknowledge', 2), done('assign', 3, { assignee: 'eve' })]; // prettier-ignore
    expect(handlingOf({ closesOn: 20 }, actions, { now: 9, today: 1 })).toMatchObject({ state: 'acknowledged', assignee: 'eve' }); // prettier-ignore
    const freed = [...actions, done('assign', 4)];
    expect(handlingOf({ closesOn: 20 }, freed, { now: 9, today: 1 }).assignee).toBeUndefined();
  });

  it('is not changed by what its state does not allow', () => {
    expect(stateAfter([done('close', 1), done('snooze', 2, { until: 5000 }), done('reopen', 3)])).toBe('closed');
    expect(stateAfter([done('dismiss', 1), done('acknowledge', 2)])).toBe('dismissed');
    expect(stateAfter([done('dismiss', 1), done('reopen', 2)])).toBe('open');
  });

  /** The table of docs/alarms.md, by hand. */
  const ALLOWED: Readonly<Record<AlarmState, readonly AlarmActionName[]>> = {
    open: ['acknowledge', 'snooze', 'dismiss', 'close', 'assign'],
    acknowledged: ['snooze', 'dismiss', 'close', 'reopen', 'assign'],
    snoozed: ['acknowledge', 'snooze', 'dismiss', 'close', 'reopen', 'assign'],
    dismissed: ['reopen'],
    closed: [],
  };
  it.each(ALARM_STATES)('%s allows what the documentation says, and nothing else', (state) => {
    const allowed = ALARM_ACTIONS.filter((action) => {
      try {
        checkAction(action, state);
        return true;
      } catch {
        return false;
      }
    });
    expect(allowed).toEqual(ALLOWED[state]);
  });
});
