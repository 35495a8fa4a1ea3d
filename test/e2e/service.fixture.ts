import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { until } from './running-bellwether.fixture.js';

/** Programs run this file as built, in dist/test/e2e. */
const HERE = import.meta.dirname.replace(/([/\\])dist[/\\](?=test[/\\]e2e$)/, '$1');
export const APPS = join(HERE, '../../dist/apps');

/** One of the processes that docker-compose.yml starts, as a real process. */
export class Service {
  output = '';
  readonly #child: ChildProcess;

  constructor(
    readonly name: string,
    command: readonly [string, ...string[]],
    env: Readonly<Record<string, string>> = {},
  ) {
    const [file, ...args] = command;
    this.#child = spawn(file, args, {
      env: { ...process.env, BELLWETHER_LOG_STYLE: 'json', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout!, this.#child.stderr!])
      stream.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
  }

  /** Waits for a line; gives the first group of the pattern. */
  says(pattern: RegExp): Promise<string> {
    return until(() => pattern.exec(this.output)?.[1], {
      within: 60_000,
      otherwise: () => `${this.name}: ${this.output}`,
    });
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await gone;
  }
}
