export { openChanges, type Changes, type Mark } from './changes.js';
export { openImageStore, type ImageStore } from './image-store.js';
export { openLayeredStore } from './layered-store.js';
export { openProcessStore } from './process-store.js';
export { openRedisStore } from './redis-store.js';
export type { LocalStore, SeriesStore } from './series-store.js';
