import { type Random, seeded } from '../crash/random.js';

/** Something that can be killed. What it asked for and has not been answered is never answered. */
export interface Process {
  readonly name: string;
  isAlive: boolean;
}

/** What is under way: one port call, message or wait. It happens when the schedule picks it. */
interface Action {
  readonly owner: Process | undefined;
  readonly label: string;
  readonly due: number;
  readonly act: () => void;
  /** Not forgotten when its owner dies: told of the death instead. */
  readonly orphaned: (() => void) | undefined;
}

const TRACE_LINES = 80;

/** The product's own microtasks run to their end: afterwards everything waits for the schedule. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The only source of time, chance and order. Whatever is asked of a port becomes an action; at each step chance picks one
 * of those that are due, lets it happen, and everything that follows from it without a port runs to its end. So a run is
 * a function of its seed. As in FoundationDB's simulator (Zhou et al., FoundationDB, SIGMOD 2021, section 4).
 */
export class Schedule {
  readonly random: Random;
  /** Milliseconds since the epoch. */
  now: number;
  steps = 0;
  readonly #ready: Action[] = [];
  /** Not due yet, the latest first. */
  readonly #later: Action[] = [];
  readonly #trace: string[] = [];
  #hash = 0x811c9dc5;

  constructor(seed: number, now: number) {
    this.random = seeded(seed);
    this.now = now;
  }

  /** Equal for two runs that did the same. */
  get hash(): string {
    return `${(this.#hash >>> 0).toString(16)}-${this.steps}`;
  }

  /** The last steps, oldest first. */
  trace(): readonly string[] {
    return this.#trace;
  }

  note(line: string): void {
    for (let i = 0; i < line.length; i++) this.#hash = Math.imul(this.#hash ^ line.charCodeAt(i), 0x01000193);
    this.#trace.push(`${this.steps} ${line}`);
    if (this.#trace.length > TRACE_LINES) this.#trace.shift();
  }

  plan(action: { owner?: Process; label: string; delay?: number; act: () => void; orphaned?: () => void }): void {
    const { owner, label, delay = 0, act, orphaned } = action;
    const planned: Action = { owner, label, due: this.now + delay, act, orphaned };
    if (delay <= 0) this.#ready.push(planned);
    else {
      let at = this.#later.length;
      while (at > 0 && this.#later[at - 1]!.due < planned.due) at--;
      this.#later.splice(at, 0, planned);
    }
  }

  /** A call of a port: it happens at one step, and is answered if the caller still lives. */
  ask<T>(owner: Process, label: string, act: () => T): Promise<T> {
    if (!owner.isAlive) return new Promise<T>(() => undefined);
    return new Promise<T>((resolve, reject) => {
      this.plan({
        owner,
        label: `${owner.name} ${label}`,
        act() {
          try {
            resolve(act());
          } catch (error) {
            reject(error as Error);
          }
        },
      });
    });
  }

  /** Resolves after so many milliseconds of this clock; rejects when the signal says so. */
  wait(owner: Process, ms: number, signal?: AbortSignal): Promise<void> {
    if (!owner.isAlive) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      const refuse = (): void => reject(new Error('the wait was ended'));
      if (signal?.aborted) return refuse();
      signal?.addEventListener('abort', refuse, { once: true });
      const wake = (): void => {
        signal?.removeEventListener('abort', refuse);
        resolve();
      };
      this.plan({ owner, label: `${owner.name} wakes`, delay: Math.max(1, Math.round(ms)), act: wake });
    });
  }

  kill(process: Process): void {
    process.isAlive = false;
    for (const list of [this.#ready, this.#later]) {
      const its = list.filter(({ owner }) => owner === process);
      if (its.length === 0) continue;
      const others = list.filter(({ owner }) => owner !== process);
      list.splice(0, list.length, ...others);
      for (const { orphaned } of its) orphaned?.();
    }
  }

  /** Whether anything of this process is under way. */
  isBusy(process: Process): boolean {
    return [...this.#ready, ...this.#later].some(({ owner }) => owner === process);
  }

  /** One action. False when there is none. */
  async step(): Promise<boolean> {
    this.now += 1 + this.random.below(4);
    if (this.#ready.length === 0) {
      const next = this.#later.at(-1);
      if (!next) return false;
      this.now = Math.max(this.now, next.due);
    }
    while (this.#later.length > 0 && this.#later.at(-1)!.due <= this.now) this.#ready.push(this.#later.pop()!);
    const at = this.random.below(this.#ready.length);
    const action = this.#ready[at]!;
    const last = this.#ready.pop()!;
    if (last !== action) this.#ready[at] = last;
    this.steps++;
    this.note(action.label);
    action.act();
    await settled();
    return true;
  }
}
