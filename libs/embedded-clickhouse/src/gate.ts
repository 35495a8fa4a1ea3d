import { exception } from './exception.js';

interface Waiting {
  readonly enter: () => void;
  readonly refuse: (error: Error) => void;
}

/** Lets a bounded number of statements run; others wait in order, and what does not fit the queue is refused. */
export class Gate {
  private running = 0;
  private readonly queue: Waiting[] = [];
  private shut = false;

  constructor(
    private readonly places: number,
    private readonly queueLength: number,
  ) {}

  /** Resolves to a function that gives the place back; it may be called once only. `signal` leaves the queue. */
  async enter(signal: AbortSignal): Promise<() => void> {
    if (this.shut) throw exception('ABORTED', 'The server is shutting down');
    if (this.running >= this.places) await this.wait(signal);
    else this.running += 1;
    let left = false;
    return () => {
      if (left) return;
      left = true;
      const next = this.queue.shift();
      if (next === undefined) this.running -= 1;
      else next.enter();
    };
  }

  /** Refuses all that wait and all that come. */
  close(): void {
    this.shut = true;
    for (const { refuse } of this.queue.splice(0)) refuse(exception('ABORTED', 'The server is shutting down'));
  }

  private wait(signal: AbortSignal): Promise<void> {
    if (this.queue.length >= this.queueLength) {
      const most = `${this.places} run and ${this.queue.length} wait`;
      throw exception('TOO_MANY_SIMULTANEOUS_QUERIES', `Too many simultaneous queries: ${most}`);
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        const at = this.queue.indexOf(waiting);
        if (at >= 0) this.queue.splice(at, 1);
        reject(exception('QUERY_WAS_CANCELLED', 'The client went away before its query began'));
      };
      const waiting: Waiting = {
        enter: () => {
          signal.removeEventListener('abort', leave);
          resolve();
        },
        refuse: (error) => {
          signal.removeEventListener('abort', leave);
          reject(error);
        },
      };
      this.queue.push(waiting);
      signal.addEventListener('abort', leave, { once: true });
      if (signal.aborted) leave();
    });
  }
}
