export type { ArchiveLimits, ArchiveOptions, Member } from './contract.js';
export { ARCHIVE_LIMITS } from './contract.js';
export { openArchive } from './open-archive.js';
