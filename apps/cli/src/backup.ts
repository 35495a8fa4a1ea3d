import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { lockDataFolder, rawFolderOf, recordKeyOf } from '#platform';
import { takeBackup, verifyBackups } from '#recovery';
import { BellwetherError } from '#vocabulary';
import { openEngine } from '#warehouse';
import type { Command } from './command.js';
import { engineAtHand } from './engine-at-hand.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';
import { openPace } from './pace.js';

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

async function verify(directory: string): Promise<void> {
  const began = performance.now();
  const { generations, files, bytes, faults } = await verifyBackups(directory);
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  process.stdout.write(`${generations} backups, ${files} files, ${megabytes(bytes)} read in ${seconds} s\n`);
  for (const { what, fault } of faults) process.stdout.write(`  ${what}: ${fault}\n`);
  if (faults.length > 0) throw new BellwetherError('BACKUP_DAMAGED', `${faults.length} files`);
  if (generations === 0) throw new BellwetherError('BACKUP_DAMAGED', 'the directory holds no complete backup');
}

/** `backup --to DIR` and `backup verify --to DIR`. */
export const backup: Command = async (start) => {
  const { values, positionals } = parseArgs({
    args: [...start.argv],
    allowPositionals: true,
    options: { ...OWN_OPTIONS, to: { type: 'string' } },
  });
  if (values.to === undefined) throw new BellwetherError('REQUEST_INVALID', 'backup: expected --to DIR');
  const directory = resolve(values.to);
  if (positionals[0] === 'verify') return verify(directory);
  const settings = settingsOf(start, values);
  const lock = await lockDataFolder(rawFolderOf(settings)); // nothing changes its tier or its key meanwhile
  const hand = await engineAtHand(settings);
  const engine = await openEngine(hand.address);
  try {
    const paces = { tables: openPace('slices of tables'), files: openPace('files') };
    const { manifest, newBytes } = await takeBackup({
      directory,
      address: hand.address,
      engine,
      raw: rawFolderOf(settings),
      config: settings.configFolder,
      recordKey: recordKeyOf(settings),
      isIdle: hand.isOurs,
      now: Date.now,
      progress: (what, state) => paces[what].show(state),
    });
    const { takenAt, seconds, slices, raw, checksums } = manifest;
    const rows = slices.reduce((sum, slice) => sum + slice.rows, 0);
    process.stdout.write(
      `backup ${takenAt}: ${rows} rows of tables, ${raw.length} files of the raw store, ${megabytes(newBytes)} new, ${seconds.toFixed(1)} s\n`,
    );
    if (!checksums)
      process.stdout.write(
        'submissions came in meanwhile: it has no checksums; what was in flight is counted at a restore\n',
      );
    process.stdout.write('Not in it: keys/ and secrets/ of the data folder. Keep them elsewhere, encrypted.\n');
  } finally {
    await engine.close();
    await hand.close();
    await lock.release();
  }
};
