import { setImmediate } from 'node:timers/promises';

/** Milliseconds of computing at a stretch: those who publish commits wait for an answer from here. */
const STRETCH_MS = 15;

/** Lets everything else that waits in this process go on, where that is due; to be awaited between pieces of a long work. */
export function breathing(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < STRETCH_MS) return undefined;
    return setImmediate().then(() => {
      since = performance.now();
    });
  };
}
