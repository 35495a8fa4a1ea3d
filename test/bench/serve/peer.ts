import { createClient } from '@clickhouse/client';
import { formatDay } from '#vocabulary';
import type { Measured } from './process.js';
import { FROM, SIX, TO, zipOf } from './world.js';

const six = SIX.map((id) => `'${id}'`).join(', ');
const range = `day BETWEEN '${formatDay(FROM)}' AND '${formatDay(TO)}'`;
const region = zipOf(0).slice(4);

/** The same numbers as the api gives, as lists by category. */
const QUERIES = {
  plain: `SELECT category, groupArray(total) AS total, groupArray(unflagged) AS unflagged FROM
    (SELECT category, day, total, unflagged FROM plain_rollup WHERE region = '${region}' AND category IN (${six}) AND ${range} ORDER BY category, day)
    GROUP BY category`,
  rollups: `SELECT category, groupArray(total) AS total, groupArray(unflagged) AS unflagged FROM
    (SELECT cell.1 AS category, day, sum(cell.3) AS total, sumIf(cell.3, cell.2 = 'N') AS unflagged
     FROM (SELECT day, arrayJoin(arrayZip(category, flag, value)) AS cell FROM rollups FINAL
           WHERE dataset = 'bench' AND level = 'zip' AND region = '${region}' AND ${range})
     WHERE category IN (${six}) GROUP BY category, day ORDER BY category, day)
    GROUP BY category`,
} as const;

export interface Asked {
  /** Microseconds of the engine's CPU a query. */
  readonly cpu: number;
  readonly queriesPerSecond: number;
}

/** Four at a time, for some seconds each. */
export async function askEngine(
  engine: Measured,
  { seconds }: { seconds: number },
): Promise<Record<keyof typeof QUERIES, Asked>> {
  const client = createClient({ url: engine.url, database: 'bellwether' });
  async function ask(query: string): Promise<Asked> {
    const one = async (): Promise<void> => {
      await (await client.query({ query, format: 'JSONCompact' })).text();
    };
    await one();
    const before = await engine.cpu();
    const began = performance.now();
    let asked = 0;
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        while (performance.now() - began < 1000 * seconds) {
          await one();
          asked++;
        }
      }),
    );
    const spent = (await engine.cpu()) - before;
    const elapsed = (performance.now() - began) / 1000;
    return { cpu: Math.round(spent / asked), queriesPerSecond: Math.round(asked / elapsed) };
  }
  const plain = await ask(QUERIES.plain);
  const rollups = await ask(QUERIES.rollups);
  await client.close();
  return { plain, rollups };
}
