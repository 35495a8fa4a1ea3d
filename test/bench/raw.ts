import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type RawStore, openKeyFolder, openRawStore, openVault, tierObjects } from '#raw-store';
import type { Benchmark } from './benchmark.js';

const HELP = `Receipts and reads of the raw store in a new folder: encrypted, with every fsync. Eight at a time, as the doors do.

  archives   small files that do not compress, 2,000 bytes: put (to the receipt), facts, content
  packed     the same after they were archived: content
  table      one large CSV; archive: the same size, not compressible

  --folder DIR   where the folder is made (default: the folder of the system for temporary files)
  --files N      small files (default 2000)
  --megabytes N  of a large file (default 64)`;

const AT_ONCE = 8;

async function perSecond<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const began = performance.now();
  const queue = [...items];
  const one = async (): Promise<void> => {
    for (let item = queue.pop(); item !== undefined; item = queue.pop()) await work(item);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return (items.length * 1000) / (performance.now() - began);
}

function arrival(name: string, receivedAt: number) {
  return { feed: 'bench', name, stated: { facility: name, period: '2026-01-01' }, receivedAt };
}

async function largeFile(store: RawStore, name: string, content: Buffer): Promise<{ put: number; get: number }> {
  const chunks = function* (): Generator<Buffer> {
    for (let at = 0; at < content.length; at += 65_536) yield content.subarray(at, at + 65_536);
  };
  let began = performance.now();
  const { submission } = await store.put(arrival(name, Date.now()), chunks());
  const put = content.length / 1000 / (performance.now() - began);
  began = performance.now();
  await store.content(submission);
  return { put, get: content.length / 1000 / (performance.now() - began) };
}

export const benchmark: Benchmark = {
  summary: 'receipts and reads of the raw store, encrypted and archived',
  help: HELP,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: {
        folder: { type: 'string', default: tmpdir() },
        files: { type: 'string', default: '2000' },
        megabytes: { type: 'string', default: '64' },
      },
    });
    const home = await mkdtemp(join(values.folder, 'bellwether-raw-'));
    try {
      const keys = openKeyFolder({ folder: join(home, 'keys'), raw: join(home, 'raw') });
      const options = { folder: join(home, 'raw'), keys, maxBytes: 1 << 30 };
      const store = await openRawStore(options);
      const receivedAt = Date.UTC(2023, 0, 5);
      const submissions: string[] = [];
      const files = Array.from({ length: Number(values.files) }, (_, i) => ({ i, content: randomBytes(2000) }));
      const figures: Record<string, number> = {};
      figures['archives: put /s'] = await perSecond(files, async ({ i, content }) => {
        submissions.push((await store.put(arrival(`F${i}.zip`, receivedAt), [content])).submission);
      });
      figures['archives: facts /s'] = await perSecond(submissions, (submission) => store.facts(submission));
      figures['archives: content /s'] = await perSecond(submissions, (submission) => store.content(submission));
      const began = performance.now();
      await tierObjects(await openVault(options), { now: Date.now(), coolAfterMonths: 6, archiveAfterMonths: 24 });
      figures['tiers: both moves /s'] = (submissions.length * 1000) / (performance.now() - began);
      figures['packed: content /s'] = await perSecond(submissions, (submission) => store.content(submission));
      const size = Number(values.megabytes) * 1_000_000;
      let table = '';
      for (let i = 0; table.length < size; i++) table += `${i % 977},2026-01-${10 + (i % 20)},${(i * 7919) % 100}\n`;
      const csv = await largeFile(store, 'table.csv', Buffer.from(table));
      const noise = await largeFile(store, 'noise.bin', randomBytes(size));
      figures['table: put MB/s'] = csv.put;
      figures['table: content MB/s'] = csv.get;
      figures['archive: put MB/s'] = noise.put;
      figures['archive: content MB/s'] = noise.get;
      for (const [what, figure] of Object.entries(figures))
        console.log(`${what.padEnd(24)}${figure.toFixed(0).padStart(10)}`);
      return Object.fromEntries(Object.entries(figures).map(([what, figure]) => [what, Math.round(figure)]));
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
};
