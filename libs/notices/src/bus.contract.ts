import { afterEach, describe, expect, it } from '@jest/globals';
import { ACKNOWLEDGE_WITHIN, CURRENT_FOR, MESSAGE_LIMIT, type Bus, type Message } from './bus.js';

/** What every bus promises; `open` gives one more process on the same bus. */
export function describeBus(adapter: string, open: (name: string) => Promise<Bus>): void {
  describe(`${adapter} keeps the contract of a bus`, () => {
    const buses: Bus[] = [];
    const join = async (name: string): Promise<Bus> => {
      const bus = await open(name);
      buses.push(bus);
      return bus;
    };
    afterEach(async () => {
      await Promise.all(buses.splice(0).map((bus) => bus.close()));
    });

    it('hands a message to every subscribed process, the publisher included, and counts them', async () => {
      const [api, other, ingest] = [await join('api'), await join('api'), await join('ingest')];
      const heard: [string, Message][] = [];
      await api.subscribe('commit', (message) => void heard.push(['api', message]));
      await other.subscribe('commit', (message) => void heard.push(['other', message]));
      await ingest.subscribe('commit', (message) => void heard.push(['ingest', message]));
      expect(await ingest.publish('commit', { rev: 7, days: ['2026-01-01'] })).toBe(3);
      expect(heard.toSorted()).toEqual([
        ['api', { rev: 7, days: ['2026-01-01'] }],
        ['ingest', { rev: 7, days: ['2026-01-01'] }],
        ['other', { rev: 7, days: ['2026-01-01'] }],
      ]);
    });

    it('has awaited the handlers when publish resolves', async () => {
      const [api, ingest] = [await join('api'), await join('ingest')];
      let done = false;
      await api.subscribe('commit', async () => {
        await new Promise((resolve) => setTimeout(resolve, 50));
        done = true;
      });
      expect(await ingest.publish('commit', 1)).toBe(1);
      expect(done).toBe(true);
    });

    it('counts nobody on a topic nobody listens to', async () => {
      const [api, ingest] = [await join('api'), await join('ingest')];
      await api.subscribe('commit', () => undefined);
      expect(await ingest.publish('reload', null)).toBe(0);
    });

    it('counts a process once, however many handlers it has, and hands the message to each', async () => {
      const [api, ingest] = [await join('api'), await join('ingest')];
      let calls = 0;
      const count = (): void => void calls++;
      await api.subscribe('commit', count);
      await api.subscribe('commit', count);
      expect(await ingest.publish('commit', 0)).toBe(1);
      expect(calls).toBe(2);
    });

    it('does not count a process whose handler throws, and goes on serving it', async () => {
      const [api, ingest] = [await join('api'), await join('ingest')];
      let broken = true;
      await api.subscribe('commit', () => {
        if (broken) throw new Error('planned');
      });
      expect(await ingest.publish('commit', 1)).toBe(0);
      broken = false;
      expect(await ingest.publish('commit', 2)).toBe(1);
    });

    it(`gives up after ${ACKNOWLEDGE_WITHIN} ms on a handler that does not end`, async () => {
      const [api, web, ingest] = [await join('api'), await join('web'), await join('ingest')];
      await api.subscribe('commit', () => new Promise(() => undefined));
      await web.subscribe('commit', () => undefined);
      expect(await ingest.publish('commit', 1)).toBe(1);
    });

    it('hands over the messages of one publisher in order', async () => {
      const [api, ingest] = [await join('api'), await join('ingest')];
      const heard: Message[] = [];
      await api.subscribe('commit', (message) => void heard.push(message));
      const revs = Array.from({ length: 200 }, (_, index) => index);
      expect(await Promise.all(revs.map((rev) => ingest.publish('commit', rev)))).toEqual(revs.map(() => 1));
      expect(heard).toEqual(revs);
    });

    it('no longer hands messages to a handler that was stopped or a bus that was closed', async () => {
      const [api, web, ingest] = [await join('api'), await join('web'), await join('ingest')];
      const stop = await api.subscribe('commit', () => undefined);
      await web.subscribe('commit', () => undefined);
      expect(await ingest.publish('commit', 1)).toBe(2);
      await stop();
      expect(await ingest.publish('commit', 2)).toBe(1);
      await web.close();
      expect(await ingest.publish('commit', 3)).toBe(0);
    });

    it('reaches a process that joined after the publisher', async () => {
      const ingest = await join('ingest');
      expect(await ingest.publish('commit', 1)).toBe(0);
      const api = await join('api');
      await api.subscribe('commit', () => undefined);
      expect(await ingest.publish('commit', 2)).toBe(1);
    });

    it('carries large messages, line ends and characters outside ASCII unchanged', async () => {
      const [api, ingest] = [await join('api'), await join('ingest')];
      const heard: Message[] = [];
      await api.subscribe('commit', (message) => void heard.push(message));
      const message = { text: 'a\nb "ü" 𝄞 \u2028', many: Array.from({ length: 50_000 }, (_, index) => index) };
      expect(await ingest.publish('commit', message)).toBe(1);
      expect(heard).toEqual([message]);
    });

    it('lets nobody who follows be current without having been handed a message whose publish has resolved', async () => {
      const [api, ingest] = [await join('api'), await join('ingest')];
      let heard = 0;
      await api.subscribe('commit', (message) => {
        heard = Number(message);
        return new Promise(() => undefined); // its synchronous part is what counts
      });
      const isCurrent = await api.follow(() => undefined);
      for (let rev = 1; rev <= 3; rev++) {
        expect(isCurrent()).toBe(true);
        await ingest.publish('commit', rev);
        expect({ heard, isCurrent: isCurrent() }).toEqual({ heard: rev, isCurrent: true });
      }
    });

    it('is not current when the process has been stalled, and is again once it has caught up', async () => {
      const api = await join('api');
      const isCurrent = await api.follow(() => undefined);
      const until = performance.now() + CURRENT_FOR + 50;
      while (performance.now() < until);
      expect(isCurrent()).toBe(false);
      while (!isCurrent()) await new Promise((resolve) => setTimeout(resolve, 10));
    });

    it('refuses a message above the limit', async () => {
      const ingest = await join('ingest');
      await expect(ingest.publish('commit', 'x'.repeat(MESSAGE_LIMIT))).rejects.toMatchObject({ code: 'INTERNAL' });
    });
  });
}
