/**
 * The series codec: daily counts in few bytes, the same bytes in Node and in the browser. docs/series-codec.md draws
 * the layout, docs/adr/0005-series-codec.md says why it is so.
 */
export { decodeRecord, encodeRecord, MAX_DAYS, recordPreset } from './record.js';
export type { Effort } from './content.js';
export type { Preset } from './presets.js';
export {
  decodeRegionYear,
  encodeRegionYear,
  openRegionYear,
  type OpenRegionYear,
  peekRegionYear,
  readRegionYear,
  type RegionYearHeader,
} from './region-year.js';
