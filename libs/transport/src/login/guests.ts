import type { Principal } from '#access';
import { LRUCache } from 'lru-cache';

/** Told of a login (`principal` is who it was) or of one that was refused (undefined). `user` is what the client wrote. */
export type LoginTold = (login: {
  readonly door: 'sftp' | 'ftps';
  readonly principal: Principal | undefined;
  readonly user: string;
}) => void;

/** Where servers report. */
export type TransportLog = (level: 'info' | 'warn' | 'error', message: string, facts?: Record<string, unknown>) => void;

/** Who may connect, how often it may fail to log in, and how many sessions it may have. */
export interface Guests {
  /** Counts a connection; undefined: there is no room, or too many logins from this address failed. */
  arrive(address: string): Guest | undefined;
}

export interface Guest {
  /** False: the sender has as many sessions as it may have. */
  enter(sender: string): boolean;
  /** A login failed; false: that was one too many from this address. */
  failed(): boolean;
  leave(): void;
}

/** Connections of one server, logged in or not. */
const MOST_CONNECTIONS = 500;
/** Sessions of one sender on one server. */
const MOST_SESSIONS = 20;
/** Failed logins of one address within the time below; then it is turned away until they are forgotten. */
const MOST_FAILURES = 20;
const FAILURES_KEPT_MS = 10 * 60_000;
const MOST_ADDRESSES = 10_000;
/** A connection that has not logged in by then is closed. */
export const LOGIN_WITHIN_MS = 60_000;
/** A connection on which nothing moves for so long is closed; what it had sent can be continued. */
export const IDLE_MS = 10 * 60_000;

export function openGuests(now: () => number): Guests {
  const failures = new LRUCache<string, { count: number; since: number }>({ max: MOST_ADDRESSES });
  const sessions = new Map<string, number>();
  let connections = 0;
  const failuresOf = (address: string): number => {
    const found = failures.get(address);
    return found && now() - found.since < FAILURES_KEPT_MS ? found.count : 0;
  };
  return {
    arrive(address) {
      if (connections >= MOST_CONNECTIONS || failuresOf(address) >= MOST_FAILURES) return undefined;
      connections++;
      let sender: string | undefined;
      let isGone = false;
      return {
        enter(id) {
          const open = sessions.get(id) ?? 0;
          if (open >= MOST_SESSIONS) return false;
          sessions.set(id, open + 1);
          sender = id;
          return true;
        },
        failed() {
          const count = failuresOf(address) + 1;
          failures.set(address, { count, since: count === 1 ? now() : (failures.get(address)?.since ?? now()) });
          return count < MOST_FAILURES;
        },
        leave() {
          if (isGone) return;
          isGone = true;
          connections--;
          if (sender === undefined) return;
          const open = (sessions.get(sender) ?? 1) - 1;
          if (open > 0) sessions.set(sender, open);
          else sessions.delete(sender);
        },
      };
    },
  };
}
