import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startEngine } from '#embedded-clickhouse';
import type { Crosswalk } from '#registry';
import { type Engine, insertSlots, nextRev, openEngine, recomputeRollups } from '#warehouse';
import { PlaceBook, type StatedPlace } from './places.js';

/** Each zip is a county of its own name in one state. */
const crosswalk: Crosswalk = {
  countyOf: (zip) => `county of ${zip}`,
  stateOf: () => 'PA',
  hhsOf: () => '3',
  nameOf: () => undefined,
};

describe('places of facilities', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof startEngine>>;
  let engine: Engine;
  let dataset = '';
  let datasets = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'places-'));
    server = await startEngine({ dataPath: folder });
    engine = await openEngine({ url: server.url });
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    dataset = `d${++datasets}`;
  });

  async function states(day: number, zip: string): Promise<StatedPlace> {
    const origin = { dataset, tie: 1n, gen: 0, arrived: 0, submission: '00'.repeat(32), feed: 'f' };
    const content = {
      day, facility: 'F', unit: 0n, version: 1n, reported: true, zip,
      categories: ['a'], flags: ['all'], places: [''], statuses: [0], values: [1], records: [1],
    }; // prettier-ignore
    await insertSlots(engine, [{ origin, content }]);
    return { facility: 'F', listed: undefined, zips: new Set([zip]), day };
  }
  const located = async (book: PlaceBook, place: StatedPlace): Promise<{ zips: string[]; moved: boolean }> => {
    await book.refresh();
    await book.locate([place], crosswalk);
    const { regions, moved } = book.located(['F'])[0]!;
    return { zips: regions.flatMap(({ level, code }) => (level === 'zip' ? [code] : [])).sort(), moved };
  };
  async function counts(book: PlaceBook, days: number[]): Promise<void> {
    const touched = [{ region: { level: 'facility', code: 'F' } as const, days }];
    await recomputeRollups(engine, { dataset, touched, rev: (await nextRev(engine, dataset)).rev });
    book.settle(['F']);
  }

  it('are moving until all days are counted anew, also for a worker that is started in between', async () => {
    const first = new PlaceBook(engine, dataset);
    expect(await located(first, await states(100, '19401'))).toEqual({ zips: ['19401'], moved: false });
    await counts(first, [100]);
    const move = await states(101, '19403');
    expect(await located(first, move)).toEqual({ zips: ['19401', '19403'], moved: true });
    expect(await located(first, move)).toMatchObject({ moved: true }); // the engine went away, and it is tried again

    const second = new PlaceBook(engine, dataset);
    expect(await located(second, move)).toEqual({ zips: ['19401', '19403'], moved: true });
    await counts(second, [100, 101]);
    expect(await located(second, move)).toMatchObject({ moved: false });
    expect(await located(new PlaceBook(engine, dataset), move)).toMatchObject({ moved: false });
  });

  it('are seen by a worker that had read them before another one moved the facility', async () => {
    const [ours, theirs] = [new PlaceBook(engine, dataset), new PlaceBook(engine, dataset)];
    const old = await states(100, '19401');
    await located(ours, old);
    await located(theirs, await states(101, '19403'));
    expect(await located(ours, old)).toMatchObject({ zips: ['19401', '19403'] });
  });

  it('are agreed upon by two workers that meet a facility at the same time', async () => {
    const books = [new PlaceBook(engine, dataset), new PlaceBook(engine, dataset)] as const;
    const [older, newer] = [await states(100, '19401'), await states(101, '19403')];
    await Promise.all([located(books[0], newer), located(books[1], older)]);
    const rows = await engine.rows<[string]>(
      `SELECT argMax(zip, rev) FROM facility_places WHERE dataset = '${dataset}'`,
    );
    expect(rows).toEqual([['19403']]);
  });
});
