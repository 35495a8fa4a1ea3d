import { randomBytes } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, unlink, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openIngestor, receive } from '#intake';
import { type Keyring, openKeyFolder, openRawStore } from '#raw-store';
import { repeatSubmissions } from '#recovery';
import { loadConfiguration } from '#registry';
import { type Engine, type PartSum, checksums, differences, openEngine } from '#warehouse';
import { Sender } from '../crash/load.js';
import { fillBulk } from './bulk.js';
import { type Ended, command, killed, startEngineOf } from './commands.js';

const HELP = `Usage: npm run drill -- [options]

Makes source rows, takes backups by the command line, restores them into fresh folders (all, and as of an instant),
kills restore and rebuild with SIGKILL on the way, damages a backup; compares checksums and prints seconds.

  --rows N    source rows made in bulk (default 200000)
  --files N   submissions of every kind taken in as real files (default 120)
  --kills N   kills of a restore, and of a rebuild (default 3)
  --keep      keep the folder
`;

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '200000' },
    files: { type: 'string', default: '120' },
    kills: { type: 'string', default: '3' },
    keep: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** The crash test's feeds: whole days, records, windows. */
const CONFIG = join(import.meta.dirname, '../crash/config');
const KEY = 'keys/record.key';
const keysOf = (data: string): Keyring => openKeyFolder({ folder: join(data, 'keys', 'raw'), raw: join(data, 'raw') });
const FILE_DATASETS = ['visits', 'cases', 'calls'];

let wrong = 0;
function report(what: string, isRight: boolean, detail = ''): void {
  if (!isRight) wrong++;
  const load = `[load ${loadavg()[0]!.toFixed(1)}]`;
  process.stdout.write(`${isRight ? 'ok   ' : 'WRONG'} ${what}${detail === '' ? '' : `: ${detail}`} ${load}\n`);
}
const seconds = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
/** What a command has to say of itself, without its progress. */
const lastLines = ({ code, output }: Ended): string => {
  const lines = output.split('\n').filter((line) => /^(backup|rebuilt|restored|\d+ backups)/.test(line));
  return lines.at(-1) ?? `exit ${code}: ${output.trim().split('\n').slice(-3).join(' | ')}`;
};
const BULK = 'bulk';

/** Takes files in as they would come in. */
async function openLine(
  data: string,
  engine: Engine,
): Promise<{ send(count: number): Promise<number>; close(): Promise<void> }> {
  const configuration = loadConfiguration(CONFIG);
  const store = await openRawStore({ folder: join(data, 'raw'), keys: keysOf(data), maxBytes: 1 << 24 });
  const sender = new Sender(7);
  const ingestor = openIngestor({
    engine,
    store,
    configuration: () => configuration,
    passwordOf: () => undefined,
    recordKey: await readFile(join(data, KEY)),
    changed: () => Promise.resolve(),
    now: Date.now,
    log: () => undefined,
  });
  return {
    /** Returns an instant after the last receipt, and before any later one. */
    async send(count) {
      const waiting: Promise<void>[] = [];
      for (const { feed, name, content } of Array.from({ length: count }, () => sender.round('any'))
        .flat()
        .slice(0, count)) {
        const file = { feed, name, content: [content] };
        const { submission } = await receive({ store, configuration: () => configuration, now: Date.now }, file);
        waiting.push(ingestor.process(submission));
      }
      await Promise.all(waiting);
      const last = Date.now();
      await pause(5);
      return last;
    },
    close: () => ingestor.close(),
  };
}

async function sumsOf(data: string): Promise<PartSum[]> {
  const server = await startEngineOf(data);
  const engine = await openEngine({ url: server.url });
  try {
    return await checksums(engine);
  } finally {
    await engine.close();
    await server.stop();
  }
}

async function drill(work: string): Promise<void> {
  const [rows, files, kills] = [Number(values.rows), Number(values.files), Number(values.kills)];
  const live = join(work, 'live');
  const backups = join(work, 'backups');
  await mkdir(join(live, 'keys'), { recursive: true });
  await writeFile(join(live, KEY), randomBytes(32), { mode: 0o400 });
  /** A folder that has nothing but the keys. */
  const fresh = async (name: string): Promise<string> => {
    await cp(join(live, 'keys'), join(work, name, 'keys'), { recursive: true });
    return join(work, name);
  };

  const server = await startEngineOf(live);
  const engine = await openEngine({ url: server.url });
  const line = await openLine(live, engine);
  let began = performance.now();
  const bulk = await fillBulk(engine, {
    rows,
    progress: (done) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} rows\u001b[K`);
    },
  });
  report(
    'made',
    true,
    `${bulk.rows} source rows in ${bulk.slots} slots, with rollups of every region, ${seconds(began)}`,
  );
  await line.send(Math.ceil(files / 2));
  const first = await command(['backup', '--to', backups, '--data', live], CONFIG);
  report('first backup, the engine in use', first.code === 0, `${first.seconds.toFixed(1)} s | ${lastLines(first)}`);
  const moment = await line.send(Math.ceil(files / 4));
  await line.send(files - Math.ceil(files / 2) - Math.ceil(files / 4));
  const second = await command(['backup', '--to', backups, '--data', live], CONFIG);
  report('second backup', second.code === 0, `${second.seconds.toFixed(1)} s | ${lastLines(second)}`);
  began = performance.now();
  const sums = await checksums(engine);
  report('checksums', sums.length > 0, `${sums.length} parts in ${seconds(began)}`);

  // What a restore to the moment between the backups must come to, counted by itself; the bulk was there before both.
  const store = await openRawStore({ folder: join(live, 'raw'), keys: keysOf(live), maxBytes: 1 << 24 });
  const configuration = loadConfiguration(CONFIG);
  const twin = await openEngine({ url: server.url, database: 'twin', views: 'twin_views' });
  await repeatSubmissions({
    engine: twin, store, configuration: () => configuration, passwordOf: () => undefined, recordKey: await readFile(join(live, KEY)),
    until: moment, progress: () => undefined, log: () => undefined,
  }); // prettier-ignore
  const sumsThen = [...(await checksums(twin)), ...sums.filter(({ part }) => part === BULK)];
  await twin.close();

  const rebuild = ['rebuild', '--data', live, '--answers', '1', ...FILE_DATASETS.flatMap((id) => ['--dataset', id])];
  let hits = 0;
  for (let i = 0; i < kills; i++) if (await killed(rebuild, { config: CONFIG, after: 1200 + 700 * i })) hits++;
  const rebuilt = await command(rebuild, CONFIG);
  const isEqual = rebuilt.code === 0 && / equal$/m.test(rebuilt.output);
  report(
    `rebuild of the files, killed ${hits} times before`,
    isEqual,
    `${rebuilt.seconds.toFixed(1)} s | ${lastLines(rebuilt)}`,
  );

  await line.close();
  await engine.close();
  await server.stop();

  const verified = await command(['backup', 'verify', '--to', backups], CONFIG);
  report('verify', verified.code === 0, `${verified.seconds.toFixed(1)} s | ${lastLines(verified)}`);
  const whole = await fresh('restored');
  const restored = await command(['restore', '--from', backups, '--into', whole], CONFIG);
  report('restore', restored.code === 0, `${restored.seconds.toFixed(1)} s | ${lastLines(restored)}`);
  const apart = differences(sums, await sumsOf(whole));
  report('restored equals live', apart.length === 0, `${sums.length} parts, ${apart.length} differ`);

  const again = await fresh('killed');
  const restore = ['restore', '--from', backups, '--into', again];
  hits = 0;
  for (let i = 0; i < kills; i++) {
    const after = (restored.seconds * 1000 * (i + 1)) / (kills + 1);
    if (await killed(restore, { config: CONFIG, after })) hits++;
  }
  const resumed = hits < kills ? { code: 0, seconds: 0 } : await command(restore, CONFIG);
  const apartAgain = differences(sums, await sumsOf(again));
  report(
    `restore killed ${hits} times, then resumed`,
    resumed.code === 0 && apartAgain.length === 0,
    `${resumed.seconds.toFixed(1)} s`,
  );

  const then = await fresh('then');
  const past = await command(
    ['restore', '--from', backups, '--into', then, '--at', new Date(moment).toISOString()],
    CONFIG,
  );
  const apartThen = differences(sumsThen, await sumsOf(then));
  report(
    `restore as of ${new Date(moment).toISOString()}`,
    past.code === 0 && apartThen.length === 0,
    `${past.seconds.toFixed(1)} s | ${lastLines(past)}`,
  );

  await damage(backups);
  const bad = await command(['backup', 'verify', '--to', backups], CONFIG);
  const isNamed = /changed: the bytes/.test(bad.output) && /missing/.test(bad.output);
  report(
    'a flipped byte and a missing file are named',
    bad.code === 1 && isNamed,
    bad.output.split('\n').slice(1, 3).join(' | ').trim(),
  );
}

/** Flips a bit in the largest file of a backup, and takes another away. */
async function damage(backups: string): Promise<void> {
  const entries = await readdir(join(backups, 'blobs'), { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const [changed, lost] = paths.sort();
  const bytes = await readFile(changed!);
  bytes[bytes.length >> 1]! ^= 4;
  await writeFile(changed!, bytes);
  await unlink(lost!);
}

if (values.help) process.stdout.write(HELP);
else {
  const work = await mkdtemp(join(tmpdir(), 'bellwether-drill-'));
  const began = performance.now();
  try {
    await drill(work);
  } finally {
    if (values.keep) process.stdout.write(`kept ${work}\n`);
    else await rm(work, { recursive: true, force: true });
  }
  process.stdout.write(`${wrong === 0 ? 'all equal' : `${wrong} wrong`}, ${seconds(began)} in all\n`);
  process.exit(wrong === 0 ? 0 : 1);
}
