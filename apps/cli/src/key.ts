import { readFileSync, renameSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  ROLES,
  hashPassword,
  issueKey,
  parseKeyFile,
  readKeyFile,
  soapSecretOf,
  withKey,
  withoutKey,
  withPrincipal,
} from '#access';
import { type Settings, soapKeyOf } from '#platform';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';
import { listKeys } from './key-list.js';
import { settingsOf } from './own-settings.js';

const DAY_MS = 86_400_000;
const LONGEST_PASSWORD = 1024;
const SHORTEST_PASSWORD = 12;

function wordsOf(argv: readonly string[]) {
  return parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      id: { type: 'string' },
      role: { type: 'string', multiple: true, default: ['analyst'] },
      dataset: { type: 'string', multiple: true },
      category: { type: 'string', multiple: true },
      region: { type: 'string', multiple: true },
      facility: { type: 'string', multiple: true },
      feed: { type: 'string', multiple: true },
      operation: { type: 'string', multiple: true },
      days: { type: 'string' },
      overlap: { type: 'string', default: '14' },
      key: { type: 'string' },
      idle: { type: 'string', default: '14' },
      password: { type: 'boolean', default: false },
      soap: { type: 'boolean', default: false },
      data: { type: 'string' },
      config: { type: 'string' },
    },
  });
}

type Values = ReturnType<typeof wordsOf>['values'];

/**
 * `key issue ID | rotate ID | revoke ID | list | inactive`: the keys of people and programs, in access/keys.yaml.
 * `key --id ID` only prints an entry, for files that are kept elsewhere.
 */
export const key: Command = async (start) => {
  const { values, positionals } = wordsOf(start.argv);
  const [verb, id = values.id, ...more] = positionals;
  if (more.length > 0) throw new BellwetherError('REQUEST_INVALID', 'key: expected one principal');
  const settings = settingsOf(start, values);
  if (verb === 'list' || verb === 'inactive') {
    const days = verb === 'inactive' ? wholeOf(values.idle, '--idle') : undefined;
    return listKeys(settings, { path: fileOf(settings), idleDays: days });
  }
  if (id === undefined || !/^[\w.@-]{1,64}$/.test(id))
    throw new BellwetherError('REQUEST_INVALID', '--id: expected 1 to 64 letters, digits, or any of _ . @ -');
  if (values.soap) return soapSecret(settings, id);
  if (verb === undefined) return print(id, values);
  const run = { issue, rotate, revoke }[verb];
  if (!run) throw new BellwetherError('REQUEST_INVALID', 'key: expected issue, rotate, revoke, list or inactive');
  await run(id, { values, path: fileOf(settings) });
};

const fileOf = ({ configFolder }: Settings): string => join(configFolder, 'access', 'keys.yaml');

interface Asked {
  readonly values: Values;
  readonly path: string;
}

async function issue(id: string, { values, path }: Asked): Promise<void> {
  const issued = issueKey();
  const expires = values.days === undefined ? {} : { expires: dayAfter(wholeOf(values.days, '--days')) };
  const login = values.password ? { login: { password: await hashPassword(await passwordFromInput()) } } : {};
  change(path, (text) =>
    withPrincipal(text, { id, keys: [{ hash: issued.hash, ...expires }], ...login, ...reachOf(values) }),
  );
  show(issued.key);
}

async function rotate(id: string, { values, path }: Asked): Promise<void> {
  const issued = issueKey();
  const overlap = wholeOf(values.overlap, '--overlap');
  const now = Date.now();
  const before = now + overlap * DAY_MS;
  const expires = values.days === undefined ? undefined : now + wholeOf(values.days, '--days') * DAY_MS;
  change(path, (text) => withKey(text, { id, hash: issued.hash, expires, now, before }));
  process.stderr.write(`The earlier keys of ${id} are taken for ${overlap} more days.\n`);
  show(issued.key);
}

async function revoke(id: string, { values, path }: Asked): Promise<void> {
  change(path, (text) => withoutKey(text, { id, name: values.key }));
  process.stderr.write(`Revoked; what runs knows it within two seconds.\n`);
}

/** Prints the secret with which a principal of the key file signs SOAP messages; see docs/for-partners.md. */
async function soapSecret(settings: Settings, id: string): Promise<void> {
  const secret = soapSecretOf(await readKeyFile(fileOf(settings)), id, soapKeyOf(settings));
  if (secret === undefined)
    throw new BellwetherError('REQUEST_INVALID', `--id: no principal ${id} with a key in the key file`);
  process.stdout.write(`${secret}\n`);
}

/** Prints the entry, and changes nothing. */
async function print(id: string, values: Values): Promise<void> {
  const issued = issueKey();
  process.stderr.write(
    `The key, shown this once: ${issued.key}\nAdd the entry to "principals" in access/keys.yaml of the configuration; narrow what it reaches.\n`,
  );
  const { roles, ...scopes } = reachOf(values);
  process.stdout.write(
    [
      `  - id: ${JSON.stringify(id)}`,
      `    key: ${issued.hash}`,
      `    roles: [${roles.join(', ')}]`,
      ...Object.entries(scopes).map(([name, scope]) => `    ${name}: ${scope === '*' ? `'*'` : JSON.stringify(scope)}`),
      ...(values.password ? ['    login:', `      password: ${await hashPassword(await passwordFromInput())}`] : []),
      '',
    ].join('\n'),
  );
}

/** Roles and scopes in the words of the file; what is not narrowed is everything. */
function reachOf(values: Values) {
  const { role: roles, dataset, category, region, facility, feed, operation } = values;
  const unknown = roles.find((one) => !ROLES.some((known) => known === one));
  if (unknown !== undefined)
    throw new BellwetherError('REQUEST_INVALID', `--role: "${unknown.slice(0, 64)}" is none of ${ROLES.join(', ')}`);
  return {
    roles,
    datasets: dataset ?? '*',
    ...(category ? { categories: category } : {}),
    regions: region ?? (facility ? [] : '*'),
    facilities: facility ?? '*',
    feeds: feed ?? '*',
    ...(operation ? { operations: operation } : {}),
  };
}

/** Nothing is written that could not be read again; a reader sees the file before or after, never in between. */
function change(path: string, edit: (text: string) => string): void {
  const text = edit(textOf(path));
  parseKeyFile(text, path);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.new`, text, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}

function show(text: string): void {
  process.stderr.write('The key, shown this once:\n');
  process.stdout.write(`${text}\n`);
}

const dayAfter = (days: number): string => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);

function wholeOf(text: string, option: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new BellwetherError('REQUEST_INVALID', `${option}: expected whole days`);
}

/** The first line of standard input: a command line can be read by others. */
async function passwordFromInput(): Promise<string> {
  process.stderr.write('Password for SFTP and FTPS, one line:\n');
  let text = '';
  for await (const chunk of process.stdin) {
    text += String(chunk);
    if (text.includes('\n') || text.length > LONGEST_PASSWORD) break;
  }
  const password = text.split(/\r?\n/)[0] ?? '';
  if (password.length >= SHORTEST_PASSWORD && password.length <= LONGEST_PASSWORD) return password;
  throw new BellwetherError('REQUEST_INVALID', `a password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`);
}
