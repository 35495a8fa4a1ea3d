import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Reading, readSubmission } from '#intake';
import { loadConfiguration } from '#registry';
import { BellwetherError, formatDay, STATUS } from '#vocabulary';
import type { HostileInput, Verdict } from './input.js';

/*
 * The process that reads: one input after the other, by the same function as an ingest worker, and tells what became
 * of it, how long that took, and how far the memory of the process rose above what it was at rest.
 */
export type ToReader = Omit<HostileInput, 'content' | 'expected' | 'what'> & {
  readonly content: Uint8Array;
  readonly summary: boolean;
};
export interface FromReader {
  readonly verdict: Verdict;
  /** By the clock or of CPU, whichever is less: other programs run beside. */
  readonly milliseconds: number;
  /** Highest resident memory while it was read, above that of the idle process; the input included. */
  readonly bytes: number;
  /** An error that is none of the table: a crash of the worker, had it not been caught here. */
  readonly crash: string | undefined;
}

const configuration = loadConfiguration(join(import.meta.dirname, 'config'));
const RECEIVED_AT = Date.UTC(2026, 10, 21);
const RECORD_KEY = Buffer.alloc(32, 7);
const KEPT_STATUSES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(STATUS).map(([name, status]) => [status, name]),
);
/** Above this much growth what is left over is collected before the next input. */
const LEFT_OVER = 48 * 2 ** 20;

function verdictOf(reading: Reading, summary: boolean): Verdict {
  const { statements, faults, rowsRead, rowsAccepted } = reading;
  if (summary) {
    const total = statements.reduce((sum, { values }) => sum + values.reduce((a, b) => a + b, 0), 0);
    return { rows: rowsRead, accepted: rowsAccepted, total };
  }
  return {
    cells: statements.flatMap(({ facility, day, categories, values, statuses }) =>
      categories.map((category, index) => {
        const status = statuses[index]!;
        const value = status === STATUS.reported ? values[index]! : (KEPT_STATUSES[status] ?? 'unknown');
        return [facility, formatDay(day), category, value] as const;
      }),
    ),
    faults: faults.map(({ record, line, field, code }) => [record, line, field, code] as const),
  };
}

/** Linux tells, and forgets when asked, the highest resident memory; elsewhere the process only ever rises. */
const HAS_PEAK = process.platform === 'linux';

function forgetPeak(): void {
  if (HAS_PEAK) writeFileSync('/proc/self/clear_refs', '5');
}

function peak(): number {
  if (!HAS_PEAK) return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'))?.[1]) * 1024;
}

function read(input: ToReader): Pick<FromReader, 'verdict' | 'crash'> {
  const feed = configuration.feeds.get(input.feed)!;
  const { name, password } = input;
  const content = Buffer.from(input.content.buffer, input.content.byteOffset, input.content.byteLength);
  try {
    const reading = readSubmission({
      content, name, receivedAt: RECEIVED_AT, feed, configuration, password, recordKey: RECORD_KEY,
    }); // prettier-ignore
    return { verdict: verdictOf(reading, input.summary), crash: undefined };
  } catch (error) {
    if (!(error instanceof BellwetherError)) {
      return { verdict: { refused: 'INTERNAL' }, crash: error instanceof Error ? (error.stack ?? '') : String(error) };
    }
    const { line, member, field } = error.place;
    return {
      crash: undefined,
      verdict: {
        refused: error.code,
        ...(line === undefined ? {} : { line }),
        ...(member === undefined ? {} : { member }),
        ...(field === undefined ? {} : { field }),
      },
    };
  }
}

let atRest = 0;
process.on('message', (input: ToReader) => {
  if (atRest === 0) {
    read({
      ...input,
      content: Buffer.from('facility,day,category,value\nA,2024-03-01,a,1\n'),
      feed: 'csv',
      name: 'a.csv',
    });
    globalThis.gc?.();
    atRest = process.memoryUsage.rss();
  }
  forgetPeak();
  const began = performance.now();
  const busy = process.cpuUsage();
  const result = read(input);
  const { user, system } = process.cpuUsage(busy);
  const milliseconds = Math.min(performance.now() - began, (user + system) / 1_000);
  const bytes = Math.max(0, peak() - atRest);
  process.send?.({ ...result, milliseconds, bytes } satisfies FromReader);
  if (bytes > LEFT_OVER) globalThis.gc?.();
});
process.on('disconnect', () => process.exit(0));
