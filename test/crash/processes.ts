import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import type { FromWorker, ToWorker } from './messages.js';

/** A port that is free now; an engine that is started again takes the same one. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** A started process that has loaded its modules and waits for its first message, so that a restart costs little. */
class Standby {
  #next: ChildProcess | undefined;

  constructor(private readonly program: string) {}

  take(): ChildProcess {
    const child = this.#next ?? this.#fork();
    this.#next = this.#fork();
    return child;
  }

  stop(): void {
    this.#next?.kill('SIGKILL');
  }

  #fork(): ChildProcess {
    return fork(join(import.meta.dirname, `${this.program}.js`), {
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
  }
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

export interface RunningWorker {
  send(message: ToWorker): void;
  /** The next message of this kind, or `exit`, whichever comes first. */
  next(...kinds: FromWorker['kind'][]): Promise<FromWorker['kind'] | 'exit'>;
  /** Nothing of it runs until it is continued. */
  pause(): void;
  continue(): void;
  kill(): Promise<void>;
  readonly exited: Promise<unknown>;
}

export interface Processes {
  startEngine(dataPath: string): Promise<string>;
  killEngine(): Promise<void>;
  /** `hear` gets every message as it comes. */
  startWorker(hear: (message: FromWorker) => void): RunningWorker;
  stop(): Promise<void>;
}

export async function openProcesses(): Promise<Processes> {
  const port = await freePort();
  const engines = new Standby('engine');
  const workers = new Standby('worker');
  let engine: ChildProcess | undefined;
  let worker: ChildProcess | undefined;

  async function killEngine(): Promise<void> {
    if (engine) await killed(engine);
    engine = undefined;
  }

  function startWorker(hear: (message: FromWorker) => void): RunningWorker {
    const child = workers.take();
    worker = child;
    child.on('message', hear);
    child.on('error', () => undefined); // a message that came too late
    const exited = once(child, 'exit');
    return {
      exited,
      send(message) {
        if (child.connected) child.send(message, () => undefined);
      },
      next: (...kinds) =>
        new Promise((resolve) => {
          const heard = (message: FromWorker): void => {
            if (!kinds.includes(message.kind)) return;
            child.off('message', heard);
            resolve(message.kind);
          };
          child.on('message', heard);
          void exited.then(() => resolve('exit'));
        }),
      pause: () => void child.kill('SIGSTOP'),
      continue: () => void child.kill('SIGCONT'),
      kill: () => killed(child),
    };
  }

  return {
    async startEngine(dataPath) {
      const child = engines.take();
      engine = child;
      const answer = once(child, 'message') as Promise<[{ url: string }]>;
      child.send({ dataPath, port });
      const gone = once(child, 'exit').then(() => undefined);
      const [message] = (await Promise.race([answer, gone])) ?? [];
      if (!message) throw new Error('the engine did not start again');
      return message.url;
    },
    killEngine,
    startWorker,
    async stop() {
      engines.stop();
      workers.stop();
      if (worker) await killed(worker);
      await killEngine();
    },
  };
}
