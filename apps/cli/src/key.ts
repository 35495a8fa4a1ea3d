import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ROLES, hashPassword, issueKey, readKeyFile, soapSecretOf } from '#access';
import { soapKeyOf } from '#platform';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';

/** Prints the secret with which a principal of the key file signs SOAP messages; see docs/for-partners.md. */
async function soapSecret(start: Parameters<Command>[0], id: string): Promise<void> {
  const { values } = parseArgs({ args: [...start.argv], strict: false, options: OWN_OPTIONS });
  const { data, config } = values;
  const given = {
    data: typeof data === 'string' ? data : undefined,
    config: typeof config === 'string' ? config : undefined,
  };
  const settings = settingsOf(start, given);
  const ring = await readKeyFile(join(settings.configFolder, 'access', 'keys.yaml'));
  const secret = soapSecretOf(ring, id, soapKeyOf(settings));
  if (secret === undefined)
    throw new BellwetherError('REQUEST_INVALID', `--id: no principal ${id} with a key in the key file`);
  process.stdout.write(`${secret}\n`);
}

/** Issues an API key: the entry for config/access/keys.yaml on standard output, the key itself beside it, once. */
export const key: Command = async (start) => {
  const { argv } = start;
  const { values } = parseArgs({
    args: [...argv],
    options: {
      id: { type: 'string' },
      role: { type: 'string', multiple: true, default: ['analyst'] },
      feed: { type: 'string', multiple: true },
      facility: { type: 'string', multiple: true },
      password: { type: 'boolean', default: false },
      soap: { type: 'boolean', default: false },
      data: { type: 'string' },
      config: { type: 'string' },
    },
  });
  const { id, role, feed, facility } = values;
  if (id === undefined || !/^[\w.@-]{1,64}$/.test(id)) {
    throw new BellwetherError('REQUEST_INVALID', '--id: expected 1 to 64 letters, digits, or any of _ . @ -');
  }
  if (values.soap) return soapSecret(start, id);
  const unknown = role.find((one) => !ROLES.some((known) => known === one));
  if (unknown !== undefined) {
    throw new BellwetherError('REQUEST_INVALID', `--role: "${unknown.slice(0, 64)}" is none of ${ROLES.join(', ')}`);
  }
  const issued = issueKey();
  process.stderr.write(
    `The key, shown this once: ${issued.key}\nAdd the entry to "principals" in access/keys.yaml of the configuration; narrow what it reaches; start the api again.\n`,
  );
  process.stdout.write(
    [
      `  - id: ${JSON.stringify(id)}`,
      `    key: ${issued.hash}`,
      `    roles: [${role.join(', ')}]`,
      `    datasets: '*'`,
      `    regions: '*'`,
      `    facilities: ${scope(facility)}`,
      `    feeds: ${scope(feed)}`,
      ...(values.password ? ['    login:', `      password: ${await hashPassword(await passwordFromInput())}`] : []),
      '',
    ].join('\n'),
  );
};

const scope = (ids: readonly string[] | undefined): string => (ids === undefined ? `'*'` : JSON.stringify(ids));
const LONGEST_PASSWORD = 1024;
const SHORTEST_PASSWORD = 12;

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
