import type { Bus } from '#notices';
import { RECEIVED } from '#notices';
import type { Jobs } from './jobs.js';

/**
 * Over the bus of one machine: every worker hears of every submission and takes its share by the id.
 * `instance` counts from 1; there are `instances` workers.
 */
export function openBusJobs(bus: Bus, { instance, instances }: { instance: number; instances: number }): Jobs {
  const isMine = (submission: string): boolean =>
    Number.parseInt(submission.slice(0, 8), 16) % instances === instance - 1;
  return {
    async add(submission) {
      await bus.publish(RECEIVED, submission);
    },
    async work(handler) {
      await bus.subscribe(RECEIVED, (message) => {
        // Acknowledged as soon as it is taken: the sender of a file does not wait for its counts.
        if (typeof message === 'string' && isMine(message)) void handler(message).catch(() => undefined);
      });
    },
    close: () => Promise.resolve(),
  };
}
