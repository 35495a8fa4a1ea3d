/**
 * How often each principal may ask: a bucket that holds a minute's worth and fills evenly (a token bucket). Of one
 * process: two processes behind a balancer let twice as much through.
 */
export interface Rates {
  /** The field `RateLimit-Policy` (draft-ietf-httpapi-ratelimit-headers-10). */
  readonly policy: string;
  /** Counts one request; costs less than a microsecond. */
  take(who: string): RateTaken;
}

export interface RateTaken {
  /** The field `RateLimit`: what is left, and in how many seconds all of it is there again. */
  readonly field: string;
  /** 0: go on. Otherwise seconds after which there is one again. */
  readonly retryAfter: number;
}

/** Askers that are remembered; one whose bucket is full again needs no remembering. */
const MOST_ASKERS = 10_000;
const WINDOW_MS = 60_000;
/** A bucket that is filled in many small steps is a little short of what it should hold. */
const ROUNDING = 1e-6;

export function openRates({ perMinute, now }: { readonly perMinute: number; readonly now: () => number }): Rates {
  const buckets = new Map<string, { left: number; at: number }>();

  function makeRoom(at: number): void {
    for (const [who, bucket] of buckets) if (at - bucket.at >= WINDOW_MS) buckets.delete(who);
    // All of them within a minute: the first ones get a full bucket the next time they come.
    for (const who of buckets.keys()) {
      if (buckets.size < MOST_ASKERS) break;
      buckets.delete(who);
    }
  }

  return {
    policy: `"requests";q=${perMinute};w=${WINDOW_MS / 1000}`,
    take(who) {
      const at = now();
      let bucket = buckets.get(who);
      if (!bucket) {
        if (buckets.size >= MOST_ASKERS) makeRoom(at);
        buckets.set(who, (bucket = { left: perMinute, at }));
      }
      const left = Math.min(perMinute, bucket.left + ((at - bucket.at) / WINDOW_MS) * perMinute);
      const isLeft = left >= 1 - ROUNDING;
      bucket.left = isLeft ? Math.max(0, left - 1) : left;
      bucket.at = at;
      const full = Math.ceil(((perMinute - bucket.left) / perMinute) * (WINDOW_MS / 1000));
      const retryAfter = isLeft ? 0 : Math.max(1, Math.ceil(((1 - left) / perMinute) * (WINDOW_MS / 1000)));
      return { field: `"requests";r=${Math.floor(bucket.left)};t=${isLeft ? full : retryAfter}`, retryAfter };
    },
  };
}
