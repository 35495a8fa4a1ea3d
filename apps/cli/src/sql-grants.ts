import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createPolicy, readKeyFile } from '#access';
import { loadConfiguration, parentIn } from '#registry';
import { openSqlReaders, SQL_LIMITS, sqlGrants as grantsOf } from '#sql-door';
import type { Command } from './command.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';

/** Prints the statements that give the principals of the key file their rights on a ClickHouse server of one's own. */
export const sqlGrants: Command = async (start) => {
  const { values } = parseArgs({ args: [...start.argv], options: OWN_OPTIONS });
  const { configFolder } = settingsOf(start, values);
  const { crosswalk, datasets } = loadConfiguration(configFolder);
  const ring = await readKeyFile(join(configFolder, 'access', 'keys.yaml'));
  const readers = openSqlReaders({
    policy: createPolicy((region) => parentIn(crosswalk, region)),
    places: () => crosswalk,
    database: 'bellwether',
    views: 'bellwether_views',
    suppressed: () => [...datasets.values()].flatMap(({ id, suppression }) => (suppression ? [id] : [])),
  });
  const statements = grantsOf(ring.entries, { readers, limits: SQL_LIMITS, database: 'bellwether', now: Date.now() });
  process.stdout.write(statements.map((statement) => `${statement};\n`).join(''));
};
