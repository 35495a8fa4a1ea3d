export {
  dryRunFile,
  dryRunOrder,
  type Cell,
  type CellChange,
  type DryRun,
  type DryRunMeans,
  type ReportingChange,
} from './dry-run.js';
export { giveOrder } from './give-order.js';
export { closeFacility, type ClosingOrder } from './close-facility.js';
