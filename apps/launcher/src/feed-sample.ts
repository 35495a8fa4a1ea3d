import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Settings } from '#platform';

/** Runs `bellwether sample` against the Bellwether that has just started, its progress on our terminal. */
export async function feedSample(options: {
  readonly settings: Settings;
  readonly cli: string;
  readonly signal: AbortSignal;
}): Promise<void> {
  const { settings, cli, signal } = options;
  const argv = ['sample', '--data', settings.dataFolder, '--config', settings.configFolder];
  const child = spawn(process.execPath, [cli, ...argv], { stdio: ['ignore', 'inherit', 'inherit'] });
  const stop = (): void => void child.kill();
  signal.addEventListener('abort', stop, { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  signal.removeEventListener('abort', stop);
  if (code !== 0 && !signal.aborted)
    process.stderr.write('The sample was not loaded whole; what was received stays.\n');
}
