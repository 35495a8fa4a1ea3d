import { type Day, type Region, regionKey } from '#vocabulary';
import type { CommitNotice } from '#notices';

/** Why something is judged: a commit, the time of day, or that the process has begun (or may have missed something). */
export type Cause = 'commit' | 'daily' | 'start';

/** What has to be looked at again. */
export interface Work {
  readonly cause: Cause;
  /** Everything, from what is in the warehouse. */
  readonly isWhole: boolean;
  /** Facilities whose counts have changed. */
  readonly facilities: ReadonlySet<string>;
  /** First and last day that has changed. */
  readonly first: Day;
  readonly last: Day;
  /** Regions, and the first day of each that has changed. */
  readonly regions: ReadonlyMap<string, { readonly region: Region; readonly from: Day }>;
  /** Newest commit. */
  readonly rev: number;
  /** When the oldest of it was told, milliseconds since the epoch. */
  readonly since: number;
}

/** Facilities and regions that are remembered one by one; beyond, everything is looked at. */
const MOST = 20_000;

/** What is waiting, put together: however many commits come meanwhile, it is bounded, and looked at once. */
export class Pending {
  #cause: Cause = 'commit';
  #isWhole = false;
  #facilities = new Set<string>();
  #regions = new Map<string, { region: Region; from: Day }>();
  #first: Day = Infinity;
  #last: Day = -Infinity;
  #rev = 0;
  #since: number | undefined;

  get isEmpty(): boolean {
    return this.#since === undefined;
  }

  /** When the oldest of it was told; undefined when nothing waits. */
  get since(): number | undefined {
    return this.#since;
  }

  get size(): number {
    return this.#regions.size;
  }

  /** Days outside of `first` to `last` matter to nothing that is judged. */
  add({ touched, rev }: CommitNotice, { first, last, now }: { first: Day; last: Day; now: number }): void {
    this.#rev = Math.max(this.#rev, rev);
    for (const { region, days } of touched) {
      let from = Infinity;
      for (const day of days) {
        if (day < first || day > last) continue;
        from = Math.min(from, day);
        this.#last = Math.max(this.#last, day);
      }
      if (from === Infinity) continue;
      this.#since ??= now;
      this.#first = Math.min(this.#first, from);
      if (this.#isWhole) continue;
      if (region.level === 'facility') this.#facilities.add(region.code);
      const key = regionKey(region);
      const known = this.#regions.get(key);
      if (known) known.from = Math.min(known.from, from);
      else this.#regions.set(key, { region, from });
      if (this.#regions.size > MOST) this.addAll('commit', now);
    }
  }

  addAll(cause: Cause, now: number): void {
    this.#cause = cause;
    this.#isWhole = true;
    this.#since ??= now;
    this.#facilities.clear();
    this.#regions.clear();
  }

  /** All of it; nothing waits then. */
  take(now: number): Work {
    const work: Work = {
      cause: this.#cause,
      isWhole: this.#isWhole,
      facilities: this.#facilities,
      first: this.#first,
      last: this.#last,
      regions: this.#regions,
      rev: this.#rev,
      since: this.#since ?? now,
    };
    this.#cause = 'commit';
    this.#isWhole = false;
    this.#facilities = new Set();
    this.#regions = new Map();
    this.#first = Infinity;
    this.#last = -Infinity;
    this.#since = undefined;
    return work;
  }
}
