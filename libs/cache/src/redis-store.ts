import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import type { SeriesStore } from './series-store.js';

const LEASE_MS = 30_000;
const CHUNK = 1000;
/** Redis answers within this, or counts as away. */
const ANSWER_MS = 5000;

/** KEYS: value, lease. ARGV: lease, value. */
const PUT_UNDER_LEASE = `if redis.call('GET', KEYS[2]) == ARGV[1] then
  redis.call('SET', KEYS[1], ARGV[2])
  redis.call('DEL', KEYS[2])
  return 1
end
return 0`;

/** A store in Redis, shared by any number of processes. Keys: `series:<key>` and `lease:<key>`. */
export function openRedisStore({ url }: { url: string }): SeriesStore {
  const redis = new Redis(url, { maxRetriesPerRequest: 3, enableAutoPipelining: true, commandTimeout: ANSWER_MS });
  redis.on('error', () => undefined); // a command that fails tells its caller; a lost connection is retried
  const valueKey = (key: string): string => `series:${key}`;
  const leaseKey = (key: string): string => `lease:${key}`;

  return {
    async getMany(keys) {
      if (keys.length === 0) return [];
      return (await redis.mgetBuffer(keys.map(valueKey))).map((value) => value ?? undefined);
    },
    async lease(keys) {
      return Promise.all(
        keys.map(async (key) => {
          const lease = randomUUID();
          await redis.set(leaseKey(key), lease, 'PX', LEASE_MS);
          return lease;
        }),
      );
    },
    async put(entries) {
      await Promise.all(
        entries.map(({ key, lease, value }) =>
          redis.eval(
            PUT_UNDER_LEASE,
            2,
            valueKey(key),
            leaseKey(key),
            lease,
            Buffer.from(value.buffer, value.byteOffset, value.length),
          ),
        ),
      );
    },
    async invalidate(keys) {
      for (let at = 0; at < keys.length; at += CHUNK) {
        await redis.del(keys.slice(at, at + CHUNK).flatMap((key) => [valueKey(key), leaseKey(key)]));
      }
    },
    async close() {
      await redis.quit().catch(() => redis.disconnect());
    },
  };
}
