import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEngine } from '#embedded-clickhouse';
import { BellwetherError } from '#vocabulary';
import { type Engine, openEngine } from './engine.js';
import { engineTrouble } from './engine-trouble.js';

describe('a failure of the engine', () => {
  let folder: string;
  let server: Awaited<ReturnType<typeof startEngine>>;
  let engine: Engine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trouble-'));
    server = await startEngine({ dataPath: folder });
    engine = await openEngine({ url: server.url });
  }, 60_000);
  afterAll(async () => {
    await engine.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  const troubleOf = (query: string): Promise<unknown> =>
    engine.run(query).then(
      () => 'none',
      (error: unknown) => engineTrouble(error),
    );

  it('is told by what a real one answers', async () => {
    expect(await troubleOf('INSERT INTO nowhere SELECT 1')).toBe('engine');
    expect(
      await troubleOf('SELECT groupArray(number) FROM numbers(10000000) SETTINGS max_memory_usage = 1000000'),
    ).toBe('strain');
    expect(await troubleOf("SELECT toUInt8('x')")).toBeUndefined();
    expect(await troubleOf('SELEKT 1')).toBeUndefined();
  });

  it('without an answer may be of the statement, and what is no failure of the engine is none of its troubles', async () => {
    const nobody = await openEngine({ url: server.url });
    await nobody.close();
    const error = await openEngine({ url: 'http://127.0.0.1:1' }).catch((caught: unknown) => caught);
    expect(engineTrouble(error)).toBe('strain');
    expect(engineTrouble(new TypeError('ours'))).toBeUndefined();
    expect(engineTrouble(new BellwetherError('FILE_MALFORMED', 'theirs'))).toBeUndefined();
  });
});
