import { fork, type ChildProcess } from 'node:child_process';
import { isReadyMessage, type ChildPlan } from './child-plan.js';

/** How a process ended: `exit code 3` or `signal SIGKILL`. */
export type Ending = string;

/** One run of a child process. */
export interface Child {
  readonly pid: number | undefined;
  /** Its address, or undefined when it has none; rejects when it ends, or time is up, before it is ready. */
  readonly ready: Promise<string | undefined>;
  readonly ended: Promise<Ending>;
  terminate(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/**
 * Starts the child in a process group of its own: ctrl-C in a terminal reaches the whole group of the launcher, and
 * must not kill the engine under the feet of those who still write to it. Output goes where ours goes. The channel
 * between the two closes when either dies, however it dies: that is how a child learns that it is an orphan.
 */
export function startChild(plan: ChildPlan, environment: NodeJS.ProcessEnv): Child {
  const child = fork(plan.script, plan.argv, {
    env: environment,
    execArgv: [],
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ended = endOf(child);
  return {
    pid: child.pid,
    ready: readyOf(child, ended, plan.readyWithin),
    ended,
    terminate: (signal) => void child.kill(signal),
  };
}

function endOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) =>
      resolve(signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`),
    );
    child.once('error', (error) =>
      resolve(`it could not be started (${(error as NodeJS.ErrnoException).code ?? 'error'})`),
    );
  });
}

async function readyOf(child: ChildProcess, ended: Promise<Ending>, within: number): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not ready within ${within / 1_000} s`)), within);
  });
  const ready = new Promise<string | undefined>((resolve) => {
    child.on('message', (message) => {
      if (isReadyMessage(message)) resolve(message.url);
    });
  });
  const over = ended.then((ending) => Promise.reject(new Error(ending)));
  return Promise.race([ready, late, over]).finally(() => clearTimeout(timer));
}
