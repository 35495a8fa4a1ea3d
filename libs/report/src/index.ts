export {
  COMPARED_WEEKS,
  DAILY_LINE_DAYS,
  type ReportCategory,
  type ReportFacts,
  type ReportKind,
  type ReportRegion,
  WEEKLY_LINE_DAYS,
} from './facts.js';
export { standingOn } from './judge/standing.js';
export { regionPicture, type RegionPicture } from './region-picture.js';
export { REPORT_FORMATS, type ReportFormat, writeReport } from './report.js';
