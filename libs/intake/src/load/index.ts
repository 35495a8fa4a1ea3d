export { ledgerEntry, openLoader, type Change, type ReadSubmission } from './commit.js';
