import { parseArgs } from 'node:util';
import { rawStoreOptionsOf } from '#platform';
import { openRawStore } from '#raw-store';
import { answerSums } from '#recovery';
import { loadConfiguration } from '#registry';
import { BellwetherError, regionKey } from '#vocabulary';
import { checksums, openEngine } from '#warehouse';
import { table } from './ask.js';
import type { Command } from './command.js';
import { engineAtHand } from './engine-at-hand.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';

/** `checksum`: what the tables mean, in sums that do not depend on order; with `--answers`, what regions answer too. */
export const checksum: Command = async (start) => {
  const { values } = parseArgs({
    args: [...start.argv],
    options: {
      ...OWN_OPTIONS,
      database: { type: 'string' },
      answers: { type: 'string', default: '0' },
      seed: { type: 'string', default: '1' },
      'as-of': { type: 'string' },
    },
  });
  const settings = settingsOf(start, values);
  const [perLevel, seed] = [Number(values.answers), Number(values.seed)];
  const asOf = values['as-of'] === undefined ? Date.now() : Date.parse(values['as-of']);
  if (![perLevel, seed, asOf].every(Number.isFinite))
    throw new BellwetherError('REQUEST_INVALID', 'checksum: --answers and --seed are numbers, --as-of an instant');
  const hand = await engineAtHand(settings);
  const database = values.database;
  const engine = await openEngine({ ...hand.address, database, views: database && `${database}_views` });
  try {
    const sums = await checksums(engine);
    const lines = sums.map(({ table: of, part, year, rows, sum }) => [of, part, year, String(rows), sum]);
    process.stdout.write(table([['table', 'part', 'year', 'rows', 'sum'], ...lines]));
    if (perLevel === 0) return;
    const configuration = loadConfiguration(settings.configFolder);
    const store = await openRawStore(rawStoreOptionsOf(settings));
    const answers = await answerSums({ engine, configuration, store, perLevel, seed, asOf });
    process.stdout.write(
      table([
        ['dataset', 'region', 'sum'],
        ...answers.map(({ dataset, region, sum }) => [dataset, regionKey(region), sum.slice(0, 32)]),
      ]),
    );
  } finally {
    await engine.close();
    await hand.close();
  }
};
