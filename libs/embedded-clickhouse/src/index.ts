export { poolThreads, startEngine } from './server.js';
export type { Engine, EngineLimits, EngineLog, EngineOptions } from './server.js';
