import { randomUUID } from 'node:crypto';
import { exception } from './exception.js';
import type { Connection } from './native.js';
import type { SessionAsked } from './request.js';
import type { Store } from './store.js';

/** An open connection and the tag (`log_comment`) under which its statements can be killed. */
interface Tagged {
  readonly connection: Connection;
  readonly tag: string;
}

interface Held extends Tagged {
  busy: boolean;
  timer: NodeJS.Timeout | undefined;
}

/** A connection lent to one request. */
export interface Lent extends Tagged {
  /**
   * `fresh`: it has the engine's own settings. `prepared`: it has the settings asked for from an earlier request.
   * `begun`: a session's, fresh. `session`: a session's, with what its client has set.
   */
  readonly state: 'fresh' | 'prepared' | 'begun' | 'session';
  /** Gives the connection back, idle. `unchanged`: the statement left no trace, so that it may serve its like again. */
  giveBack(unchanged: boolean): void;
}

export interface LendOptions {
  readonly user: string;
  readonly session: SessionAsked | undefined;
  /** Names everything that the preamble sets; undefined where a connection must not be used again. */
  readonly likeness: string | undefined;
}

/**
 * Every request gets a connection whose settings are the ones it asked for and nothing else: that of its session, an
 * idle one that was prepared for exactly the same settings, or a new one. Opening and preparing one costs 0.7 to 1.2 ms
 * of CPU, as much as the statement itself.
 */
export class Connections {
  private readonly sessions = new Map<string, Held>();
  /** Idle prepared connections, the longest unused first. */
  private readonly idle: (Tagged & { readonly likeness: string })[] = [];

  constructor(
    private readonly store: Store,
    private readonly most: { readonly sessions: number; readonly idle: number },
  ) {}

  /**
   * @throws ClickHouseException SESSION_IS_LOCKED where the session serves another request, SESSION_NOT_FOUND where it
   *   was to exist.
   */
  lend({ user, session, likeness }: LendOptions): Lent {
    if (session !== undefined) return this.ofSession(`${user}\0${session.id}`, session);
    const at = likeness === undefined ? -1 : this.idle.findLastIndex((each) => each.likeness === likeness);
    const found = at < 0 ? undefined : this.idle.splice(at, 1)[0];
    const tagged = found ?? this.open();
    const giveBack = (unchanged: boolean): void => {
      if (likeness === undefined || !unchanged) this.store.disconnect(tagged.connection);
      else this.keep({ ...tagged, likeness });
    };
    return { ...tagged, state: found === undefined ? 'fresh' : 'prepared', giveBack };
  }

  /** Closes all connections. None may be lent. */
  close(): void {
    for (const key of [...this.sessions.keys()]) this.drop(key);
    for (const { connection } of this.idle.splice(0)) this.store.disconnect(connection);
  }

  private open(): Tagged {
    return { connection: this.store.connect(), tag: randomUUID() };
  }

  private keep(prepared: Tagged & { readonly likeness: string }): void {
    this.idle.push(prepared);
    if (this.idle.length > this.most.idle) this.store.disconnect(this.idle.shift()!.connection);
  }

  private ofSession(key: string, asked: SessionAsked): Lent {
    const known = this.sessions.get(key);
    const held = known ?? this.begin(key, asked);
    if (held.busy) throw exception('SESSION_IS_LOCKED', `Session ${asked.id} is locked by a concurrent client`);
    held.busy = true;
    clearTimeout(held.timer);
    const giveBack = (): void => {
      held.busy = false;
      held.timer = setTimeout(() => this.drop(key), asked.timeout * 1000).unref();
    };
    return { connection: held.connection, tag: held.tag, state: known === undefined ? 'begun' : 'session', giveBack };
  }

  private begin(key: string, asked: SessionAsked): Held {
    if (asked.check) throw exception('SESSION_NOT_FOUND', `Session ${asked.id} not found`);
    if (this.sessions.size >= this.most.sessions) {
      throw exception('TOO_MANY_SIMULTANEOUS_QUERIES', `Too many sessions: ${this.most.sessions} are open`);
    }
    const held: Held = { ...this.open(), busy: false, timer: undefined };
    this.sessions.set(key, held);
    return held;
  }

  private drop(key: string): void {
    const held = this.sessions.get(key);
    if (held === undefined || held.busy) return;
    clearTimeout(held.timer);
    this.sessions.delete(key);
    this.store.disconnect(held.connection);
  }
}
