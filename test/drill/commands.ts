import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const APPS = join(import.meta.dirname, '../../apps');

export interface Ended {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
}

/** A command of the command line, as an operator runs it: `bellwether NAME …`. */
function started(argv: readonly string[], config: string): ChildProcess {
  return spawn(process.execPath, [join(APPS, 'cli/src/main.js'), ...argv, '--config', config], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that a kill reaches the engine that the command has started, too.
    detached: true,
  });
}

export async function command(argv: readonly string[], config: string): Promise<Ended> {
  const began = performance.now();
  const child = started(argv, config);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, seconds: (performance.now() - began) / 1000 };
}

/** Starts a command and kills it and all it has started, with SIGKILL. False when it was done before. */
export async function killed(
  argv: readonly string[],
  { config, after }: { config: string; after: number },
): Promise<boolean> {
  const child = started(argv, config);
  const exited = once(child, 'close');
  for (const stream of [child.stdout!, child.stderr!]) stream.resume();
  await Promise.race([exited, pause(after)]);
  const isRunning = child.exitCode === null && child.signalCode === null;
  if (isRunning) process.kill(-child.pid!, 'SIGKILL');
  await exited;
  return isRunning;
}

/** The engine of a data folder, as the launcher starts it. */
export async function startEngineOf(dataFolder: string): Promise<{ url: string; stop(): Promise<void> }> {
  const child = fork(join(APPS, 'engine/src/main.js'), ['--data', dataFolder, '--log-level', 'warn'], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit');
  const [message] = (await Promise.race([once(child, 'message'), exited])) as [{ url?: string } | number | null];
  if (typeof message !== 'object' || message?.url === undefined) throw new Error('the engine did not start');
  return {
    url: message.url,
    async stop() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}
