import { pino, type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from '../settings/settings.js';
import { writeLines } from './log-lines.js';

export type Log = Logger;

interface Options {
  /** The process: `api`, `ingest-1`, `launcher`. */
  readonly name: string;
  readonly level: LogLevel;
  readonly style: 'json' | 'lines' | 'auto';
  /** Where it goes; standard output when undefined. */
  readonly to?: DestinationStream;
}

/** Fields that never reach a log, wherever they appear up to two levels down. */
const SECRET_FIELDS = ['password', 'secret', 'token', 'authorization', 'cookie', 'apiKey', 'key'];
const REDACTED = SECRET_FIELDS.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);

/** One line a message: JSON for machines, short lines for people. */
export function openLog({ name, level, style, to }: Options): Log {
  const asLines = style === 'lines' || (style === 'auto' && process.stdout.isTTY);
  const out: DestinationStream = to ?? pino.destination({ fd: 1, sync: true });
  return pino(
    {
      name,
      level,
      base: { pid: process.pid, name },
      redact: { paths: REDACTED, censor: '[redacted]' },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    asLines ? writeLines(out) : out,
  );
}
