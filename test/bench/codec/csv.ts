import { readFileSync } from 'node:fs';
import { MAX_COUNT, type SeriesRecord, STATUS } from '#vocabulary';
import { parse } from 'csv-parse/sync';
import { REV, type Sample } from './samples.js';

/** What a cell may say in place of a count. */
const MISSING = new Set(['', 'NA', 'null', 'NaN']);

interface Row {
  readonly values: Uint32Array;
  readonly missing: Uint8Array;
}

/**
 * The series of a CSV with the columns level,id,series,d1…dn; `series` is total or unflagged, in any order. An empty cell
 * (or NA) is a missing day; a row may end early, and the rest is missing. An id without unflagged has no flag. Throws an
 * Error that names the line for what is no count from 0 to 2^32 − 1.
 */
export function csvSamples(path: string): Sample[] {
  const [header = [], ...lines] = parse(readFileSync(path, 'utf8'), {
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    trim: true,
  });
  const columns = header.slice(0, 3).map((name) => name.toLowerCase());
  if (columns.join() !== 'level,id,series') throw new Error(`${path}: the columns are level,id,series,d1…dn`);
  const days = header.length - 3;
  if (days < 1) throw new Error(`${path}: there is no day`);
  const levels = new Map<string, Map<string, { total?: Row; unflagged?: Row }>>();
  lines.forEach((cells, i) => {
    const [level = '', id = '', series = ''] = cells;
    const place = `${path}, row ${i + 2}`;
    if (series !== 'total' && series !== 'unflagged') throw new Error(`${place}: series is total or unflagged`);
    const row = rowOf(cells.slice(3), days, place);
    const ids = levels.get(level) ?? new Map<string, { total?: Row; unflagged?: Row }>();
    levels.set(level, ids);
    const both = ids.get(id) ?? {};
    if (both[series]) throw new Error(`${place}: ${level},${id},${series} stands there twice`);
    ids.set(id, { ...both, [series]: row });
  });
  if (levels.size === 0) throw new Error(`${path}: there is no series`);
  return Array.from(levels, ([name, ids]) => ({
    name,
    records: Array.from(ids, ([id, { total, unflagged }]) => {
      if (!total) throw new Error(`${path}: ${name},${id} has no total`);
      return recordOf(total, unflagged ?? total);
    }),
  }));
}

function rowOf(cells: readonly string[], days: number, place: string): Row {
  if (cells.length > days) throw new Error(`${place}: ${cells.length} days where the header has ${days}`);
  const values = new Uint32Array(days);
  const missing = new Uint8Array(days).fill(1);
  cells.forEach((cell, day) => {
    if (MISSING.has(cell)) return;
    const value = Number(cell);
    if (!Number.isInteger(value) || value < 0 || value > MAX_COUNT)
      throw new Error(`${place}, day ${day + 1}: not a count from 0 to ${MAX_COUNT}`);
    values[day] = value;
    missing[day] = 0;
  });
  return { values, missing };
}

/** A day that misses one of the two misses both. */
function recordOf(total: Row, unflagged: Row): SeriesRecord {
  const status = total.missing.map((missing, day) => (missing || unflagged.missing[day] ? STATUS.missing : 0));
  const where = (values: Uint32Array): Uint32Array => values.map((value, day) => (status[day] === 0 ? value : 0));
  return { total: where(total.values), unflagged: where(unflagged.values), status, rev: REV };
}
