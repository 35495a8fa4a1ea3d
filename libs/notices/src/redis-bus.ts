import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { openTally, type Tally } from './acknowledgements.js';
import { ACKNOWLEDGE_WITHIN, type Bus, CURRENT_FOR, type Handler, MAKE_SURE_EVERY, type Message } from './bus.js';
import { addHandler, handle, lineOf, type Handlers } from './handlers.js';

interface Options {
  /** May carry a password; it is never printed. */
  readonly url: string;
  /** Set apart several Bellwethers on one Redis. */
  readonly prefix?: string;
}

/** Milliseconds that Redis keeps a process on the list of those that follow: somewhat longer than it thinks itself. */
const LISTED_FOR = 900;

/** KEYS: the list. ARGV: who, for how long. Puts a process on the list of those that follow. */
const ENLIST = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
redis.call('ZADD', KEYS[1], now + ARGV[2], ARGV[1])
return 1`;

/**
 * KEYS: the list, and since when it is complete. Who is on the list, and for how many milliseconds the list has been
 * kept: a Redis that was emptied or started anew has forgotten who follows.
 */
const LISTED = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local since = redis.call('GET', KEYS[2])
if not since then
  since = now
  redis.call('SET', KEYS[2], string.format('%.0f', now))
end
return {redis.call('ZRANGEBYSCORE', KEYS[1], now, '+inf'), now - since}`;

/**
 * The bus of many machines, over Redis publish/subscribe. A message names the channel its publisher listens on, and
 * every subscriber answers there; Redis itself says how many subscribers a message reached.
 */
export async function openRedisBus({ url, prefix = 'bellwether' }: Options): Promise<Bus> {
  const bus = new RedisBus(url, prefix);
  await bus.listen();
  return bus;
}

interface Waiting {
  readonly tally: Tally;
  /** Who has answered. */
  readonly by: Set<string>;
}

class RedisBus implements Bus {
  readonly #id = randomUUID();
  readonly #sender: Redis;
  readonly #receiver: Redis;
  readonly #prefix: string;
  readonly #answers: string;
  readonly #handlers: Handlers = new Map();
  readonly #waiting = new Map<string, Waiting>();
  #makingSure: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(url: string, prefix: string) {
    this.#prefix = prefix;
    this.#answers = `${prefix}:answers:${this.#id}`;
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
    const by = new Set<string>();
    this.#waiting.set(id, { tally, by });
    try {
      // In this order on one connection: who is listed later has yet to make sure, and reads the message before that.
      const published = this.#sender.publish(this.#channel(topic), line);
      const listed = this.#sender.eval(LISTED, 2, this.#list, `${this.#list}:since`) as Promise<[string[], number]>;
      const [reached, [followers, kept]] = await Promise.all([published, listed]);
      const read = performance.now();
      tally.expect(reached);
      const handled = await tally.counted();
      const isSilent = kept < ACKNOWLEDGE_WITHIN || followers.some((follower) => !by.has(follower));
      if (isSilent) await pause(Math.max(0, ACKNOWLEDGE_WITHIN - (performance.now() - read)));
      return handled;
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
    clearInterval(this.#makingSure);
    this.#receiver.disconnect();
    this.#sender.disconnect();
    return Promise.resolve();
  }

  /**
   * A ping on the connection of the messages comes back after every message that was published before it. Who follows is
   * listed in Redis, for a publisher is to wait also for those that Redis has lost sight of.
   */
  async follow(lost: () => void): Promise<() => boolean> {
    let until = 0;
    let connection = 0;
    let made = 0;
    this.#receiver.on('close', () => {
      connection++;
      until = 0;
      lost();
    });
    const makeSure = async (): Promise<void> => {
      const asked = performance.now();
      const asking = connection;
      await this.#sender.eval(ENLIST, 1, this.#list, this.#id, LISTED_FOR);
      await this.#receiver.ping();
      if (asking !== connection || this.#closed) return;
      if (made !== connection) lost(); // what was read while nobody told of changes
      made = connection;
      until = Math.max(until, asked + CURRENT_FOR);
    };
    await makeSure();
    this.#makingSure = setInterval(() => void makeSure().catch(() => undefined), MAKE_SURE_EVERY).unref();
    return () => performance.now() < until;
  }

  get #list(): string {
    return `${this.#prefix}:following`;
  }

  #channel(topic: string): string {
    return `${this.#prefix}:topic:${topic}`;
  }

  #receive(channel: string, text: string): void {
    const { id, topic, message, answers, handled, by } = JSON.parse(text) as Record<string, Message>;
    if (channel === this.#answers) {
      const waiting = this.#waiting.get(String(id));
      waiting?.by.add(String(by));
      waiting?.tally.settle(handled === true);
      return;
    }
    if (typeof topic !== 'string' || typeof answers !== 'string' || message === undefined) return;
    void handle(this.#handlers, topic, message)
      .then((ok) => this.#sender.publish(answers, JSON.stringify({ id: id ?? null, handled: ok, by: this.#id })))
      .catch(() => undefined); // the publisher waits no longer than its limit
  }
}
