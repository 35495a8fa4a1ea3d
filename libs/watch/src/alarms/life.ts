import { ALARM_ACTIONS, type AlarmActionName, type AlarmState, BellwetherError, type Day } from '#vocabulary';
import type { AlarmAction, AlarmRow } from '#warehouse';

/** The state that an action leads to; undefined: none in which the alarm is not already. */
const LEADS_TO: Readonly<Record<AlarmActionName, AlarmState | undefined>> = {
  acknowledge: 'acknowledged',
  snooze: 'snoozed',
  dismiss: 'dismissed',
  close: 'closed',
  reopen: 'open',
  assign: undefined,
};

/** The states in which an action may be taken. What is over stays over; a further alarm is a new event. */
const FROM: Readonly<Record<AlarmActionName, readonly AlarmState[]>> = {
  acknowledge: ['open', 'snoozed'],
  snooze: ['open', 'acknowledged', 'snoozed'],
  dismiss: ['open', 'acknowledged', 'snoozed'],
  close: ['open', 'acknowledged', 'snoozed'],
  reopen: ['acknowledged', 'snoozed', 'dismissed'],
  assign: ['open', 'acknowledged', 'snoozed'],
};

/** What people have made of an alarm. */
export interface Handling {
  readonly state: AlarmState;
  /** End of the snooze; undefined in any other state. */
  readonly until: number | undefined;
  readonly assignee: string | undefined;
  /** The last thing that was done; undefined: nothing. */
  readonly last: AlarmAction | undefined;
}

const isKnown = (name: string): name is AlarmActionName => ALARM_ACTIONS.some((one) => one === name);

/** Tells the state from what was done, in order, at an instant. */
export function handlingOf(
  { closesOn }: Pick<AlarmRow, 'closesOn'>,
  actions: readonly AlarmAction[],
  { now, today }: { readonly now: number; readonly today: Day },
): Handling {
  let state: AlarmState = 'open';
  let until: number | undefined;
  let assignee: string | undefined;
  let last: AlarmAction | undefined;
  for (const action of actions) {
    if (!isKnown(action.action)) continue;
    const at: AlarmState = state === 'snoozed' && until !== undefined && action.at >= until ? 'open' : state;
    // Of two people at the same time the second may find it changed: what is not allowed then has no effect.
    if (!FROM[action.action].includes(at)) continue;
    state = LEADS_TO[action.action] ?? at;
    until = state === 'snoozed' ? (action.action === 'snooze' ? action.until : until) : undefined;
    if (action.action === 'assign') assignee = action.assignee === '' ? undefined : action.assignee;
    last = action;
  }
  if (state === 'snoozed' && until !== undefined && now >= until) [state, until] = ['open', undefined];
  if (state !== 'dismissed' && today >= closesOn) [state, until] = ['closed', undefined];
  return { state, until, assignee, last };
}

/** ALARM_STATE where the action is none for this state. */
export function checkAction(action: AlarmActionName, state: AlarmState): void {
  const from = FROM[action];
  if (!from.includes(state))
    throw new BellwetherError('ALARM_STATE', `the alarm is ${state}; to ${action} it must be ${from.join(' or ')}`);
}
