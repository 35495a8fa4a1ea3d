import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import type { HostileInput, Verdict } from './input.js';
import type { FromReader, ToReader } from './reader.js';

export interface Measured {
  readonly verdict: Verdict;
  readonly milliseconds: number;
  readonly bytes: number;
  readonly crash: string | undefined;
}

/** A reader that has not answered by then is killed, and the input is blamed. */
const PATIENCE_MS = 30_000;
/** Times that an input is read alone, at most. */
const TRIES = 3;
/** V8 gives up beyond this, and the input is blamed. */
const HEAP_MIB = 768;

/** Reads inputs in a process that is watched: what it dies of, or hangs on, is charged to the input it was reading. */
export class WatchedReader {
  #child: ChildProcess | undefined;

  async read({ feed, name, content, password, expected }: HostileInput): Promise<Measured> {
    const child = (this.#child ??= fork(join(import.meta.dirname, 'reader.js'), {
      serialization: 'advanced',
      execArgv: ['--expose-gc', `--max-old-space-size=${HEAP_MIB}`],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    }));
    const began = performance.now();
    const message: ToReader = {
      feed,
      name,
      content: typeof content === 'function' ? content() : content,
      summary: 'rows' in expected,
      ...(password === undefined ? {} : { password }),
    };
    return new Promise((resolve) => {
      const done = (measured: Measured): void => {
        clearTimeout(timer);
        child.off('message', answered).off('exit', died);
        resolve(measured);
      };
      const lost = (crash: string): void => {
        this.#child = undefined;
        const milliseconds = performance.now() - began;
        done({ verdict: { refused: 'INTERNAL' }, milliseconds, bytes: 0, crash });
      };
      const answered = (answer: FromReader): void => done(answer);
      const died = (code: number | null, signal: string | null): void => lost(`the process ended: ${signal ?? code}`);
      const timer = setTimeout(() => {
        child.off('exit', died);
        child.kill('SIGKILL');
        lost(`no answer within ${PATIENCE_MS / 1000} s`);
      }, PATIENCE_MS);
      child.once('message', answered).once('exit', died);
      child.send(message);
    });
  }

  /** In a process of its own, so that nothing left over is charged to it; the least of some tries. */
  static async alone(input: HostileInput, isGoodEnough: (measured: Measured) => boolean): Promise<Measured> {
    let least: Measured | undefined;
    for (let attempt = 0; attempt < TRIES && !(least && isGoodEnough(least)); attempt++) {
      const reader = new WatchedReader();
      const measured = await reader.read(input);
      reader.close();
      if (!least) least = measured;
      const milliseconds = Math.min(least.milliseconds, measured.milliseconds);
      least = { ...measured, milliseconds, bytes: Math.min(least.bytes, measured.bytes) || measured.bytes };
    }
    return least!;
  }

  close(): void {
    this.#child?.removeAllListeners();
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}
