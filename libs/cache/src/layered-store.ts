import type { LocalStore, SeriesStore } from './series-store.js';

/** A lease of both levels in one text; neither level writes a space into its own. */
const both = (own: string, shared: string): string => `${own} ${shared}`;
const NONE = 'none';

/**
 * The memory of this process before a store that many share. What is taken from the shared store goes to memory under a
 * lease taken before it was read, so that a change told in between is not overwritten by what was before it. A shared
 * store that does not answer is a miss: the warehouse then answers.
 */
export function openLayeredStore({ memory, shared }: { memory: LocalStore; shared: SeriesStore }): LocalStore {
  return {
    peek: memory.peek,
    forget: memory.forget,
    forgetAll: memory.forgetAll,
    async getMany(keys) {
      const found = await memory.getMany(keys);
      const missing = keys.filter((_, i) => found[i] === undefined);
      if (missing.length === 0) return found;
      const leases = await memory.lease(missing);
      const values = await shared.getMany(missing).catch(() => missing.map(() => undefined));
      const taken = new Map<string, Uint8Array>();
      const entries = missing.flatMap((key, i) => {
        const value = values[i];
        if (value === undefined) return [];
        taken.set(key, value);
        return [{ key, lease: leases[i]!, value }];
      });
      await memory.put(entries);
      return keys.map((key, i) => found[i] ?? taken.get(key));
    },
    async lease(keys) {
      const own = await memory.lease(keys);
      const theirs = await shared.lease(keys).catch(() => keys.map(() => NONE));
      return keys.map((_, i) => both(own[i]!, theirs[i]!));
    },
    async put(entries) {
      const split = entries.map(({ key, lease, value }) => {
        const [own = '', theirs = NONE] = lease.split(' ');
        return { key, own, theirs, value };
      });
      await memory.put(split.map(({ key, own, value }) => ({ key, lease: own, value })));
      const kept = split.filter(({ theirs }) => theirs !== NONE);
      await shared.put(kept.map(({ key, theirs, value }) => ({ key, lease: theirs, value }))).catch(() => undefined);
    },
    async invalidate(keys) {
      memory.forget(keys);
      await shared.invalidate(keys);
    },
    async close() {
      await memory.close();
      await shared.close();
    },
  };
}
