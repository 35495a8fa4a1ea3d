import type { StatusName } from '#vocabulary';

/** A day or region of which a smaller share has reported is shown as incomplete, on every page and picture. */
export const COMPLETE_FROM = 0.9;

export const isIncomplete = (reporting: number, participating: number): boolean =>
  participating > 0 && reporting < COMPLETE_FROM * participating;

/** Why there is no number. */
export const WHY: Readonly<Record<StatusName, string>> = {
  reported: 'reported',
  missing: 'not reported',
  suppressed: 'withheld',
  deleted: 'withdrawn',
};
