import { BellwetherError, type Receipt } from '#vocabulary';
import type { RawStore } from '#raw-store';
import type { Configuration } from '#registry';
import { statedBy } from '../read-submission.js';

/** Takes a submission in: what its name states, then the raw store. The receipt is durable when it resolves. */
export async function receive(
  { store, configuration, now }: { readonly store: RawStore; configuration(): Configuration; now(): number },
  submission: {
    readonly feed: string;
    readonly name: string;
    readonly content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
    /** For imports of history only: when it had arrived. */
    readonly receivedAt?: number | undefined;
  },
): Promise<Receipt> {
  const feed = configuration().feeds.get(submission.feed);
  if (!feed) throw new BellwetherError('UNKNOWN_FEED', `there is no feed "${submission.feed.slice(0, 64)}"`);
  const name = submission.name.replace(/^.*[/\\]/, '').slice(0, 255);
  let stated: Readonly<Record<string, string>> = {};
  try {
    stated = statedBy(feed, name);
  } catch {
    // Received all the same: bytes are never turned away for their name; the reading quarantines it.
  }
  return store.put({ feed: feed.id, name, stated, receivedAt: submission.receivedAt ?? now() }, submission.content);
}
