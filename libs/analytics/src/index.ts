export { pictureOf } from './charts.js';
export type { MapAnswer, MapQuestion, TimelinessQuestion } from './boards/questions.js';
export type { Page } from './page.js';
export type * from './alarms.js';
export type * from './questions.js';
export type * from './revisions/questions.js';
export type { Records, SeriesRecords, StoredYear } from './records.js';
export { openAnalytics, staleKeys, type Analytics } from './open-analytics.js';
export { Directories, type Directory, type KnownFacility, readDirectory, takesPart } from './directory.js';
