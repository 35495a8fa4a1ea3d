import type { Pull, PullSource } from './model.js';
import { PULL_SOURCES } from './read-pull-source.js';
import { alternatives, describe, elementsOf, type Field, mappingOf, report, textOf } from './yaml-field.js';

const KINDS = Object.keys(PULL_SOURCES) as readonly PullSource['kind'][];
const PULL_KEYS = ['sftp', 'ftp', 'http', 's3', 'every', 'at', 'settle', 'files'] as const;

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const LONGEST_MS = 31 * 86_400_000;
const SETTLE_MS = 60_000;

/** Reads `pull:` of a feed; undefined when there are problems that leave nothing to return. */
export function readPull(field: Field): Pull | undefined {
  const part = mappingOf(field, PULL_KEYS);
  const kinds = KINDS.filter((kind) => part[kind] !== undefined);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    report(field, {
      found: kind === undefined ? 'no source' : `${kinds.length} sources`,
      expected: `one of ${alternatives(KINDS)}`,
    });
    return undefined;
  }
  const at = part.at === undefined ? [] : elementsOf(part.at).flatMap((element) => timeOf(element) ?? []);
  if (part.every === undefined && part.at === undefined)
    report(field, { found: 'no "every" and no "at"', expected: 'when files are fetched: every: 15m' });
  const source = PULL_SOURCES[kind](part[kind] ?? field);
  return (
    source && {
      source,
      everyMs: part.every && durationOf(part.every, 1_000),
      at,
      settleMs: (part.settle && durationOf(part.settle, 0)) ?? SETTLE_MS,
      files: part.files && textOf(part.files, 'a name, with * and ?'),
    }
  );
}

/** `15m`: a whole number and s, m, h or d. */
function durationOf(field: Field, least: number): number | undefined {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(textOf(field, 'a duration') ?? '') ?? [];
  const duration = Number(digits) * (UNITS[unit] ?? NaN);
  if (digits !== '' && duration >= least && duration <= LONGEST_MS) return duration;
  report(field, { found: describe(field), expected: 'a duration up to 31d such as 30s, 15m, 6h or 1d' });
  return undefined;
}

/** `06:30`, UTC. */
function timeOf(field: Field): number | undefined {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(textOf(field, 'a time of day') ?? '') ?? [];
  if (hours !== undefined) return (Number(hours) * 60 + Number(minutes)) * 60_000;
  report(field, { found: describe(field), expected: 'a time of day (UTC) such as "06:30"' });
  return undefined;
}
