import { openIngestor } from '#intake';
import { openKeyFolder, openRawStore } from '#raw-store';
import { loadConfiguration, readSecret } from '#registry';
import { openEngine } from '#warehouse';
import { join } from 'node:path';

/** What a worker of the growth measurement is told by its parent. */
export interface Share {
  readonly url: string;
  readonly config: string;
  readonly work: string;
  readonly submissions: readonly string[];
}

/** One ingest worker in a process of its own, reading on its only thread: counts its share and says what CPU seconds that took. */
async function count({ url, config, work, submissions }: Share): Promise<void> {
  const configuration = loadConfiguration(config);
  const engine = await openEngine({ url });
  const raw = join(work, 'raw');
  const store = await openRawStore({
    folder: raw,
    keys: openKeyFolder({ folder: join(work, 'keys'), raw }),
    maxBytes: 1 << 30,
  });
  const ingestor = openIngestor({
    engine,
    store,
    configuration: () => configuration,
    passwordOf: (feed, key) => feed.password && readSecret(feed.password, { folder: config, key }),
    recordKey: Buffer.alloc(32, 7),
    changed: () => Promise.resolve(),
    now: Date.now,
    log: () => undefined,
  });
  process.send?.('ready');
  process.once('message', () => {
    const before = process.cpuUsage();
    void Promise.all(submissions.map((submission) => ingestor.process(submission))).then(async () => {
      const { user, system } = process.cpuUsage(before);
      await ingestor.close();
      await engine.close();
      process.send?.((user + system) / 1e6, () => process.exit(0));
    });
  });
}

process.once('message', (share) => void count(share as Share));
