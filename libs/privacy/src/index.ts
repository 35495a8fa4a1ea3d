export { type DayNumbers, type DayRelease, nextRelease, releasedCounts } from './release.js';
export type { Placed } from './lattice.js';
export { type PrivacyRule, isSmall, protectionFor } from './rule.js';
export { readDayRelease, writeDayRelease } from './stored.js';
