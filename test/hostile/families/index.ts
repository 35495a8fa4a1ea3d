import type { Family } from '../input.js';
import { archiveBits, archiveCuts } from './archive-bits.js';
import { bombsAndLies } from './bombs.js';
import { csv } from './csv.js';
import { gzip } from './gzip.js';
import { names } from './names.js';
import { naughty } from './naughty.js';
import { textBombs } from './text-bombs.js';
import { values } from './values.js';
import { w3c } from './w3c.js';

/** In the order in which they run; the names are those of --only. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  w3c,
  csv,
  naughty,
  values,
  'archive-bits': archiveBits,
  'archive-cuts': archiveCuts,
  gzip,
  names,
  bombs: bombsAndLies,
  'text-bombs': textBombs,
};
