export * from './gate.js';
export * from './keys/index.js';
export * from './logins.js';
export { hashPassword } from './passwords.js';
export * from './policy.js';
export * from './principal.js';
export * from './username-tokens.js';
export * from './rates.js';
export { SESSION_COOKIES, sessionOf, subjectOf } from './wire.js';
