import { mkdtemp, readFile, readdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { openRawStore } from '#raw-store';
import { type RestoreOptions, repeatSubmissions, restoreBackup, takeBackup, verifyBackups } from '#recovery';
import { type Engine, type PartSum, checksums, differences } from '#warehouse';
import { CONFIG, MINUTE, START, type World, madeFiles, startWorld } from './world.fixture.js';

jest.setTimeout(120_000);

/** Submissions of the fixture are received in 2025, backups are taken then too. */
const HOUR = 60 * MINUTE;

describe('backup and restore', () => {
  let world: World;
  let spare: string;
  let next = 0;
  let sumsThen: readonly PartSum[];
  const files = madeFiles(40, 11);

  beforeAll(async () => {
    world = await startWorld();
    spare = await mkdtemp(join(tmpdir(), 'backups-'));
  });
  afterAll(async () => {
    await world.close();
    await rm(spare, { recursive: true, force: true });
  });

  const backup = (directory: string, change: { at?: number; isIdle?: boolean; engine?: Engine } = {}) =>
    takeBackup({
      directory,
      address: world.address,
      engine: change.engine ?? world.engine,
      raw: join(world.folder, 'raw'),
      config: CONFIG,
      recordKey: world.reader.recordKey,
      isIdle: change.isIdle ?? true,
      now: () => change.at ?? START + HOUR,
      progress: () => undefined,
    });

  interface Into {
    readonly engine: Engine;
    readonly options: RestoreOptions;
  }

  /** A new folder and database to restore into. */
  async function into(directory: string, change: Partial<RestoreOptions> = {}): Promise<Into> {
    const database = `restored_${++next}`;
    const engine = await world.database(database);
    const options: RestoreOptions = {
      ...world.reader,
      directory,
      dataFolder: join(spare, database),
      address: { ...world.address, database },
      engine,
      openKeys: () => world.keys,
      maxBytes: 1 << 20,
      progress: () => undefined,
      log: () => undefined,
      ...change,
    };
    return { engine, options };
  }

  const receivedIn = async (folder: string): Promise<number[]> => {
    const store = await openRawStore({ folder: join(folder, 'raw'), keys: world.keys, maxBytes: 1 << 20 });
    const instants: number[] = [];
    for await (const submission of store.all()) instants.push((await store.facts(submission))!.receivedAt);
    return instants.sort((a, b) => a - b);
  };

  const blobsOf = async (directory: string): Promise<string[]> =>
    (await readdir(join(directory, 'blobs'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map(({ name }) => name);

  it('gives back tables that mean the same, bytes for bytes submissions, and the configuration', async () => {
    const directory = join(spare, 'first');
    await world.send(files.slice(0, 30), 9);
    const { manifest, newBytes } = await backup(directory);
    expect(newBytes).toBeGreaterThan(1000);
    expect((await verifyBackups(directory)).faults).toEqual([]);
    const { engine, options } = await into(directory);
    const restored = await restoreBackup(options);
    expect(restored).toMatchObject({ base: manifest.takenAt, counted: 0, different: [] });
    expect(differences(await checksums(world.engine), await checksums(engine))).toEqual([]);
    expect(await receivedIn(options.dataFolder)).toEqual(await receivedIn(world.folder));
    expect(await readdir(join(options.dataFolder, 'config'))).toContain('feeds');
    expect(await readdir(options.dataFolder)).not.toContain('restore.json');
  });

  it('stores what it has already once: the next backup adds what is new', async () => {
    const directory = join(spare, 'first');
    const first = await blobsOf(directory);
    const again = await backup(directory, { at: START + HOUR + 1 });
    expect(again.newBytes).toBe(0);
    expect(await blobsOf(directory)).toEqual(first);
    const sent = new Set(await world.send(files.slice(30), 9));
    const { manifest } = await backup(directory, { at: START + 2 * HOUR });
    const added = (await blobsOf(directory)).filter((name) => !first.includes(name));
    const raw = new Map(manifest.raw.map(({ path, sha256 }) => [path.slice(-64), sha256]));
    for (const submission of sent) expect([...first, ...added]).toContain(raw.get(submission));
    expect(added.length).toBeLessThan(first.length);
    sumsThen = manifest.checksums!;
  });

  it.each([
    ['of a moment after a backup: its tables, and what came until then', START + HOUR + 45_000, true],
    ['of a moment before any backup: everything counted again', START + 20 * MINUTE, false],
  ])('gives back the state %s', async (_, at, hasBase) => {
    // The thirty-first submission and later ones came after START + 30 minutes, by the fixture's clock.
    const directory = join(spare, 'first');
    const moment = hasBase ? at : START + 20 * MINUTE + 1;
    const { engine, options } = await into(directory, { at: moment });
    const restored = await restoreBackup(options);
    expect(restored.base === undefined).toBe(!hasBase);
    const twin = await world.database(`twin_${next}`);
    const { reader, store } = world;
    await repeatSubmissions({
      ...reader,
      store,
      engine: twin,
      until: moment,
      progress: () => undefined,
      log: () => undefined,
    });
    expect(differences(await checksums(twin), await checksums(engine))).toEqual([]);
    const all = await receivedIn(world.folder);
    expect(await receivedIn(options.dataFolder)).toEqual(all.filter((instant) => instant <= moment));
  });

  it('taken while submissions are counted, gives back every one whose bytes it has', async () => {
    const directory = join(spare, 'busy');
    const more = world.send(madeFiles(40, 12).slice(24), 5);
    const { manifest } = await backup(directory, { isIdle: false, at: START + 3 * HOUR });
    await more;
    const { engine, options } = await into(directory);
    const { submissions } = await restoreBackup(options);
    expect(submissions).toBe(manifest.raw.filter(({ path }) => path.startsWith('objects/')).length);
    const twin = await world.database('busy_twin');
    const store = await openRawStore({ folder: join(options.dataFolder, 'raw'), keys: world.keys, maxBytes: 1 << 20 });
    await repeatSubmissions({ ...world.reader, store, engine: twin, progress: () => undefined, log: () => undefined });
    expect(differences(await checksums(twin), await checksums(engine))).toEqual([]);
  });

  it('has the tables of everything its ledger acknowledges, also of a month that begins while it is taken', async () => {
    const directory = join(spare, 'new-month');
    let hasBegun = false;
    // A file is counted when the tables have been listed: the last of them by name is unit_days.
    const engine: Engine = {
      ...world.engine,
      async rows<Row extends readonly unknown[]>(query: string, parameters?: Readonly<Record<string, unknown>>) {
        const found = await world.engine.rows<Row>(query, parameters);
        if (!hasBegun && query.includes('FROM unit_days')) {
          hasBegun = true;
          const text = 'clinic,zip,day,syndrome,admitted,count\nF7,19401,2019-07-05,fever,N,3\n';
          await world.sendTexts([{ feed: 'clinics', name: 'F7_2019-07-05_v1.csv', text }]);
        }
        return found;
      },
    };
    const { manifest } = await backup(directory, { isIdle: false, at: START + 3.5 * HOUR, engine });
    expect([hasBegun, manifest.checksums]).toEqual([true, undefined]);
    const restored = await into(directory);
    await restoreBackup(restored.options);
    expect(differences(await checksums(world.engine), await checksums(restored.engine))).toEqual([]);
  });

  it.each([
    ['files', 9],
    ['tables', 3],
    ['submissions', 4],
  ] as const)('interrupted among the %s, continues, and comes to the same', async (what, after) => {
    const directory = join(spare, 'first');
    let steps = 0;
    const { engine, options } = await into(directory, {
      at: START + HOUR + 45_000,
      progress: (of) => {
        if (of === what && ++steps === after) throw new Error('interrupted');
      },
    });
    await restoreBackup(options).catch((error: unknown) => expect(String(error)).toContain('interrupted'));
    expect(await readdir(options.dataFolder)).toContain('restore.json');
    await restoreBackup({ ...options, progress: () => undefined });
    expect(differences(sumsThen, await checksums(engine))).toEqual([]);
  });

  it('refuses a folder that holds data, and another record key', async () => {
    const directory = join(spare, 'first');
    const { options } = await into(directory, { dataFolder: world.folder });
    await expect(restoreBackup(options)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    const full = await into(directory, { engine: world.engine });
    await expect(restoreBackup(full.options)).rejects.toThrow(/database holds data/);
    const other = await into(directory, { recordKey: Buffer.from('another key for tests') });
    await expect(restoreBackup(other.options)).rejects.toThrow(/record key/);
  });

  it('finds a flipped byte and a missing object, names both, and restores neither', async () => {
    const directory = join(spare, 'damaged');
    const { manifest } = await backup(directory, { at: START + 4 * HOUR });
    const slots = manifest.slices.find(({ table }) => table === 'slots')!;
    const path = (sha256: string): string => join(directory, 'blobs', sha256.slice(0, 2), sha256);
    const bytes = await readFile(path(slots.blob.sha256));
    bytes[bytes.length >> 1]! ^= 1;
    await writeFile(path(slots.blob.sha256), bytes);
    const { options } = await into(directory);
    await expect(restoreBackup(options)).rejects.toThrow(`BACKUP_DAMAGED: table slots ${slots.key}: changed`);
    const lost = manifest.raw[5]!;
    await unlink(path(lost.sha256));
    const { faults } = await verifyBackups(directory);
    expect(faults.map(({ what }) => what.slice(25)).sort()).toEqual(
      [`raw/${lost.path}`, `table slots ${slots.key}`].sort(),
    );
    await expect(restoreBackup((await into(directory)).options)).rejects.toThrow(`raw/${lost.path}: missing`);
    const [name] = await readdir(join(directory, 'generations'));
    const text = await readFile(join(directory, 'generations', name!), 'utf8');
    await writeFile(join(directory, 'generations', name!), text.replace('"rows":', '"rows":1'));
    expect((await verifyBackups(directory)).faults[0]!.what).toContain('manifest');
    expect((await stat(join(directory, 'blobs'))).isDirectory()).toBe(true);
  });
});
