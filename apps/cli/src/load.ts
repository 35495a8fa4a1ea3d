import { createReadStream } from 'node:fs';
import { readFile, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parse } from 'csv-parse/sync';
import { receive } from '#intake';
import { openBus } from '#notices';
import { type Settings, openBusJobs, rawStoreOptionsOf, readSettings } from '#platform';
import { type RawStore, openRawStore } from '#raw-store';
import { loadConfiguration } from '#registry';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';
import { Progress } from './progress.js';

/** A file to be taken in. `receivedAt` is for history only. */
export interface Incoming {
  readonly path: string;
  readonly feed: string;
  readonly receivedAt: number | undefined;
}

async function filesIn(paths: readonly string[], feed: string): Promise<Incoming[]> {
  const found: Incoming[] = [];
  for (const path of paths) {
    if ((await stat(path)).isDirectory()) {
      const inside = (await readdir(path)).filter((name) => !name.startsWith('.')).map((name) => join(path, name));
      found.push(...(await filesIn(inside, feed)));
    } else found.push({ path, feed, receivedAt: undefined });
  }
  return found;
}

/** The files of a manifest, in its order. */
export async function filesOfManifest(path: string): Promise<Incoming[]> {
  const rows = parse(await readFile(path), { columns: true, bom: true }) as Record<string, string>[];
  return rows.map((row, i) => {
    const receivedAt = Date.parse(row['arrival_time'] ?? '');
    const { path: file, feed } = row;
    if (!file || !feed || Number.isNaN(receivedAt)) {
      throw new BellwetherError('REQUEST_INVALID', `${basename(path)} line ${i + 2}: expected arrival_time,path,feed`);
    }
    return { path: join(dirname(path), file), feed, receivedAt };
  });
}

const AT_ONCE = 8;
/** Receipts ahead of the counting: enough to keep the worker busy, not so many that its queue grows without bound. */
const AHEAD = 4000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until no more than `left` of the submissions are pending. */
async function waitFor(
  store: RawStore,
  submissions: ReadonlySet<string>,
  { left, progress }: { left: number; progress: Progress },
): Promise<void> {
  for (;;) {
    const pending = (await store.pending()).filter((submission) => submissions.has(submission)).length;
    progress.counted(submissions.size - pending);
    if (pending <= left) return;
    await pause(1000);
  }
}

/** Takes files in through the raw store and waits until the ledger knows what became of each. */
export async function takeIn(
  files: readonly Incoming[],
  settings: Settings,
): Promise<{ received: number; known: number }> {
  const configuration = loadConfiguration(settings.configFolder);
  const store = await openRawStore(rawStoreOptionsOf(settings));
  const bus = await openBus({ folder: settings.dataFolder, name: 'load' });
  const { instance, processes } = settings.ingest;
  const jobs = openBusJobs(bus, { instance, instances: processes });
  const progress = new Progress(files.length);
  const submissions = new Set<string>();
  const queue = [...files];
  let known = 0;

  async function takeSome(): Promise<void> {
    for (let file = queue.shift(); file; file = queue.shift()) {
      const { path, feed, receivedAt } = file;
      const content = createReadStream(path);
      const receipt = await receive(
        { store, configuration: () => configuration, now: Date.now },
        { feed, name: basename(path), content, receivedAt },
      );
      if (receipt.duplicate) known++;
      submissions.add(receipt.submission);
      await jobs.add(receipt.submission);
      progress.received(submissions.size);
      if (submissions.size % 1000 === 0) await waitFor(store, submissions, { left: AHEAD, progress });
    }
  }
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, takeSome));
    await waitFor(store, submissions, { left: 0, progress });
    progress.done();
  } finally {
    await bus.close();
  }
  return { received: submissions.size - known, known };
}

/** `load`: files, folders, or a manifest of history. */
export const load: Command = async ({ argv, env, readFile: read }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      feed: { type: 'string' },
      manifest: { type: 'string' },
      data: { type: 'string' },
      config: { type: 'string' },
    },
  });
  const own = ['data', 'config'].flatMap((name) => {
    const value = values[name as 'data' | 'config'];
    return value === undefined ? [] : [`--${name}`, value];
  });
  const settings = readSettings({ env, argv: own, readFile: read });
  if (values.manifest === undefined && (values.feed === undefined || positionals.length === 0)) {
    throw new BellwetherError('REQUEST_INVALID', 'load: expected paths and --feed, or --manifest');
  }
  const files =
    values.manifest === undefined ? await filesIn(positionals, values.feed!) : await filesOfManifest(values.manifest);
  const { received, known } = await takeIn(files, settings);
  process.stdout.write(`${received} received${known > 0 ? `, ${known} known by their bytes` : ''}\n`);
};
