import { LRUCache } from 'lru-cache';
import type { SeriesStore } from './series-store.js';

const LEASES = 100_000;

/** A store in the memory of this process. `maxBytes` bounds the values; each entry costs about 200 bytes more. */
export function openProcessStore({ maxBytes }: { maxBytes: number }): SeriesStore {
  const values = new LRUCache<string, Uint8Array>({
    maxSize: maxBytes,
    sizeCalculation: (value) => value.length + 200,
  });
  const leases = new LRUCache<string, string>({ max: LEASES, ttl: 30_000 });
  let next = 0;
  return {
    getMany: (keys) => Promise.resolve(keys.map((key) => values.get(key))),
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
      for (const key of keys) {
        leases.delete(key);
        values.delete(key);
      }
      return Promise.resolve();
    },
    close: () => {
      values.clear();
      return Promise.resolve();
    },
  };
}
