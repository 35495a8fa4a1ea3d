import type { Family } from '../input.js';
import { archiveBits, archiveCuts } from './archive-bits.js';

/** In the order in which they run; the names are those of --only. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  'archive-bits': archiveBits,
  'archive-cuts': archiveCuts,
};
