import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a measured process is told to do. */
export type Order = { readonly what: 'cpu' | 'rss' } | { readonly what: 'stop' };

/** A process that is measured: it says its address when it is ready, and its CPU time when asked. */
export interface Measured {
  readonly url: string;
  /** Microseconds of user and system time since it began. */
  cpu(): Promise<number>;
  /** Bytes of memory that it has now. */
  rss(): Promise<number>;
  stop(): Promise<void>;
}

function answerOf(child: ChildProcess): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('a measured process has ended'));
    child.once('exit', ended);
    child.once('message', (message) => {
      child.off('exit', ended);
      resolve(message as Record<string, unknown>);
    });
  });
}

export async function startMeasured(script: string, options: object): Promise<Measured> {
  const path = new URL(`./${script}.js`, import.meta.url);
  const child = fork(path, [JSON.stringify(options)], { env: { ...process.env, UV_THREADPOOL_SIZE: '16' } });
  const { url } = await answerOf(child);
  return {
    url: String(url),
    async cpu() {
      child.send({ what: 'cpu' } satisfies Order);
      return Number((await answerOf(child))['cpu']);
    },
    async rss() {
      child.send({ what: 'rss' } satisfies Order);
      return Number((await answerOf(child))['rss']);
    },
    async stop() {
      const gone = once(child, 'exit');
      child.send({ what: 'stop' } satisfies Order);
      await gone;
    },
  };
}

/** The other side: says that it is ready, and obeys. */
export function obey(url: string, stop: () => Promise<unknown>): void {
  process.on('message', ({ what }: Order) => {
    if (what === 'cpu') {
      const { user, system } = process.cpuUsage();
      process.send?.({ cpu: user + system });
    } else if (what === 'rss') process.send?.({ rss: process.memoryUsage.rss() });
    else void stop().finally(() => process.exit(0));
  });
  process.on('disconnect', () => process.exit(1));
  process.send?.({ url });
}
