/**
 * The life of an alarm. `open`: nobody has said anything yet. `acknowledged`: somebody looks into it. `snoozed`: until an
 * instant, then it is open again. `dismissed`: it was nothing. `closed`: it is over.
 */
export const ALARM_STATES = ['open', 'acknowledged', 'snoozed', 'dismissed', 'closed'] as const;
export type AlarmState = (typeof ALARM_STATES)[number];

/** What people do about an alarm. */
export const ALARM_ACTIONS = ['acknowledge', 'snooze', 'dismiss', 'close', 'reopen', 'assign'] as const;
export type AlarmActionName = (typeof ALARM_ACTIONS)[number];

/**
 * What a cell (a category of a region on a day) was found to be. `early`: too few have reported to tell. `unknown`: they
 * have, but lack a past to judge by. `warning`: above the method's bound, and not among those that stand out of all.
 */
export const JUDGEMENTS = ['alarm', 'warning', 'quiet', 'early', 'unknown'] as const;
export type Judgement = (typeof JUDGEMENTS)[number];
