export * from './gate.js';
export * from './keys.js';
export * from './policy.js';
export * from './principal.js';
