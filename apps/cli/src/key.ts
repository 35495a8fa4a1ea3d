import { parseArgs } from 'node:util';
import { ROLES, issueKey } from '#access';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';

/** Issues an API key: the entry for config/access/keys.yaml on standard output, the key itself beside it, once. */
export const key: Command = ({ argv }) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      id: { type: 'string' },
      role: { type: 'string', multiple: true, default: ['analyst'] },
      data: { type: 'string' },
      config: { type: 'string' },
    },
  });
  const { id, role } = values;
  if (id === undefined || !/^[\w.@-]{1,64}$/.test(id)) {
    throw new BellwetherError('REQUEST_INVALID', '--id: expected 1 to 64 letters, digits, or any of _ . @ -');
  }
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
      `    facilities: '*'`,
      `    feeds: '*'`,
      '',
    ].join('\n'),
  );
  return Promise.resolve();
};
