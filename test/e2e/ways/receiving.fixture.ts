import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from '@jest/globals';
import { createPolicy, type Policy } from '#access';
import { receive } from '#intake';
import { openKeyFolder, openRawStore, type RawStore } from '#raw-store';
import { type Configuration, loadConfiguration } from '#registry';
import type { Receipt } from '#vocabulary';

/** A real raw store and a real configuration with the feeds `clinics` and `labs`, in a folder of its own. */
export interface Receiving {
  readonly folder: string;
  readonly store: RawStore;
  readonly policy: Policy;
  readonly configuration: Configuration;
  receive(file: { feed: string; name: string; body: AsyncIterable<Uint8Array> }): Promise<Receipt>;
  /** Everything that has a receipt, each as {@link asReceived} writes it, in the order of the names. */
  received(): Promise<string[]>;
  close(): void;
}

/** `feed/name 3145751 <SHA-256 of the content>` */
export const asReceived = (path: string, content: Uint8Array | string): string =>
  `${path} ${Buffer.byteLength(content)} ${createHash('sha256').update(content).digest('hex')}`;

const FEED = 'dataset: visits\nrecord: { facility: site, day: day, category: category, value: count }\n';

export async function openReceiving({
  maxBytes = 64 * 2 ** 20,
  feeds = {},
}: {
  maxBytes?: number;
  feeds?: Readonly<Record<string, string>>;
} = {}): Promise<Receiving> {
  const folder = mkdtempSync(join(tmpdir(), 'ways-'));
  const config = join(folder, 'config');
  for (const name of ['datasets', 'feeds']) mkdirSync(join(config, name), { recursive: true });
  writeFileSync(join(config, 'datasets/visits.yaml'), 'categories: [ili]\n');
  for (const [id, more] of Object.entries({ clinics: '', labs: '', ...feeds }))
    writeFileSync(join(config, `feeds/${id}.yaml`), `# ${id}\n${FEED}${more}`);
  const configuration = loadConfiguration(config);
  const store = await openRawStore({
    folder: join(folder, 'raw'),
    keys: openKeyFolder({ folder: join(folder, 'keys'), raw: join(folder, 'raw') }),
    maxBytes,
  });
  return {
    folder,
    store,
    configuration,
    policy: createPolicy(() => undefined),
    receive: ({ feed, name, body }) =>
      receive({ store, configuration: () => configuration, now: Date.now }, { feed, name, content: body }),
    async received() {
      const found: string[] = [];
      for await (const id of store.all()) {
        const facts = await store.facts(id);
        if (facts) found.push(asReceived(`${facts.feed}/${facts.name}`, await store.content(id)));
      }
      return found.sort();
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

const SYSTEM_FOLDERS = ['/usr/sbin', '/usr/local/sbin', ...(process.env['PATH'] ?? '').split(delimiter)];

/** Where a program of somebody else is; undefined: not on this machine. */
export const programAt = (name: string): string | undefined =>
  SYSTEM_FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));

/** `describe`, where the programs are there. Without them it says aloud what is not tested; in CI that fails. */
export function describeWith(programs: readonly string[], title: string, body: () => void): void {
  const missing = programs.filter((name) => programAt(name) === undefined);
  if (missing.length === 0) return describe(title, body);
  if (process.env['CI']) throw new Error(`${missing.join(', ')} must be installed: ${title}`);
  process.stderr.write(`NOT TESTED, for ${missing.join(', ')} is not installed: ${title}\n`);
  describe.skip(title, body);
}

export interface Ended {
  readonly code: number | null;
  readonly output: string;
}

/** Runs a program to its end; `until` may end it by force when its output or the world is as wanted. */
export function run(
  program: string,
  argv: readonly string[],
  {
    input = '',
    env = {},
    killWhen,
  }: {
    input?: string;
    env?: Readonly<Record<string, string>>;
    killWhen?: () => boolean | Promise<boolean>;
  } = {},
): Promise<Ended> {
  const child = spawn(programAt(program) ?? program, argv, {
    env: { ...process.env, ...env },
    stdio: 'pipe',
    detached: true,
  });
  /** With what it has started, such as the ssh beneath sftp. */
  const kill = (): void => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // it has ended by itself
    }
  };
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const watching =
    killWhen &&
    setInterval(() => {
      void Promise.resolve(killWhen()).then(
        (now) => now && kill(),
        () => undefined,
      );
    }, 20);
  const longest = setTimeout(kill, 20_000);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(watching);
      clearTimeout(longest);
      resolve({ code, output });
    });
  });
}
