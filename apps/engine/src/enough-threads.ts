import { fork } from 'node:child_process';

/** Threads of libuv's pool: each running statement holds one. */
const THREADS = '16';

/**
 * Runs `main` in a process that has threads enough: this one where UV_THREADPOOL_SIZE was in the environment at its
 * start (the launcher sees to it), else a child that is started with it and gets our signals and our parent's channel.
 * libuv reads the variable before the first line of a script, so setting it here would be too late.
 */
export async function withEnoughThreads(main: () => Promise<void>): Promise<void> {
  if (process.env['UV_THREADPOOL_SIZE'] !== undefined) return main();
  const env = { ...process.env, UV_THREADPOOL_SIZE: THREADS };
  const child = fork(process.argv[1] ?? '', process.argv.slice(2), { env, execArgv: process.execArgv });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('message', (message) => process.send?.(message));
  process.once('disconnect', () => child.disconnect());
  const code = await new Promise<number>((resolve) => {
    child.once('exit', (exitCode) => resolve(exitCode ?? 1));
  });
  process.exit(code);
}
