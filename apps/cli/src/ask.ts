import { parseArgs } from 'node:util';
import type { Command } from './command.js';
import { DEFAULT_API, type Door, doorAt } from './door.js';

const OPTIONS = {
  api: { type: 'string', default: DEFAULT_API },
  dataset: { type: 'string' },
  category: { type: 'string', multiple: true },
  region: { type: 'string', multiple: true },
  from: { type: 'string' },
  to: { type: 'string' },
  'as-of': { type: 'string' },
  csv: { type: 'boolean', default: false },
  data: { type: 'string' },
  config: { type: 'string' },
} as const;

type Question = 'status' | 'series' | 'completeness';

/** Asks the running Bellwether over REST and prints a table, or CSV. */
export function ask(question: Question): Command {
  return async ({ argv, env }) => {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS });
    const get = doorAt(values.api, env);
    if (question === 'status') return printStatus(get);
    const query = new URLSearchParams();
    for (const name of ['dataset', 'from', 'to'] as const)
      if (values[name] !== undefined) query.set(name, values[name]);
    if (values['as-of'] !== undefined) query.set('as_of', values['as-of']);
    for (const region of values.region ?? []) query.append('region', region);
    if (question === 'series') for (const category of values.category ?? []) query.append('category', category);
    query.set('format', 'csv');
    const csv = await (await get(`/v1/${question}?${query}`)).text();
    process.stdout.write(
      values.csv
        ? csv
        : table(
            csv
              .trimEnd()
              .split('\n')
              .map((line) => line.split(',')),
          ),
    );
  };
}

async function printStatus(get: Door): Promise<void> {
  const ready = (await (await get('/readyz')).json()) as { parts?: { name: string; ok: boolean; detail: string }[] };
  for (const { name, ok, detail } of ready.parts ?? [])
    process.stdout.write(`${ok ? 'ok  ' : 'DOWN'} ${name} ${detail}\n`);
  const { items } = (await (await get('/v1/feeds')).json()) as {
    items: { id: string; dataset: string; submissions: number; last_received_at: string | null }[];
  };
  const rows = items.map(({ id, dataset, submissions, last_received_at: last }) => [
    id,
    dataset,
    String(submissions),
    last ?? '',
  ]);
  process.stdout.write(table([['feed', 'dataset', 'submissions', 'last received'], ...rows]));
  const list = (await (await get('/v1/dead-letters?limit=15')).json()) as {
    items: { submission: string; state: string; name: string; feed: string; code: string }[];
  };
  for (const { submission, state, name, feed, code } of list.items)
    process.stdout.write(`${state}: ${feed} ${name} ${code} ${submission}\n`);
}

/** Columns as wide as their widest cell; numbers to the right. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        /^-?\d+(\.\d+)?$/.test(cell) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return `${rows.map(line).join('\n')}\n`;
}
