import { LRUCache } from 'lru-cache';
import type { LocalStore } from './series-store.js';

const LEASES = 100_000;

interface Options {
  /** Bounds the values; each entry is counted with 200 bytes more. */
  readonly maxBytes: number;
  /** Whether every change that was acknowledged has been told to this store; see Bus.follow. */
  readonly isCurrent?: () => boolean;
}

/** A store in the memory of this process. */
export function openProcessStore({ maxBytes, isCurrent = () => true }: Options): LocalStore {
  const values = new LRUCache<string, Uint8Array>({
    maxSize: maxBytes,
    sizeCalculation: (value) => value.length + 200,
  });
  const leases = new LRUCache<string, string>({ max: LEASES, ttl: 30_000 });
  let next = 0;
  const forget = (keys: Iterable<string>): void => {
    for (const key of keys) {
      leases.delete(key);
      values.delete(key);
    }
  };
  const forgetAll = (): void => {
    leases.clear();
    values.clear();
  };
  return {
    peek: (key) => (isCurrent() ? values.get(key) : undefined),
    getMany: (keys) => Promise.resolve(isCurrent() ? keys.map((key) => values.get(key)) : keys.map(() => undefined)),
    lease: (keys) =>
      Promise.resolve(
        keys.map((key) => {
          const lease = String(++next);
          leases.set(key, lease);
          return lease;
        }),
      ),
    put: (entries) => {
      for (const { key, lease, value } of entries) {
        if (leases.get(key) !== lease) continue;
        leases.delete(key);
        values.set(key, value);
      }
      return Promise.resolve();
    },
    invalidate: (keys) => {
      forget(keys);
      return Promise.resolve();
    },
    forget,
    forgetAll,
    close: () => {
      forgetAll();
      return Promise.resolve();
    },
  };
}
