import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startEngine } from '#embedded-clickhouse';
import { openIngestor, receive } from '#intake';
import { type RawStore, type StoredSubmission, openKeyFolder, openRawStore } from '#raw-store';
import { type Configuration, loadConfiguration } from '#registry';
import { checksums, openEngine } from '#warehouse';
import { type Made, Sender } from '../crash/load.js';
import { type Counted, amount, rollUp, written } from '../crash/model.js';
import { type Random, seeded } from '../crash/random.js';

const HELP = `Usage: npm run test:orders -- [options]

Receives submissions with duplicates into one raw store, and then reads, commits and acknowledges them again and again,
each time in another random order, with duplicates, into an empty warehouse. All must end in one checksum of slots,
rollups, places and ledger, and the counts must be those of an independent model. Whole facility-days, files and line
lists; corrections, late versions, records and clinics that move, damaged files. Contents are kept in memory between
orders; everything else is the real thing, on the embedded engine.

  --orders N        (10)       --submissions N  different ones (1000)
  --duplicates X    share that comes again (0.3)       --seed N  (1)
`;

const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '10' },
    submissions: { type: 'string', default: '1000' },
    duplicates: { type: 'string', default: '0.3' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const CONFIG = join(import.meta.dirname, '../crash/config');
const FIRST_RECEIPT = Date.UTC(2025, 1, 1);
const AT_ONCE = 16;
const BACKLOG = 2000;

interface Arrival extends Counted {
  readonly made: Made;
}

/** Different submissions; the instant of its arrival belongs to each, for it is part of its version. */
function arrivals(count: number, random: Random): Arrival[] {
  const sender = new Sender(random.below(2 ** 31));
  const seen = new Map<string, Arrival>();
  while (seen.size < count) {
    for (const made of sender.round('any')) {
      if (seen.size < count && !seen.has(made.identity))
        seen.set(made.identity, { made, receivedAt: FIRST_RECEIPT + seen.size * 2000 });
    }
  }
  return [...seen.values()];
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Rollups of the regions above facilities, as the model has them: `dataset level|region|day` → sums. */
function modelled(all: readonly Arrival[]): Map<string, string> {
  const lines = new Map<string, string>();
  for (const dataset of new Set(all.map(({ made }) => made.dataset))) {
    const counted = all.filter(({ made }) => made.dataset === dataset && made.state === 'loaded');
    for (const [key, sums] of rollUp(amount(counted))) lines.set(`${dataset} ${key}`, written(sums));
  }
  return lines;
}

/** Receives everything in random order with duplicates; every duplicate must have the receipt of the first. */
async function receiveAll(
  store: RawStore,
  given: { all: readonly Arrival[]; duplicates: number; random: Random; configuration: Configuration },
): Promise<string[]> {
  const { all, duplicates, random, configuration } = given;
  const order = shuffled([...all, ...all.filter(() => random.chance(duplicates))], random);
  const receipts = new Map<string, string>();
  let next = 0;
  const take = async (): Promise<void> => {
    for (let arrival = order[next++]; arrival; arrival = order[next++]) {
      const { made, receivedAt } = arrival;
      const { submission } = await receive(
        { store, configuration: () => configuration, now: Date.now },
        { feed: made.feed, name: made.name, content: [made.content], receivedAt },
      );
      const earlier = receipts.get(made.identity);
      if (earlier !== undefined && earlier !== submission) throw new Error('a duplicate has another receipt');
      receipts.set(made.identity, submission);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  return [...receipts.values()];
}

/** The store with what it holds in memory; marks are nobody's concern here. */
async function inMemory(store: RawStore, submissions: ReadonlySet<string>): Promise<RawStore> {
  const facts = new Map<string, StoredSubmission>();
  const contents = new Map<string, Buffer>();
  for (const submission of submissions) {
    facts.set(submission, (await store.facts(submission))!);
    contents.set(submission, await store.content(submission));
  }
  return {
    ...store,
    facts: (submission) => Promise.resolve(facts.get(submission)),
    content: (submission) => Promise.resolve(contents.get(submission)!),
    settle: () => Promise.resolve(),
  };
}

type RollupRow = [string, string, string, number, number, string[], string[], number[], number[], number[], number[]];

async function main(): Promise<number> {
  const [orders, count, duplicates, seed] = [values.orders, values.submissions, values.duplicates, values.seed].map(Number) as [number, number, number, number]; // prettier-ignore
  const random = seeded(seed);
  const all = arrivals(count, random);
  const expected = modelled(all);
  const configuration = loadConfiguration(CONFIG);
  const work = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'bellwether-orders-'));
  const server = await startEngine({ dataPath: join(work, 'engine') });
  const found = new Map<string, number[]>();
  let taken = 0;
  let wrong = 0;
  const began = performance.now();
  const raw = join(work, 'raw');
  const keys = openKeyFolder({ folder: join(work, 'keys'), raw });
  const rawStore = await openRawStore({ folder: raw, keys, maxBytes: 1 << 20 });
  try {
    const submissions = await receiveAll(rawStore, { all, duplicates, random, configuration });
    const store = await inMemory(rawStore, new Set(submissions));
    for (let n = 0; n < orders; n++) {
      const database = `order_${n}`;
      const engine = await openEngine({ url: server.url, database, views: `${database}_views` });
      const failures: string[] = [];
      const ingestor = openIngestor({
        engine,
        store,
        configuration: () => configuration,
        passwordOf: () => undefined,
        recordKey: Buffer.alloc(32, 3),
        changed: () => Promise.resolve(),
        now: Date.now,
        log: (level, message, facts) => level === 'error' && failures.push(`${message} ${JSON.stringify(facts)}`),
      });
      const distinct = [...new Set(submissions)];
      const order = shuffled([...distinct, ...distinct.filter(() => random.chance(duplicates))], random);
      // Not all at once: batches are as large as a worker's backlog makes them, and duplicates meet the ledger.
      for (let at = 0; at < order.length;) {
        const some = order.slice(at, (at += 1 + random.below(2 * BACKLOG)));
        await Promise.all(some.map((submission) => ingestor.process(submission)));
      }
      await ingestor.close();
      taken += order.length;
      const sums = await checksums(engine);
      const sum = createHash('sha256').update(JSON.stringify(sums)).digest('hex').slice(0, 16);
      found.set(sum, [...(found.get(sum) ?? []), n]);
      const rows = await engine.rows<RollupRow>(
        `SELECT toString(dataset), toString(level), region, toUInt16(day), reporting, category, flag, value, reported, suppressed, missing
         FROM rollups FINAL WHERE level NOT IN ('facility', 'event_zip') AND (reporting > 0 OR notEmpty(category))`,
      );
      const seen = new Map(
        rows.map(([dataset, level, region, day, reporting, categories, flags, totals, reported, hidden, absent]) => {
          const cells = categories.map((category, i) => [`${category}|${flags[i]!}`, [Number(totals[i]), reported[i]!, hidden[i]!, absent[i]!]] as const); // prettier-ignore
          return [`${dataset} ${level}|${region}|${day}`, written({ reporting, cells: new Map(cells) })];
        }),
      );
      const differing = [...new Set([...seen.keys(), ...expected.keys()])].filter(
        (key) => seen.get(key) !== expected.get(key),
      );
      wrong += differing.length + failures.length;
      for (const key of differing.slice(0, 3))
        console.log(
          `  ${key}\n    found    ${seen.get(key) ?? 'nothing'}\n    expected ${expected.get(key) ?? 'nothing'}`,
        );
      for (const failure of failures.slice(0, 3)) console.log(`  ${failure}`);
      const seconds = (performance.now() - began) / 1000;
      console.log(`order ${n + 1} of ${orders}: ${order.length} taken in, ${seen.size} keys, checksum ${sum}; ${(taken / seconds).toFixed(0)} a second`); // prettier-ignore
      await engine.run(`DROP DATABASE ${database}_views SYNC`);
      await engine.run(`DROP DATABASE ${database} SYNC`);
      await engine.close();
    }
  } finally {
    await server.close();
    rmSync(work, { recursive: true, force: true });
  }
  console.log(`\norders           ${orders}\nsubmissions      ${count}, ${taken} taken in\nchecksums        ${found.size}\nkeys             ${expected.size}\nwrong            ${wrong}`); // prettier-ignore
  console.log(JSON.stringify({ orders, submissions: count, taken, checksums: found.size, keys: expected.size, wrong, seed })); // prettier-ignore
  return found.size === 1 && wrong === 0 ? 0 : 1;
}

if (values.help) process.stdout.write(HELP);
else process.exit(await main());
