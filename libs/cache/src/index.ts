export { openImageStore, type ImageStore } from './image-store.js';
export { openProcessStore } from './process-store.js';
export { openRedisStore } from './redis-store.js';
export type { SeriesStore } from './series-store.js';
