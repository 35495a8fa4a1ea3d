import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  drainWhenStopped,
  environmentOf,
  helpText,
  lockDataFolder,
  openLog,
  readSettings,
  stopRequested,
  supervise,
} from '#platform';
import { BellwetherError, ERRORS } from '#vocabulary';
import { plansOf } from './plans.js';
import { feedSample } from './feed-sample.js';
import { welcome } from './welcome.js';

const argv = process.argv.slice(2);
if (argv.includes('--help')) {
  process.stdout.write(helpText('bellwether'));
  process.exit(0);
}

try {
  await launch();
} catch (error) {
  if (!(error instanceof BellwetherError)) throw error;
  process.stderr.write(`${ERRORS[error.code].title}: ${error.detail}. ${ERRORS[error.code].remedy}\n`);
  process.exit(1);
}

async function launch(): Promise<void> {
  const stop = stopRequested();
  const settings = readSettings({ env: process.env, argv, readFile: (path) => readFileSync(path, 'utf8') });
  const log = openLog({ name: 'launcher', ...settings.log });
  // In distributed mode the folder may be a volume that several machines share.
  const lock = settings.mode === 'embedded' ? await lockDataFolder(settings.dataFolder) : undefined;
  const interrupted = new AbortController();
  void stop.then(() => interrupted.abort());
  const supervisor = await supervise(
    {
      plans: plansOf(settings, join(import.meta.dirname, '../..')),
      environment: environmentOf({ env: process.env, argv }),
      drainWithin: settings.drainWithin,
      log,
    },
    interrupted.signal,
  ).catch(async (error: unknown) => {
    await lock?.release();
    throw error;
  });
  if (!interrupted.signal.aborted) {
    log.info({ dataFolder: settings.dataFolder, ...Object.fromEntries(supervisor.urls) }, 'Bellwether is ready');
    const url = supervisor.urls.get('api') ?? '';
    if (settings.sample) {
      process.stderr.write(`\nLoading the national sample. It can be watched while it loads: ${url}\n`);
      await feedSample({
        settings,
        cli: join(import.meta.dirname, '../../cli/src/main.js'),
        signal: interrupted.signal,
      });
    }
    if (!interrupted.signal.aborted) process.stdout.write(welcome(settings, url));
  }
  await drainWhenStopped({
    stop,
    drain: async () => {
      await supervisor.stop();
      await lock?.release();
    },
    // The children have the whole time; what is left after cutting them off takes no time.
    within: settings.drainWithin + 5_000,
    log,
  });
}
