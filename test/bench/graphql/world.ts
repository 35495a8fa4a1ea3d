import { createClient } from '@clickhouse/client';
import { CATEGORIES, FROM, TO } from '../serve/world.js';

const STATES = 'PA NJ NY DE MD VA OH MA CT MI IL CA'.split(' ');
const PER_STATE = 10;
const SUBMISSIONS = 5000;
const FAULTS = 10_000;

const numbered = (count: number, name: (i: number) => string): readonly string[] =>
  Array.from({ length: count }, (_, i) => name(i));

/** Regions by level; twelve or more of every level but the nation. Codes of counties and zips are made up. */
export const REGIONS: Readonly<Record<string, readonly string[]>> = {
  nation: ['nation:us'],
  state: STATES.map((code) => `state:${code}`),
  county: numbered(24, (i) => `county:${42_001 + 2 * i}`),
  zip: numbered(60, (i) => `zip:${19_101 + i}`),
  facility: numbered(STATES.length * PER_STATE, (i) => `facility:F${i}`),
};

export const SUBMISSION = 'ab'.repeat(32);

/**
 * A modest data set beside the one of the serve benchmark: 120 facilities in 12 states, 24 categories, two years; every fifth day
 * was stated twice. 5,000 submissions, a fifth of them refused, and one with 10,000 rows that were refused. Counts of a level are made up,
 * not sums: what is measured is what answers cost, not what they say.
 */
export async function fillWorld(url: string): Promise<void> {
  const client = createClient({ url, database: 'bellwether' });
  const [facilities, categories] = [STATES.length * PER_STATE, `[${CATEGORIES.map((id) => `'${id}'`).join(',')}]`];
  const command = (query: string): Promise<unknown> => client.command({ query });
  const ones = `arrayMap(c -> toUInt32(1), ${categories})`;
  await command(`INSERT INTO facility_places SELECT 'bench', 'F' || toString(number), toString(19101 + number % 60), toString(42001 + 2 * (number % 24)),
    [${STATES.map((code) => `'${code}'`).join(',')}][number % 12 + 1], '3', 1 FROM numbers(${facilities})`);
  for (const [from, to] of [
    [FROM, FROM + 365],
    [FROM + 366, TO],
  ] as const) {
    const days = `(SELECT toDate(number + ${from}) AS d FROM numbers(${to - from + 1})) AS days`;
    for (const ver of [1, 2])
      await command(`INSERT INTO slots SELECT 'bench', d, 'F' || toString(f), 0, ${ver}, 0, 0, toDateTime64((toUInt32(d) + ${ver * ver}) * 86400, 3, 'UTC'), unhex('${SUBMISSION}'), 'feed', 1, toString(19101 + f % 60),
        ${categories}, arrayMap(c -> 'N', ${categories}), arrayMap(c -> '', ${categories}), arrayMap(c -> toUInt8(0), ${categories}), arrayMap(c -> toUInt32(cityHash64(d, c, f) % 40 + ${ver}), ${categories}), ${ones}
        FROM ${days} ARRAY JOIN range(${facilities}) AS f ${ver === 1 ? '' : 'WHERE toUInt32(d) % 5 = 0'}`);
    for (const [level, regions] of Object.entries(REGIONS)) {
      const codes = regions.map((region) => `'${region.slice(level.length + 1)}'`).join(',');
      await command(`INSERT INTO rollups SELECT 'bench', '${level}', r, d, 1, 5, 0, arrayConcat(${categories}, ${categories}), arrayConcat(arrayMap(c -> 'N', ${categories}), arrayMap(c -> 'P', ${categories})),
        arrayMap((c, i) -> toUInt64(cityHash64(d, c, r, i) % 4000), arrayConcat(${categories}, ${categories}), range(48)), arrayConcat(${ones}, ${ones}), arrayMap(c -> toUInt32(0), range(48)), arrayMap(c -> toUInt32(0), range(48))
        FROM ${days} ARRAY JOIN [${codes}] AS r`);
    }
  }
  const state = `if(number % 5 = 0, 'quarantined', 'loaded')`;
  await command(`INSERT INTO ledger (received_at, submission, at, state, feed, name, facility, sha256, bytes, code, detail, rows_read, rows_accepted, rows_refused, rev, step, tries, note)
    SELECT toDateTime64(1760000000 + number * 60, 3, 'UTC'), lower(hex(SHA256(toString(number)))), toDateTime64(1760000001 + number * 60, 3, 'UTC'), ${state}, 'feed', concat('file-', toString(number), '.csv'), 'F1',
      lower(hex(SHA256(toString(number)))), 1000, if(number % 5 = 0, 'FILE_MALFORMED', ''), '', 100, 90, 10, number + 1, if(number % 5 = 0, 'parse', ''), 1, '' FROM numbers(${SUBMISSIONS})`);
  await command(`INSERT INTO ledger (received_at, submission, at, state, feed, name, facility, sha256, bytes, code, detail, rows_read, rows_accepted, rows_refused, rev, step, tries, note)
    VALUES (toDateTime64(1750000000, 3, 'UTC'), '${SUBMISSION}', toDateTime64(1750000001, 3, 'UTC'), 'loaded', 'feed', 'long.csv', 'F1', '${SUBMISSION}', 1000, '', '', 20000, 10000, 10000, 1, '', 1, '')`);
  await command(
    `INSERT INTO row_faults SELECT '${SUBMISSION}', number, 'long.csv', number, number + 1, 'count', 'VALUE_NEGATIVE', 'expected a number from 0' FROM numbers(${FAULTS})`,
  );
  await client.close();
}
