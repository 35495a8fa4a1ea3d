/** Values of a 16-bit cell that are no counts. Counts of a facility-day stay far below. */
export const MISSING = 0xffff;
export const SUPPRESSED = 0xfffe;
/** The facility does not have what is measured, and says nothing. */
export const UNSTATED = 0xfffd;
export const GREATEST_COUNT = 0xfffc;
