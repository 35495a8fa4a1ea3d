export type { ArrivalFacts, RawStore, StoredSubmission } from './port.js';
export { openRawStore, openVault } from './open-raw-store.js';
export { clearIncoming } from './clear-incoming.js';
export { givenKeyring, type Keyring } from './envelope/keyring.js';
export { openKeyFolder, rotateKeyFolder } from './envelope/key-folder.js';
export { countKeyUse, rewrapKeys, verifyObjects } from './walk.js';
export { relinkObjects } from './tier/relink.js';
export { tierObjects } from './tier/tier-objects.js';
export { openReplayMarks, type ReplayMarks } from './replay-marks.js';
