export type { Field, Selector, Selectors } from './contract.js';
export { parseMember } from './parse-member.js';
