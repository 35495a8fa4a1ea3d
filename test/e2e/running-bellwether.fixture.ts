import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Benchmarks run this file as built, in dist/test/e2e. */
const HERE = import.meta.dirname.replace(/([/\\])dist[/\\](?=test[/\\]e2e$)/, '$1');
const APPS = join(HERE, '../../dist/apps');

interface LogLine {
  readonly name?: string;
  readonly msg?: string;
  readonly url?: string;
  readonly sql?: string;
  readonly engine?: string;
}

/** Real processes of one Bellwether, started from dist. */
export interface RunningBellwether {
  readonly api: string;
  readonly sql: string;
  readonly engine: string;
  /** Everything the processes have logged. */
  readonly output: () => string;
  /** Drops a file as a careful sender would: written beside, then renamed into the folder of the feed. */
  drop(file: { feed: string; name: string; content: string | Uint8Array }): Promise<void>;
  stop(): Promise<number | null>;
}

/** Waits until `probe` gives something; fails with what was logged. */
export async function until<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  options: { within?: number; otherwise?: () => string } = {},
): Promise<T> {
  const { within = 30_000, otherwise = () => '' } = options;
  const end = Date.now() + within;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`nothing came within ${within} ms\n${otherwise().slice(-4000)}`);
    await new Promise((next) => setTimeout(next, 25));
  }
}

function logged(output: string): LogLine[] {
  return output.split('\n').flatMap((line) => {
    try {
      return line.startsWith('{') ? [JSON.parse(line) as LogLine] : [];
    } catch {
      return []; // a line that is still being written
    }
  });
}

/** The whole embedded Bellwether on free ports. */
export async function startBellwether({ data, config }: { data: string; config: string }): Promise<RunningBellwether> {
  const launcher = join(APPS, 'launcher/src/main.js');
  if (!existsSync(launcher)) throw new Error('dist/ is not built: npm run build');
  const argv = ['--data', data, '--config', config, '--api-port', '0', '--sql-port', '0', '--log-style', 'json'];
  const child: ChildProcess = spawn(process.execPath, [launcher, ...argv], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ready = await until(
    () => {
      if (child.exitCode !== null) throw new Error(`the launcher ended with ${child.exitCode}\n${output.slice(-4000)}`);
      const lines = logged(output);
      const doors = lines.find(({ msg }) => msg === 'the doors are open');
      const engine = lines.find(({ msg, engine: url }) => msg === 'Bellwether is ready' && url);
      return doors && engine ? { api: doors.url!, sql: doors.sql!, engine: engine.engine! } : undefined;
    },
    { within: 120_000, otherwise: () => output },
  );
  let dropped = 0;
  return {
    ...ready,
    output: () => output,
    async drop({ feed, name, content }) {
      const folder = join(data, 'inbox', feed);
      await mkdir(folder, { recursive: true });
      const beside = join(data, 'inbox', `.${++dropped}.part`);
      await writeFile(beside, content);
      await rename(beside, join(folder, name));
    },
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      child.kill('SIGTERM');
      await once(child, 'exit');
      return child.exitCode;
    },
  };
}
