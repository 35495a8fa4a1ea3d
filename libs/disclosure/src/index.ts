export type { Observed, ObservedRelease, Statements } from './attacker.js';
export { type Audit, type Auditor, type Derivable, openAuditor } from './auditor.js';
