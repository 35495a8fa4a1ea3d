import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pullStatuses } from '#transport';
import type { Command } from './command.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';

/** `pulls [--json]`: how fetching files from servers of senders goes, a line or an object for each feed. */
export const pulls: Command = async (start) => {
  const { values } = parseArgs({
    args: [...start.argv],
    options: { ...OWN_OPTIONS, json: { type: 'boolean', default: false } },
  });
  const statuses = await pullStatuses(join(settingsOf(start, values).dataFolder, 'pulls'));
  for (const status of statuses) {
    if (values.json) {
      process.stdout.write(`${JSON.stringify(status)}\n`);
      continue;
    }
    const { feed, from, lastSuccess, listed, waiting, failing, error, next } = status;
    const state = error ? `${error.code} (${error.times} times): ${error.detail}` : 'well';
    process.stdout.write(
      `${feed}  ${from}\n  ${state}\n  last listing ${lastSuccess ?? 'never'}: ${listed} files, ${waiting} may still grow, ${failing} fail; next ${next ?? 'not known'}\n`,
    );
  }
  if (statuses.length === 0 && !values.json) process.stdout.write('No feed fetches files.\n');
};
