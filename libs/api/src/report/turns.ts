import { BellwetherError } from '#vocabulary';

/** Reports that are gathered and written at once, in one process: each asks the warehouse dozens of questions. */
export const REPORTS_AT_ONCE = 2;
/** Reports that wait for their turn, … */
export const REPORTS_WAITING = 8;
/** … and how long, in seconds. */
export const REPORT_WAIT_SECONDS = 10;

interface Bounds {
  readonly atOnce: number;
  readonly waiting: number;
  /** How long one may wait for its turn. */
  readonly seconds: number;
}

/** Does a piece of work when its turn comes, or throws TOO_MANY_REQUESTS with the seconds after which to come again. */
export type Turns = <T>(work: () => Promise<T>) => Promise<T>;

/** Lets so many pieces of work run at once; a few others wait in a line, for a short time. */
export function turns({ atOnce, waiting, seconds }: Bounds): Turns {
  const line: (() => void)[] = [];
  let running = 0;

  const refused = (): BellwetherError =>
    new BellwetherError(
      'TOO_MANY_REQUESTS',
      `${atOnce} are being written and others wait`,
      {},
      { retryAfter: seconds },
    );

  function waitForTurn(): Promise<void> {
    if (line.length >= waiting) throw refused();
    return new Promise((resolve, reject) => {
      const called = (): void => {
        clearTimeout(patience);
        resolve();
      };
      const patience = setTimeout(() => {
        line.splice(line.indexOf(called), 1);
        reject(refused());
      }, seconds * 1000);
      line.push(called);
    });
  }

  return async (work) => {
    // Who ends hands its place to the next in line, so that nobody who comes in between takes it.
    if (running >= atOnce) await waitForTurn();
    else running++;
    try {
      return await work();
    } finally {
      const next = line.shift();
      if (next) next();
      else running--;
    }
  };
}
