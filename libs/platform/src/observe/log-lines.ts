import type { DestinationStream } from 'pino';

const HIDDEN = new Set(['level', 'time', 'pid', 'name', 'msg', 'err']);

/** Turns each JSON line into `12:01:02 api info  message field=value`. */
export function writeLines(out: DestinationStream): DestinationStream {
  return { write: (line: string) => out.write(`${shorten(line)}\n`) };
}

function shorten(line: string): string {
  const record = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries(record)
    .filter(([field]) => !HIDDEN.has(field))
    .map(([field, value]) => `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`);
  const { time, name, level, msg, err } = record;
  const head = `${String(time).slice(11, 19)} ${String(name).padEnd(9)} ${String(level).padEnd(5)}`;
  const stack = typeof err === 'object' && err !== null && 'stack' in err ? [`\n${String(err.stack)}`] : [];
  return [head, typeof msg === 'string' ? msg : '', ...fields, ...stack].filter((part) => part !== '').join(' ');
}
