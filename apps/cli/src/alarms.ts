import { parseArgs } from 'node:util';
import { BellwetherError } from '#vocabulary';
import { table } from './ask.js';
import type { Command } from './command.js';
import { DEFAULT_API, type Door, doorAt } from './door.js';

const FILTERS = ['dataset', 'rule', 'state', 'from', 'to', 'limit'] as const;
const CELL = ['rule', 'region', 'category', 'day'] as const;
const ORDERS = ['acknowledge', 'snooze', 'dismiss', 'close', 'reopen', 'assign'];
const OPTIONS = {
  api: { type: 'string', default: DEFAULT_API },
  dataset: { type: 'string' },
  rule: { type: 'string' },
  state: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  limit: { type: 'string' },
  region: { type: 'string' },
  category: { type: 'string' },
  day: { type: 'string' },
  'as-of': { type: 'string' },
  reason: { type: 'string' },
  until: { type: 'string' },
  assignee: { type: 'string' },
} as const;

interface Numbers {
  readonly value: number | null;
  readonly expected: number | null;
  readonly p: number | null;
  readonly recurrence_days: number | null;
  readonly completeness: number | null;
}
interface AlarmJson extends Numbers {
  readonly id: string;
  readonly region: string;
  readonly category: string;
  readonly first: string;
  readonly last: string;
  readonly state: string;
  readonly standing: boolean;
}
interface ReplayJson extends Pick<AlarmJson, 'region' | 'category'> {
  readonly day: string;
  readonly at: string;
  readonly method: string;
  readonly equal: boolean;
  readonly differing: readonly string[];
  readonly recorded: Numbers & { readonly judged: string };
  readonly repeated: (Numbers & { readonly judged: string }) | null;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const shown = (value: number | null): string => (value === null ? '' : String(Number(value.toPrecision(3))));

async function list(door: Door, query: URLSearchParams): Promise<void> {
  const answer = await door(`/v1/alarms?${query}`);
  const { items, next } = (await answer.json()) as { items: AlarmJson[]; next: string | null };
  if (items.length === 0) return say('no alarms');
  process.stdout.write(
    table([
      ['first', 'last', 'region', 'category', 'value', 'expected', 'once in days', 'complete', 'state', 'alarm'],
      ...items.map((one) => [
        one.first, one.last, one.region, one.category, shown(one.value), shown(one.expected), shown(one.recurrence_days),
        shown(one.completeness), one.standing ? one.state : `${one.state}, cancelled`, one.id,
      ]), // prettier-ignore
    ]),
  );
  if (next !== null) say('there are more: --limit, or a filter: --dataset, --rule, --state, --from, --to');
}

async function show(door: Door, id: string): Promise<void> {
  const { actions, findings, strongest, ...alarm } = (await (await door(`/v1/alarms/${id}`)).json()) as Record<
    string,
    unknown
  > & {
    actions: { at: string; action: string; actor: string; reason: string }[];
    findings: (Numbers & { at: string; region: string; category: string; day: string; judged: string })[];
    strongest: Record<string, string>;
  };
  for (const [name, value] of Object.entries(alarm)) if (value !== null) say(`${name.padEnd(16)} ${String(value)}`);
  say(`${'strongest'.padEnd(16)} ${Object.values(strongest).join(' ')}`);
  for (const { at, action, actor, reason } of actions) say(`${at}  ${actor}: ${action} (${reason})`);
  const rows = findings.map((one) => [
    one.at, one.day, one.region, one.category, one.judged, shown(one.value), shown(one.expected), shown(one.completeness),
  ]); // prettier-ignore
  process.stdout.write(
    table([['judged at', 'day', 'region', 'category', 'judged', 'value', 'expected', 'complete'], ...rows]),
  );
}

async function replay(door: Door, id: string): Promise<void> {
  const answer = (await (await door(`/v1/alarms/${id}/replay`)).json()) as ReplayJson;
  const { region, category, day, at, method, equal, differing, recorded, repeated } = answer;
  say(`${region} ${category} ${day}, ${method}, from what was counted at ${at}`);
  const line = (name: string, one: ReplayJson['repeated']): string[] =>
    one ? [name, one.judged, shown(one.value), shown(one.expected), shown(one.p), shown(one.completeness)] : [name];
  process.stdout.write(
    table([['', 'judged', 'value', 'expected', 'p', 'complete'], line('recorded', recorded), line('repeated', repeated)]),
  ); // prettier-ignore
  say(equal ? 'equal' : `NOT equal: ${differing.join(', ')}`);
  if (!equal) process.exit(1);
}

async function at(door: Door, path: string): Promise<void> {
  const { judged, threshold, ...cell } = (await (await door(path)).json()) as Numbers & {
    judged: string;
    threshold: number | null;
    region: string;
    category: string;
    day: string;
    as_of: string;
  };
  const { region, category, day, as_of: asOf, value, expected, p, completeness } = cell;
  say(`${region} ${category} ${day}, as of ${asOf}: ${judged}`);
  const facts = { value, expected, p, threshold, completeness };
  for (const [name, fact] of Object.entries(facts)) if (fact !== null) say(`  ${name.padEnd(12)} ${shown(fact)}`);
}

/** `alarms`: where more is counted than the past lets expect, and what becomes of it. */
export const alarms: Command = async ({ argv, env }) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  const [verb = 'list', id] = positionals;
  const door = doorAt(values.api, env);
  const query = (names: readonly (keyof typeof values)[]): URLSearchParams =>
    new URLSearchParams(
      names.flatMap((name): [string, string][] => {
        const value = values[name];
        return value === undefined ? [] : [[name.replace('-', '_'), value]];
      }),
    );
  if (verb === 'list') return list(door, query(FILTERS));
  if (verb === 'at')
    return at(door, id === undefined ? `/v1/alarms/at?${query([...CELL, 'as-of'])}` : `/v1/alarms/${id}/at?${query(['as-of'])}`); // prettier-ignore
  if (id === undefined || !/^[0-9a-f]{32}$/.test(id))
    throw new BellwetherError('REQUEST_INVALID', `${verb}: expected an alarm, 32 hex digits (see alarms list)`);
  if (verb === 'show') return show(door, id);
  if (verb === 'replay') return replay(door, id);
  if (!ORDERS.includes(verb))
    throw new BellwetherError('REQUEST_INVALID', `alarms: expected list, show, replay, at, ${ORDERS.join(', ')}`);
  const answer = await door(`/v1/alarms/${id}/${verb}?${query(['reason', 'until', 'assignee'])}`, { method: 'POST' });
  say(`${id} is ${((await answer.json()) as AlarmJson).state}`);
};
