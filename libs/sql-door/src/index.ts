export {
  type SeenStatement,
  startSqlDoor,
  type SqlDoor,
  type SqlDoorOptions,
  type SqlOutcome,
  type SqlReader,
} from './door.js';
export type { SqlCredentials } from './http/asked.js';
export { SQL_LIMITS, type SqlLimits } from './limits.js';
export { checkStatement, type Checked } from './statement/check-statement.js';
export type { Relations } from './statement/relations.js';
export { openSqlReaders } from './reader.js';
export { sqlGrants } from './grants.js';
