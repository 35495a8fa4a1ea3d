import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEngine } from '#embedded-clickhouse';
import { announceReady, drainWhenStopped, openLog, readSettings, stopRequested } from '#platform';
import { withEnoughThreads } from './enough-threads.js';

await withEnoughThreads(async () => {
  const stop = stopRequested();
  const settings = readSettings({
    env: process.env,
    argv: process.argv.slice(2),
    readFile: (path) => readFileSync(path, 'utf8'),
  });
  const log = openLog({ name: 'engine', ...settings.log });
  const engine = await startEngine({
    dataPath: join(settings.dataFolder, 'engine'),
    ...settings.engine,
    databases: ['bellwether'],
    limits: { drainSeconds: settings.drainWithin / 1_000 / 2 },
    log,
  });
  // For the tools of the operator, who work on what runs.
  const address = join(settings.dataFolder, 'run', 'engine.json');
  mkdirSync(join(settings.dataFolder, 'run'), { recursive: true, mode: 0o700 });
  writeFileSync(address, JSON.stringify({ url: engine.url, pid: process.pid }), { mode: 0o600 });
  announceReady({ url: engine.url });
  await drainWhenStopped({
    stop,
    drain: async () => {
      rmSync(address, { force: true });
      await engine.close();
    },
    within: settings.drainWithin,
    log,
  });
});
