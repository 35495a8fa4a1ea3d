export { ledgerEntry, openLoader, type Change, type Loader, type ReadSubmission } from './commit.js';
