import { parseArgs } from 'node:util';
import { lockDataFolder, rawFolderOf, rawStoreOptionsOf } from '#platform';
import { openVault, tierObjects } from '#raw-store';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';

/** `tier --dry-run | --now`: moves what has come of age to the cool and the archive tier, as the worker does daily. */
export const tier: Command = async (start) => {
  const { values } = parseArgs({
    args: [...start.argv],
    options: {
      ...OWN_OPTIONS,
      'dry-run': { type: 'boolean', default: false },
      now: { type: 'boolean', default: false },
    },
  });
  const settings = settingsOf(start, values);
  const dryRun = values['dry-run'];
  if (dryRun === values.now) throw new BellwetherError('REQUEST_INVALID', 'tier: expected --dry-run or --now');
  const { coolAfterMonths, archiveAfterMonths } = settings.raw;
  const lock = await lockDataFolder(rawFolderOf(settings));
  try {
    const vault = await openVault(rawStoreOptionsOf(settings));
    const options = { now: Date.now(), coolAfterMonths, archiveAfterMonths, dryRun };
    const { cooled, archived, left } = await tierObjects(vault, options);
    const verb = dryRun ? 'would become' : 'became';
    process.stdout.write(`${cooled} ${verb} cool, ${archived} ${verb} archived\n`);
    if (left.length > 0) {
      throw new BellwetherError('OBJECT_DAMAGED', `${left.length} stay where they are`);
    }
  } finally {
    await lock.release();
  }
};
