import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatDay } from '#vocabulary';
import type { JobOutput } from './job-output.js';
import type { Outbreak, SampleOptions, SamplePlan } from './model.js';
import { jobsOf, planSample } from './plan.js';
import type { ManifestEntry } from './sink.js';
import { type ExpectedCell, type ExpectedTotal, reportingByDay, totalsOf } from './tally.js';
import { runJobs } from './threads.js';

export interface GenerateOptions extends SampleOptions {
  /** Where `inbox/`, `secrets/`, `manifest.csv` and `expected.json` are written; made when it does not exist. */
  readonly folder: string;
  /** Threads beside the calling one; 0: none. Two by default. */
  readonly threads?: number;
  /** Facility-days that are done, of how many, and whose archives were written last. */
  readonly progress?: (done: number, total: number, what: string) => void;
}

/** What a receiver must know once it has taken in the whole manifest; also in `expected.json`. */
export interface SampleExpectation {
  readonly seed: number;
  /** YYYY-MM-DD */
  readonly start: string;
  readonly today: string;
  readonly files: number;
  readonly rows: number;
  readonly facilities: number;
  readonly totals: readonly ExpectedTotal[];
  readonly cells: readonly ExpectedCell[];
  /** dataset → day → facilities with an accepted report */
  readonly reporting: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Archives that cannot be read. */
  readonly refused: JobOutput['refused'];
  /** Records that are refused while the rest of their file counts. */
  readonly rowErrors: JobOutput['rowErrors'];
  readonly outbreak: Omit<Outbreak, 'from' | 'peak' | 'to'> & {
    readonly from: string;
    readonly peak: string;
    readonly to: string;
  };
  /** Facilities that stopped reporting for good, with their last day. */
  readonly closed: readonly { readonly facility: string; readonly lastDay: string }[];
}

export interface GeneratedSample {
  readonly files: number;
  readonly bytes: number;
  /** Data rows; an XML document is one. */
  readonly rows: number;
  /** Path of `manifest.csv`: arrival_time,path,feed in order of arrival; paths are relative to the folder. */
  readonly manifest: string;
  readonly expected: SampleExpectation;
}

/**
 * Generates a national sample as real submission archives. Everything is decided by the options: the same ones give the
 * same records, names and times. The manifest is written last, so a folder without one is not complete; a second run
 * writes over the first.
 */
export async function generateSample(options: GenerateOptions): Promise<GeneratedSample> {
  const { folder, threads = 2, progress = () => undefined } = options;
  const plan = planSample(options);
  const jobs = jobsOf(plan);
  const days = plan.today - plan.start + 1;
  const total = jobs.reduce(
    (sum, { feed, facilities }) => sum + facilities.length * (feed === 'ed-visit-records' ? 0 : days),
    0,
  );
  let done = 0;
  mkdirSync(folder, { recursive: true });
  writePasswords(folder, plan);
  const { outputs, entries } = await runJobs({
    plan,
    jobs,
    folder,
    threads,
    progress: (more, sender) => progress((done = Math.min(total, done + more)), total, sender),
  });
  const inOrder = [...entries].sort((a, b) => a.at - b.at || (a.path < b.path ? -1 : 1));
  const expected = expectationOf(plan, outputs, inOrder);
  writeFileSync(join(folder, 'expected.json'), JSON.stringify(expected));
  const manifest = join(folder, 'manifest.csv');
  const lines = inOrder.map(({ at, path, feed }) => `${new Date(at).toISOString()},${path},${feed}\n`);
  writeFileSync(manifest, `arrival_time,path,feed\n${lines.join('')}`);
  progress(total, total, 'manifest');
  return {
    files: inOrder.length,
    bytes: inOrder.reduce((sum, { bytes }) => sum + bytes, 0),
    rows: expected.rows,
    manifest,
    expected,
  };
}

/** `secrets/passwords.csv`, readable by its owner only, as the feeds of the sample name it. */
function writePasswords(folder: string, { senders }: SamplePlan): void {
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  const path = join(secrets, 'passwords.csv');
  rmSync(path, { force: true });
  const encrypted = senders.filter(({ packing }) => packing === 'aes' || packing === 'zipcrypto');
  writeFileSync(path, `sender,password\n${encrypted.map(({ id, password }) => `${id},${password}\n`).join('')}`, {
    mode: 0o400,
  });
  chmodSync(path, 0o400);
}

function expectationOf(
  plan: SamplePlan,
  outputs: readonly JobOutput[],
  entries: readonly ManifestEntry[],
): SampleExpectation {
  const { seed, start, today, outbreak, facilities } = plan;
  const tallies = outputs.map(({ tally }) => tally);
  return {
    seed,
    start: formatDay(start),
    today: formatDay(today),
    files: entries.length,
    rows: entries.reduce((sum, { rows }) => sum + rows, 0),
    facilities: facilities.length,
    totals: totalsOf(plan, tallies),
    cells: outputs.flatMap(({ cells }) => cells),
    reporting: reportingByDay(plan, tallies),
    refused: outputs.flatMap(({ refused }) => refused),
    rowErrors: outputs.flatMap(({ rowErrors }) => rowErrors),
    outbreak: {
      ...outbreak,
      from: formatDay(outbreak.from),
      peak: formatDay(outbreak.peak),
      to: formatDay(outbreak.to),
    },
    closed: facilities
      .filter(({ closes }) => closes < today)
      .map(({ id, closes }) => ({ facility: id, lastDay: formatDay(closes) })),
  };
}
