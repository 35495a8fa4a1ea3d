import { parseArgs } from 'node:util';
import { BellwetherError } from '#vocabulary';
import { table } from './ask.js';
import type { Command } from './command.js';
import { DEFAULT_API, type Door, doorAt } from './door.js';

const FILTERS = ['feed', 'facility', 'state', 'code', 'step', 'since'] as const;
const OPTIONS = {
  api: { type: 'string', default: DEFAULT_API },
  feed: { type: 'string' },
  facility: { type: 'string' },
  state: { type: 'string' },
  code: { type: 'string' },
  step: { type: 'string' },
  since: { type: 'string' },
  limit: { type: 'string' },
  reason: { type: 'string' },
  dry: { type: 'boolean', default: false },
  data: { type: 'string' },
  config: { type: 'string' },
} as const;

interface Letter {
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  readonly state: string;
  readonly step: string | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly tries: number;
  readonly at: string;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function list(door: Door, query: URLSearchParams): Promise<void> {
  const { items, next } = (await (await door(`/v1/dead-letters?${query}`)).json()) as {
    items: Letter[];
    next: string | null;
  };
  if (items.length === 0) return say('no dead letters');
  process.stdout.write(
    table([
      ['at', 'state', 'feed', 'step', 'code', 'tries', 'name', 'submission'],
      ...items.map(({ at, state, feed, step, code, tries, name, submission }) => [
        at, state, feed, step ?? '', code ?? '', String(tries), name, submission,
      ]), // prettier-ignore
    ]),
  );
  if (next !== null) say(`there are more: --limit, or a filter: ${FILTERS.map((name) => `--${name}`).join(', ')}`);
}

async function show(door: Door, submission: string): Promise<void> {
  const { errors, ...info } = (await (await door(`/v1/submissions/${submission}`)).json()) as Record<
    string,
    unknown
  > & {
    errors: { member: string; record: number; line: number; field: string; code: string; detail: string }[];
  };
  for (const [name, value] of Object.entries(info)) if (value !== null) say(`${name.padEnd(14)} ${String(value)}`);
  if (errors.length > 0) {
    const rows = errors.map(({ member, record, line, field, code, detail }) => [
      member, String(record), String(line), field, code, detail,
    ]); // prettier-ignore
    process.stdout.write(table([['member', 'record', 'line', 'field', 'code', 'detail'], ...rows]));
  }
}

/** `dead-letters`: what does not count, why, and what is to become of it. */
export const deadLetters: Command = async ({ argv, env }) => {
  const { values, positionals } = parseArgs({ args: [...argv], allowPositionals: true, options: OPTIONS });
  const [verb = 'list', ...submissions] = positionals;
  const unknown = submissions.find((id) => !/^[0-9a-f]{64}$/.test(id));
  if (unknown !== undefined)
    throw new BellwetherError('REQUEST_INVALID', `${verb}: expected submissions, 64 hex digits each (see list)`);
  const door = doorAt(values.api, env);
  const query = new URLSearchParams();
  for (const name of FILTERS) if (values[name] !== undefined) query.set(name, values[name]);

  if (verb === 'list') {
    if (values.limit !== undefined) query.set('limit', values.limit);
    return list(door, query);
  }
  if (verb === 'show') {
    for (const submission of submissions) await show(door, submission);
    return;
  }
  if (verb !== 'replay' && verb !== 'discard')
    throw new BellwetherError('REQUEST_INVALID', 'dead-letters: expected list, show, replay or discard');
  if (verb === 'discard') {
    if (values.reason === undefined) throw new BellwetherError('REQUEST_INVALID', 'discard: expected --reason TEXT');
    query.set('reason', values.reason);
  }
  const done = verb === 'replay' ? 'read again' : 'discarded';
  for (const submission of submissions) {
    const reason = verb === 'discard' ? `?reason=${encodeURIComponent(values.reason ?? '')}` : '';
    await door(`/v1/submissions/${submission}/${verb}${reason}`, { method: 'POST' });
    say(`${submission} is ${done}`);
  }
  if (submissions.length > 0) return;
  if (values.dry) query.set('dry', 'yes');
  const answer = await door(`/v1/dead-letters/${verb}?${query}`, { method: 'POST' });
  const { matched, more } = (await answer.json()) as { matched: number; more: boolean };
  say(`${matched} ${values.dry ? `would be ${done}` : `are ${done}`}${more ? '; there are more: do it again' : ''}`);
};

/** `replay SUBMISSION...`: short for `dead-letters replay`. */
export const replay: Command = (start) => {
  if (start.argv.every((argument) => argument.startsWith('--')))
    throw new BellwetherError('REQUEST_INVALID', 'replay: expected submissions, 64 hex digits each (see dead-letters)');
  return deadLetters({ ...start, argv: ['replay', ...start.argv] });
};
