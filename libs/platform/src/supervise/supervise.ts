import { BellwetherError } from '#vocabulary';
import type { Log } from '../observe/log.js';
import { startChild, type Child } from './child.js';
import { BACKOFF, pauseBefore, type Backoff, type ChildPlan } from './child-plan.js';

interface Options {
  /** In the order of their start; each is started when the one before is ready. */
  readonly plans: readonly ChildPlan[];
  /** What every child's environment begins with. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Milliseconds all children together have for draining. */
  readonly drainWithin: number;
  readonly log: Log;
  readonly backoff?: Backoff;
}

/** Children that run, and go on running. */
export interface Supervisor {
  /** Addresses by name. */
  readonly urls: ReadonlyMap<string, string>;
  pidOf(name: string): number | undefined;
  /** Drains the children in reverse order; each is gone before the one it stands on is told. Never rejects. */
  stop(): Promise<void>;
}

/**
 * Starts the children one after the other. A child that does not become ready at the start ends the whole start:
 * NOT_READY, after the others were stopped. Once it was ready, a child that ends is started again, for ever.
 * `signal`: stops a start in progress.
 */
export async function supervise(options: Options, signal?: AbortSignal): Promise<Supervisor> {
  const supervision = new Supervision(options);
  const interrupted = (): void => void supervision.stop();
  signal?.addEventListener('abort', interrupted, { once: true });
  try {
    for (const plan of options.plans) {
      if (supervision.stopping || signal?.aborted === true) break;
      await supervision.start(plan);
    }
  } catch (error) {
    await supervision.stop();
    throw error;
  } finally {
    signal?.removeEventListener('abort', interrupted);
  }
  return supervision;
}

class Supervision implements Supervisor {
  readonly urls = new Map<string, string>();
  readonly #children = new Map<string, Child>();
  readonly #options: Options;
  readonly #backoff: Backoff;
  readonly #watches: Promise<void>[] = [];
  readonly #wakeAll = new AbortController();
  #stopped: Promise<void> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#backoff = options.backoff ?? BACKOFF;
  }

  get stopping(): boolean {
    return this.#stopped !== undefined;
  }

  pidOf(name: string): number | undefined {
    return this.#children.get(name)?.pid;
  }

  async start(plan: ChildPlan): Promise<void> {
    const child = this.#launch(plan);
    try {
      await this.#awaitReady(plan, child);
    } catch (error) {
      if (this.stopping) return;
      child.terminate('SIGKILL');
      throw new BellwetherError('NOT_READY', `${plan.name} did not start: ${(error as Error).message}`);
    }
    this.#watches.push(this.#watch(plan, child));
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#drain();
    return this.#stopped;
  }

  #launch(plan: ChildPlan): Child {
    const child = startChild(plan, { ...this.#options.environment, ...plan.environment(this.urls) });
    child.ready.catch(() => undefined); // whoever awaits it hears of it; nobody does while stopping
    this.#children.set(plan.name, child);
    return child;
  }

  async #awaitReady(plan: ChildPlan, child: Child): Promise<void> {
    const url = await child.ready;
    if (url !== undefined) this.urls.set(plan.name, url);
    this.#options.log.info({ child: plan.name, childPid: child.pid, ...(url === undefined ? {} : { url }) }, 'ready');
  }

  /** Starts the child again whenever it ends, until all are stopped. */
  async #watch(plan: ChildPlan, first: Child): Promise<void> {
    const { log } = this.#options;
    let child = first;
    let readySince: number | undefined = Date.now();
    for (let restart = 1; ; restart++) {
      const ending = await child.ended;
      if (this.stopping) return;
      if (readySince !== undefined && Date.now() - readySince >= this.#backoff.forgetAfter) restart = 1;
      const pause = pauseBefore(restart, this.#backoff);
      log.error({ child: plan.name, ending, restart, pause }, `${plan.name} ended by itself; it starts again`);
      await this.#sleep(pause);
      if (this.stopping) return;
      child = this.#launch(plan);
      readySince = await this.#awaitReady(plan, child).then(
        () => Date.now(),
        () => undefined,
      );
      if (readySince === undefined) child.terminate('SIGKILL');
    }
  }

  async #drain(): Promise<void> {
    this.#wakeAll.abort();
    const deadline = Date.now() + this.#options.drainWithin;
    for (const { name } of this.#options.plans.toReversed()) {
      const child = this.#children.get(name);
      if (child !== undefined) await this.#end(name, child, deadline);
    }
    await Promise.all(this.#watches);
  }

  async #end(name: string, child: Child, deadline: number): Promise<void> {
    child.terminate('SIGTERM');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), Math.max(0, deadline - Date.now()));
    });
    const ending = await Promise.race([child.ended, late]);
    clearTimeout(timer);
    if (ending === undefined) {
      this.#options.log.warn({ child: name }, `${name} did not drain in time and is cut off`);
      child.terminate('SIGKILL');
    }
    this.#options.log.info({ child: name, ending: await child.ended }, `${name} stopped`);
  }

  #sleep(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wakeAll.signal.addEventListener('abort', () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
