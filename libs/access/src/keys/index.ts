export { findKey, issueKey, type KeyEntry, type KeyRing, NO_KEYS, principalOfKey, subjectKey } from './key-ring.js';
export { parseKeyFile, readKeyFile } from './key-file.js';
export { withKey, withoutKey, withPrincipal } from './edit-key-file.js';
export { type KeyUse, lastUses, openKeyUse } from './key-use.js';
export { type KeyChange, type WatchedKeys, watchKeyFile } from './watched-keys.js';
