/**
 * Where packed region-years are kept between questions. Disposable: losing it costs time, never a count.
 *
 * A writer that read the warehouse before a commit must not overwrite what came after it, so a value is stored only
 * under a lease taken before the warehouse was read, and `invalidate` ends every lease of its keys.
 * Not promised: that a stored value is still there, or that the latest of several leases on a key is the one that wins.
 */
export interface SeriesStore {
  /** In the order of the keys; undefined is a miss. */
  getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]>;
  /** Permission to store, in the order of the keys. Lasts until invalidated, at most 30 s. */
  lease(keys: readonly string[]): Promise<string[]>;
  /** Stores what is still under its lease; the rest is dropped. */
  put(entries: readonly { readonly key: string; readonly lease: string; readonly value: Uint8Array }[]): Promise<void>;
  invalidate(keys: readonly string[]): Promise<void>;
  close(): Promise<void>;
}

/**
 * A store with a level in the memory of this process. It gives nothing from memory while changes may have been missed.
 * A value that is still the same is the same object, so what was made of it can be kept by it.
 */
export interface LocalStore extends SeriesStore {
  /** From memory alone, at once. */
  peek(key: string): Uint8Array | undefined;
  /** Drops the memory of these keys and their leases, before it returns. To be called with what a commit touched. */
  forget(keys: Iterable<string>): void;
  /** Drops all memory, before it returns. */
  forgetAll(): void;
}
