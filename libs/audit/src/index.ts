export { type AuditEntry, type AuditOutcome } from './entry.js';
export { type Audit, openAudit } from './open-audit.js';
export { readAudit } from './read-audit.js';
export { auditTrails, type AuditReport, verifyAudit } from './verify-audit.js';
