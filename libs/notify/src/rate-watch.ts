/** How many of a feed's files are refused before it is told. */
export interface Threshold {
  /** Of the files of the last minutes, from 0 to 1. */
  readonly share: number;
  /** Fewer files say nothing. */
  readonly files: number;
  readonly minutes: number;
}

export interface Crossing {
  readonly feed: string;
  readonly refused: number;
  readonly files: number;
}

const BUCKETS = 60;

/**
 * Watches the share of refused files of each feed over the last minutes. `seen` tells of one file; a crossing is what
 * brought the share to the threshold, once, until it has been below half of it.
 */
export function openRateWatch(
  { share, files: least, minutes }: Threshold,
  now: () => number,
): { seen(feed: string, isRefused: boolean): Crossing | undefined } {
  const width = (minutes * 60_000) / BUCKETS;
  const feeds = new Map<string, { buckets: Map<number, { files: number; refused: number }>; isAbove: boolean }>();
  return {
    seen(feed, isRefused) {
      let watched = feeds.get(feed);
      if (!watched) feeds.set(feed, (watched = { buckets: new Map(), isAbove: false }));
      const { buckets } = watched;
      const at = Math.floor(now() / width);
      for (const bucket of buckets.keys()) if (bucket <= at - BUCKETS) buckets.delete(bucket);
      const current = buckets.get(at) ?? { files: 0, refused: 0 };
      buckets.set(at, { files: current.files + 1, refused: current.refused + Number(isRefused) });
      let [files, refused] = [0, 0];
      for (const bucket of buckets.values()) {
        files += bucket.files;
        refused += bucket.refused;
      }
      const found = refused / files;
      if (found < share / 2) watched.isAbove = false;
      if (watched.isAbove || files < least || found < share) return undefined;
      watched.isAbove = true;
      return { feed, refused, files };
    },
  };
}
