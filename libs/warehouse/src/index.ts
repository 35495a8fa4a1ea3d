export {
  alarmActions,
  alarmRows,
  alarmRun,
  carryAlarms,
  findingsOfAlarm,
  insertAlarmAction,
  insertAlarmFindings,
  insertAlarmRun,
  insertAlarms,
  newestFindings,
  type AlarmAction,
  type AlarmFinding,
  type AlarmRow,
  type AlarmRun,
  type AlarmsQuestion,
  type JudgedNumbers,
} from './alarms.js';
export { insertUndone, slotsOfSubmission, type SpokenSlot, type UndoneEntry } from './corrections.js';
export { openEngine, type Engine, type EngineAddress } from './engine.js';
export { engineTrouble } from './engine-trouble.js';
export {
  arrivals,
  arrivalsOfDays,
  categoriesSeen,
  datasetSpan,
  facilityPlaces,
  facilitySpans,
  insertFacilityPlaces,
  statedZip,
  unfinishedMoves,
  type FacilityPlace,
  type FacilitySpan,
} from './facilities.js';
export { detectionLag, type RuleLag } from './detection-lag.js';
export { facilityCounts, facilityCountsAsOf, type FacilityCount } from './facility-counts.js';
export {
  discardDeadLetters,
  feedActivity,
  forgetRowFaults,
  insertLedger,
  insertRowFaults,
  ledgerFlow,
  ledgerPage,
  rowFaults,
  statesReached,
  submissionStates,
  type FaultEntry,
  type LedgerEntry,
  type LedgerQuestion,
} from './ledger.js';
export { contributions, type Contribution, type ContributionQuestion } from './provenance.js';
export type { RegionCount } from './recount/recount.js';
export type { RegionRow } from './region-block.js';
export {
  countRegions,
  nextRev,
  recomputeRollups,
  regionRows,
  regionRowsThen,
  reportingThen,
  type Then,
} from './rollups.js';
export {
  countedAt,
  recountedDays,
  revisionAt,
  slotVersions,
  undoneOrders,
  type SlotVersion,
  type UndoneOrder,
} from './slot-versions.js';
export {
  eventPlaces,
  facilityDays,
  insertSlots,
  insertUnitDays,
  unitVersions,
  type SlotRow,
  type UnitVersion,
} from './slots.js';
export {
  CHECKED_TABLES,
  checksums,
  differences,
  type CheckedTable,
  type PartSum,
  type SumDifference,
} from './checksums.js';
export { closuresOrdered, insertClosure, type Closure } from './closures.js';
export { openDatabases, type Databases } from './databases.js';
export { clearSlice, openSliceCarrier, slicesOf, type Slice, type SliceCarrier } from './slices.js';
export { viewSelect } from './statements.js';
export {
  copyReleases,
  facilityCells,
  insertReleased,
  insertReleases,
  releaseDays,
  releasedHistory,
  releasedRows,
  releaseStates,
  withheldViews,
  type FacilityCells,
  type Release,
  type ReleaseDay,
  type ReleasedRegion,
} from './releases.js';
