import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { openTally, type Tally } from './acknowledgements.js';
import type { Bus, Handler, Message } from './bus.js';
import { addHandler, handle, lineOf, type Handlers } from './handlers.js';

interface Options {
  /** May carry a password; it is never printed. */
  readonly url: string;
  /** Set apart several Bellwethers on one Redis. */
  readonly prefix?: string;
}

/**
 * The bus of many machines, over Redis publish/subscribe. A message names the channel its publisher listens on, and
 * every subscriber answers there; Redis itself says how many subscribers a message reached.
 */
export async function openRedisBus({ url, prefix = 'bellwether' }: Options): Promise<Bus> {
  const bus = new RedisBus(url, prefix);
  await bus.listen();
  return bus;
}

class RedisBus implements Bus {
  readonly #sender: Redis;
  readonly #receiver: Redis;
  readonly #prefix: string;
  readonly #answers: string;
  readonly #handlers: Handlers = new Map();
  readonly #waiting = new Map<string, Tally>();
  #closed = false;

  constructor(url: string, prefix: string) {
    this.#prefix = prefix;
    this.#answers = `${prefix}:answers:${randomUUID()}`;
    this.#sender = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
    this.#receiver = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null });
    // Both reconnect by themselves; a command that cannot be sent rejects at its caller.
    for (const connection of [this.#sender, this.#receiver]) connection.on('error', () => undefined);
    this.#receiver.on('message', (channel: string, text: string) => this.#receive(channel, text));
  }

  async listen(): Promise<void> {
    await Promise.all([this.#sender.connect(), this.#receiver.connect()]);
    await this.#receiver.subscribe(this.#answers);
  }

  async publish(topic: string, message: Message): Promise<number> {
    if (this.#closed) return 0;
    const id = randomUUID();
    const line = lineOf({ id, topic, message, answers: this.#answers });
    const tally = openTally();
    this.#waiting.set(id, tally);
    try {
      tally.expect(await this.#sender.publish(this.#channel(topic), line));
      return await tally.counted();
    } finally {
      void tally.counted(); // lets go of the timer when Redis failed
      this.#waiting.delete(id);
    }
  }

  async subscribe(topic: string, handler: Handler): Promise<() => Promise<void>> {
    const stop = addHandler(this.#handlers, topic, handler);
    await this.#receiver.subscribe(this.#channel(topic));
    return async () => {
      stop();
      if (!this.#handlers.has(topic)) await this.#receiver.unsubscribe(this.#channel(topic));
    };
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#handlers.clear();
    this.#receiver.disconnect();
    this.#sender.disconnect();
    return Promise.resolve();
  }

  #channel(topic: string): string {
    return `${this.#prefix}:topic:${topic}`;
  }

  #receive(channel: string, text: string): void {
    const { id, topic, message, answers, handled } = JSON.parse(text) as Record<string, Message>;
    if (channel === this.#answers) {
      this.#waiting.get(String(id))?.settle(handled === true);
      return;
    }
    if (typeof topic !== 'string' || typeof answers !== 'string' || message === undefined) return;
    void handle(this.#handlers, topic, message)
      .then((ok) => this.#sender.publish(answers, JSON.stringify({ id: id ?? null, handled: ok })))
      .catch(() => undefined); // the publisher waits no longer than its limit
  }
}
