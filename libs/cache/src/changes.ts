/** What an answer rests on, as it stood when the answer was begun. */
export interface Mark {
  readonly slots: Uint32Array;
  readonly counts: Uint32Array;
  readonly age: number;
}

/**
 * Tells whether anything that an answer was made of has changed since. Names (of region-years, of datasets) share a
 * table of counters of fixed size: two names on one counter cost an answer that is made again, never one that is stale.
 */
export interface Changes {
  /** To be taken before anything is read. */
  mark(names: readonly string[]): Mark;
  /** False once one of the names was touched, and while changes may have been missed. */
  holds(mark: Mark): boolean;
  touch(names: Iterable<string>): void;
  /** Nothing that was marked holds any longer. */
  touchAll(): void;
}

const COUNTERS = 1 << 18;

/** FNV-1a over the characters, folded to the size of the table. */
function slotOf(name: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  return (hash ^ (hash >>> 18)) & (COUNTERS - 1);
}

/** `isCurrent`: whether every change that was acknowledged has been touched here; see Bus.follow. */
export function openChanges({ isCurrent = () => true }: { isCurrent?: () => boolean } = {}): Changes {
  const counters = new Uint32Array(COUNTERS);
  let age = 0;
  return {
    mark(names) {
      const slots = new Uint32Array(names.length);
      const counts = new Uint32Array(names.length);
      for (let i = 0; i < names.length; i++) {
        const slot = slotOf(names[i]!);
        slots[i] = slot;
        counts[i] = counters[slot]!;
      }
      return { slots, counts, age };
    },
    holds(mark) {
      if (mark.age !== age || !isCurrent()) return false;
      const { slots, counts } = mark;
      for (let i = 0; i < slots.length; i++) if (counters[slots[i]!] !== counts[i]) return false;
      return true;
    },
    touch(names) {
      for (const name of names) counters[slotOf(name)]!++;
    },
    touchAll() {
      age++;
    },
  };
}
