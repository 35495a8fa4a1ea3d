import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEngine } from '#embedded-clickhouse';
import { type Engine, openEngine } from './engine.js';
import { type SlotContent, type SlotRow, insertUnitDays, unitVersions } from './slots.js';

const SUBMISSION = 'ab'.repeat(32);

describe('versions of a unit', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof startEngine>>;
  let engine: Engine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'slots-'));
    server = await startEngine({ dataPath: folder });
    engine = await openEngine({ url: server.url });
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const row = (unit: bigint, content: Partial<SlotContent>): SlotRow => ({
    origin: {
      dataset: 'ed',
      tie: 2n ** 63n + 1n,
      gen: 0,
      arrived: 1_700_000_000_123,
      submission: SUBMISSION,
      feed: 'x',
    },
    content: {
      day: 19_000, facility: 'A', unit, version: 2n ** 41n + 7n, reported: true, zip: '',
      categories: [], flags: [], places: [], statuses: [], values: [], records: [], ...content,
    }, // prettier-ignore
  });

  it('are found by their 128-bit number, with every facility-day they touch', async () => {
    const small = 5n;
    const large = 2n ** 127n + 123_456_789n;
    await insertUnitDays(engine, [
      row(large, {}),
      row(large, { day: 19_001, facility: 'B' }),
      row(large, { version: 2n ** 42n, day: 18_999 }),
      row(large + 1n, {}),
      row(small, {}),
    ]);
    const found = await unitVersions(engine, { dataset: 'ed', units: [large, small] });
    expect(found.map(({ unit, ver, touches }) => [unit, ver, [...touches].sort((a, b) => a.day - b.day)]).sort()).toEqual(
      [
        [large, 2n ** 41n + 7n, [{ facility: 'A', day: 19_000 }, { facility: 'B', day: 19_001 }]],
        [large, 2n ** 42n, [{ facility: 'A', day: 18_999 }]],
        [small, 2n ** 41n + 7n, [{ facility: 'A', day: 19_000 }]],
      ].sort(),
    ); // prettier-ignore
    expect(found[0]).toMatchObject({
      tie: 2n ** 63n + 1n,
      gen: 0,
      arrived: 1_700_000_000_123,
      submission: SUBMISSION,
      feed: 'x',
    });
  });
});
