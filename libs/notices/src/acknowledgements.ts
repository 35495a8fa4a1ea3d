import { ACKNOWLEDGE_WITHIN } from './bus.js';

/** Counts the answers to one published message. */
export interface Tally {
  /** One more process owes an answer. */
  expect(count: number): void;
  /** One process has answered, or never will. */
  settle(handled: boolean): void;
  /** All expected are known; resolves to the number that handled it. */
  counted(): Promise<number>;
}

export function openTally(): Tally {
  let owed = 0;
  let handled = 0;
  let complete = false;
  let resolve: (count: number) => void = () => undefined;
  const result = new Promise<number>((resolved) => (resolve = resolved));
  const timer = setTimeout(() => resolve(handled), ACKNOWLEDGE_WITHIN);
  const finishIfAll = (): void => {
    if (!complete || owed > 0) return;
    clearTimeout(timer);
    resolve(handled);
  };
  return {
    expect: (count) => {
      owed += count;
    },
    settle: (ok) => {
      owed -= 1;
      if (ok) handled += 1;
      finishIfAll();
    },
    counted: () => {
      complete = true;
      finishIfAll();
      return result;
    },
  };
}
