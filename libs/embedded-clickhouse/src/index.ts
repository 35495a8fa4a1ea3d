export type { EngineLog } from './door.js';
export { poolThreads, type EngineLimits } from './limits.js';
export { startEngine, type Engine, type EngineOptions } from './server.js';
