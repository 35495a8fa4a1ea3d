import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { rawKeyFolderOf, rawStoreOptionsOf } from '#platform';
import { restoreBackup } from '#recovery';
import { BellwetherError } from '#vocabulary';
import { openEngine } from '#warehouse';
import type { Command } from './command.js';
import { engineAtHand } from './engine-at-hand.js';
import { settingsOf } from './own-settings.js';
import { openPace } from './pace.js';
import { readerOf } from './reader.js';

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `restore --from DIR --into FOLDER [--at INSTANT]`: a data folder as it was. */
export const restore: Command = async (start) => {
  const { values } = parseArgs({
    args: [...start.argv],
    options: {
      from: { type: 'string' },
      into: { type: 'string' },
      at: { type: 'string' },
      config: { type: 'string' },
      database: { type: 'string' },
    },
  });
  const { from, into, database } = values;
  if (from === undefined || into === undefined)
    throw new BellwetherError('REQUEST_INVALID', 'restore: expected --from DIR and --into FOLDER');
  const at = values.at === undefined ? undefined : Date.parse(values.at);
  if (Number.isNaN(at))
    throw new BellwetherError('REQUEST_INVALID', 'restore: --at is an instant, as 2026-11-21T09:30:00Z');
  const dataFolder = resolve(into);
  const settings = settingsOf(start, { data: dataFolder, config: values.config });
  // Made anew, it would be another key, and corrections of earlier records would look like new records.
  if (!settings.recordKey && !existsSync(join(dataFolder, 'keys', 'record.key')))
    throw new BellwetherError(
      'REQUEST_INVALID',
      'restore: put keys/record.key (and secrets/) into the folder first, or set BELLWETHER_RECORD_KEY',
    );
  if (!settings.raw.keys && !existsSync(join(rawKeyFolderOf(settings), 'current')))
    throw new BellwetherError(
      'REQUEST_INVALID',
      'restore: put keys/raw/ into the folder first, or set BELLWETHER_RAW_KEYS: the submissions are encrypted',
    );
  const began = performance.now();
  const hand = await engineAtHand(settings);
  const address = { ...hand.address, ...(database === undefined ? {} : { database, views: `${database}_views` }) };
  const engine = await openEngine(address);
  try {
    const paces = {
      files: openPace('files'),
      tables: openPace('slices of tables'),
      submissions: openPace('submissions'),
    };
    const { base, counted, submissions, different } = await restoreBackup({
      ...readerOf(settings),
      directory: resolve(from),
      dataFolder,
      address,
      engine,
      at,
      openKeys: () => rawStoreOptionsOf(settings).keys,
      maxBytes: settings.arrivals.maxBytes,
      progress: (what, state) => paces[what].show(state),
      log: (_, message, facts) => say(`${message} ${JSON.stringify(facts ?? {})}`),
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    process.stdout.write(
      `restored in ${seconds} s: ${base === undefined ? 'no tables' : `the tables of ${base}`}, ${counted} of ${submissions} submissions counted again; `,
    );
    process.stdout.write(
      different === undefined
        ? 'no checksums to compare\n'
        : different.length === 0
          ? 'checksums equal\n'
          : 'CHECKSUMS DIFFER\n',
    );
    for (const { table, part, year } of different ?? []) process.stdout.write(`  ${table} ${part} ${year}\n`);
    if (different !== undefined && different.length > 0)
      throw new BellwetherError('BACKUP_DAMAGED', `${different.length} parts differ`);
  } finally {
    await engine.close();
    await hand.close();
  }
};
