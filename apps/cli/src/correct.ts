import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';

const OPTIONS = {
  api: { type: 'string', default: 'http://127.0.0.1:8080' },
  reason: { type: 'string' },
  feed: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
} as const;

interface Cell {
  readonly value: number;
  readonly reported: number;
}

interface Alarm {
  readonly value: number;
  readonly upperbound: number;
}

interface DryRun {
  readonly rows_read: number | null;
  readonly rows_accepted: number | null;
  readonly errors: readonly { line: number; field: string; code: string; detail: string }[];
  readonly cells: readonly {
    region: string;
    day: string;
    category: string;
    flag: string;
    before: Cell | null;
    after: Cell | null;
  }[];
  readonly completeness: readonly {
    region: string;
    day: string;
    reporting_before: number;
    reporting_after: number;
    completeness_before: number | null;
    completeness_after: number | null;
  }[];
  readonly alarms: {
    readonly detector: string;
    readonly changes: readonly {
      region: string;
      category: string;
      day: string;
      before: Alarm | null;
      after: Alarm | null;
    }[];
    readonly cut: boolean;
  };
  readonly cut: boolean;
}

const shown = (cell: Cell | null): string =>
  cell === null ? 'nothing' : cell.reported === 0 ? 'no number' : String(cell.value);
const above = ({ value, upperbound }: Alarm): string => `${value} above ${upperbound.toFixed(1)}`;

/** An alarm that comes, goes, or stays with other numbers. */
function alarmLine(before: Alarm | null, after: Alarm | null): string {
  if (before && after) return `stays: ${above(before)} → ${above(after)}`;
  return after ? `appears: ${above(after)}` : `disappears: ${before ? above(before) : ''}`;
}

const percent = (share: number | null): string => (share === null ? '' : ` (${(100 * share).toFixed(1)} %)`);

function print(run: DryRun): void {
  const { rows_read: read, rows_accepted: accepted, errors, cells, completeness, alarms, cut } = run;
  if (read !== null) process.stdout.write(`${accepted} of ${read} rows would count\n`);
  for (const { line, field, code, detail } of errors)
    process.stdout.write(`  line ${line} ${field} ${code} ${detail}\n`);
  for (const { region, day, category, flag, before, after } of cells)
    process.stdout.write(`${region} ${day} ${category} ${flag}: ${shown(before)} → ${shown(after)}\n`);
  for (const row of completeness)
    process.stdout.write(
      `${row.region} ${row.day} reporting: ${row.reporting_before}${percent(row.completeness_before)} → ${row.reporting_after}${percent(row.completeness_after)}\n`,
    );
  for (const { region, category, day, before, after } of alarms.changes)
    process.stdout.write(`${region} ${day} ${category} alarm (${alarms.detector}) ${alarmLine(before, after)}\n`);
  if (alarms.cut) process.stdout.write('not every region was looked at for alarms\n');
  const counts = `${cells.length} cells, ${completeness.length} reporting counts, ${alarms.changes.length} alarms`;
  process.stdout.write(cut ? 'and more\n' : `${counts} would change\n`);
}

async function post(url: URL, key: string | undefined, body?: Uint8Array): Promise<unknown> {
  const headers = {
    ...(key ? { authorization: `Bearer ${key}` } : {}),
    ...(body ? { 'content-type': 'application/octet-stream' } : {}),
  };
  const response = await fetch(url, {
    method: 'POST',
    headers,
    ...(body ? { body: Uint8Array.from(body) } : {}),
  }).catch((cause: unknown) => {
    throw new BellwetherError('NOT_READY', `nothing answers at ${url.origin}; is Bellwether running?`, {}, { cause });
  });
  const answer = (await response.json()) as { detail?: string; title?: string };
  if (!response.ok)
    throw new BellwetherError('REQUEST_INVALID', answer.detail ?? answer.title ?? `HTTP ${response.status}`);
  return answer;
}

/** Takes a submission back, or tells what that would change. */
export function correct(order: 'undo' | 'withdraw'): Command {
  return async ({ argv, env }) => {
    const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
    const [submission] = positionals;
    if (!submission || (!values.reason && !values['dry-run']))
      throw new BellwetherError(
        'REQUEST_INVALID',
        `expected: bellwether ${order} SUBMISSION --reason TEXT [--dry-run]`,
      );
    const url = new URL(`/v1/submissions/${encodeURIComponent(submission)}/${order}`, values.api);
    url.searchParams.set('reason', values.reason ?? 'dry run');
    if (values['dry-run']) url.searchParams.set('dry_run', 'true');
    const answer = await post(url, env['BELLWETHER_API_KEY']);
    if (values['dry-run']) print(answer as DryRun);
    else process.stdout.write(`${(answer as { submission: string }).submission}\n`);
  };
}

/** Tells what a file would change, were it sent. */
export const tryFile: Command = async ({ argv, env }) => {
  const { values, positionals } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: true });
  const [path] = positionals;
  if (!path || !values.feed) throw new BellwetherError('REQUEST_INVALID', 'expected: bellwether try FILE --feed FEED');
  const url = new URL('/v1/dry-runs', values.api);
  url.searchParams.set('feed', values.feed);
  url.searchParams.set('name', basename(path));
  print((await post(url, env['BELLWETHER_API_KEY'], readFileSync(path))) as DryRun);
};
