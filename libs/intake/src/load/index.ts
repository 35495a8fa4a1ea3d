export { openLoader, slotRows, type Loader, type ReadSubmission } from './commit.js';
export type { Change } from './counting.js';
export { ledgerEntry } from './ledger-entry.js';
export { readOrder, type Order, type OrderContent, type OrderKind, type Target } from './orders.js';
export { CLOSING, isClosing, readClosing, type Closing, type ClosingContent } from './closings.js';
