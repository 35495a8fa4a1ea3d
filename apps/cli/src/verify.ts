import { parseArgs } from 'node:util';
import { rawStoreOptionsOf } from '#platform';
import { openVault, verifyObjects } from '#raw-store';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';
import { say } from './say.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';

/** `verify`: opens every stored submission and compares hash and identity; a line for each that is damaged. */
export const verify: Command = async (start) => {
  const { values } = parseArgs({ args: [...start.argv], options: OWN_OPTIONS });
  const settings = settingsOf(start, values);
  const line = say();
  let checked = 0;
  let damaged = 0;
  for await (const found of verifyObjects(await openVault(rawStoreOptionsOf(settings)))) {
    checked = found.checked;
    if (found.damage) {
      damaged++;
      const { submission, code, detail } = found.damage;
      process.stdout.write(`${submission} ${code} ${detail}\n`);
    }
    line.show(`  ${checked} checked, ${damaged} damaged`);
  }
  line.end();
  process.stdout.write(`${checked} checked, ${damaged} damaged\n`);
  if (damaged > 0) throw new BellwetherError('OBJECT_DAMAGED', `${damaged} of ${checked} submissions`);
};
