import { exception } from './exception.js';
import type { Connection } from './native.js';
import type { SessionAsked } from './request.js';
import type { Store } from './store.js';

interface Held {
  readonly connection: Connection;
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** A connection lent to one request. */
export interface Lent {
  readonly connection: Connection;
  /** True where the connection outlives the request, so that what the request sets must be taken back. */
  readonly sticky: boolean;
  /** Gives the connection back; it must be idle. */
  giveBack(): void;
}

/** Connections by session id. A session serves one request at a time, and is dropped after its timeout of idleness. */
export class Sessions {
  private readonly held = new Map<string, Held>();

  constructor(
    private readonly store: Store,
    private readonly most: number,
  ) {}

  /**
   * The session's connection, or a fresh one where none is asked for.
   *
   * @throws ClickHouseException SESSION_IS_LOCKED where the session serves another request, SESSION_NOT_FOUND where it
   *   was to exist.
   */
  lend(user: string, asked: SessionAsked | undefined): Lent {
    if (asked === undefined) {
      const connection = this.store.connect();
      return { connection, sticky: false, giveBack: () => this.store.disconnect(connection) };
    }
    const key = `${user}\0${asked.id}`;
    const held = this.held.get(key) ?? this.begin(key, asked);
    if (held.busy) throw exception('SESSION_IS_LOCKED', `Session ${asked.id} is locked by a concurrent client`);
    held.busy = true;
    clearTimeout(held.timer);
    const giveBack = (): void => {
      held.busy = false;
      held.timer = setTimeout(() => this.drop(key), asked.timeout * 1000).unref();
    };
    return { connection: held.connection, sticky: true, giveBack };
  }

  /** Drops every session. None may be busy. */
  close(): void {
    for (const key of [...this.held.keys()]) this.drop(key);
  }

  private begin(key: string, asked: SessionAsked): Held {
    if (asked.check) throw exception('SESSION_NOT_FOUND', `Session ${asked.id} not found`);
    if (this.held.size >= this.most) {
      throw exception('TOO_MANY_SIMULTANEOUS_QUERIES', `Too many sessions: ${this.most} are open`);
    }
    const held: Held = { connection: this.store.connect(), busy: false, timer: undefined };
    this.held.set(key, held);
    return held;
  }

  private drop(key: string): void {
    const held = this.held.get(key);
    if (held === undefined || held.busy) return;
    clearTimeout(held.timer);
    this.held.delete(key);
    this.store.disconnect(held.connection);
  }
}
