import { LRUCache } from 'lru-cache';

/** Years of regions as they were known then, packed. What was known then may still change: a late file is counted late. */
export interface PastYears {
  /** Undefined when it is not kept, or does not hold any more. */
  get(key: string): Uint8Array | undefined;
  put(key: string, year: { readonly bytes: Uint8Array; holds(): boolean }): void;
}

/** Counted besides the bytes. */
const OVERHEAD = 400;

export function openPastYears({ maxBytes }: { maxBytes: number }): PastYears {
  const kept = new LRUCache<string, { readonly bytes: Uint8Array; holds(): boolean }>({
    maxSize: Math.max(1, maxBytes),
    sizeCalculation: ({ bytes }) => bytes.length + OVERHEAD,
  });
  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined || found.holds()) return found?.bytes;
      kept.delete(key);
      return undefined;
    },
    put: (key, year) => void kept.set(key, year),
  };
}
