import { BellwetherError } from '#vocabulary';
import { type RawStore, type StoredSubmission, blockingDisk, openKeys, openRawStore } from '#raw-store';
import { type Configuration, type Feed, loadConfiguration, readSecret } from '#registry';
import { senderOf } from './ingest/passwords.js';
import { readSubmission } from './read-submission.js';
import type { ReadingAnswer, ReadingSetting, ReadingTask } from './reading-threads.js';

interface Plain {
  readonly store: RawStore;
  readonly stored: StoredSubmission;
  readonly feed: Feed;
  readonly configuration: Configuration;
}

/**
 * Reads one submission after the other, from the raw store to counts, by calls that wait. The configuration is read from
 * its folder when its version changes; when the folder has moved on meanwhile, who asked has to read by itself, as it
 * has where anything else is not as it mostly is. Never throws.
 */
export function openReader({
  vault,
  secrets,
  recordKey,
}: ReadingSetting): (task: ReadingTask) => Promise<ReadingAnswer> {
  let store: RawStore | undefined;
  let configuration: Configuration | undefined;

  function passwordOf({ password }: Feed, key: string): string | undefined {
    if (!password) return undefined;
    for (const folder of secrets) {
      const found = readSecret(password, { folder, key });
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Undefined: it is no plain file of a feed that is in force. */
  async function plainFile({ submission, folder, version }: ReadingTask): Promise<Plain | undefined> {
    store ??= await openRawStore({ ...vault, keys: openKeys(vault.keys), maxBytes: 0, disk: blockingDisk });
    if (configuration?.version !== version || configuration.folder !== folder)
      configuration = loadConfiguration(folder);
    if (configuration.version !== version) return undefined;
    const stored = await store.facts(submission);
    if (!stored || stored.kind === 'order') return undefined;
    const feed = configuration.feeds.get(stored.feed);
    return feed?.enabled ? { store, stored, feed, configuration } : undefined;
  }

  async function readPlain({ store, stored, feed, configuration }: Plain): Promise<ReadingAnswer> {
    const password = passwordOf(feed, senderOf(stored));
    const content = await store.content(stored.submission);
    const { name, receivedAt } = stored;
    try {
      const given = { content, name, receivedAt, feed, configuration, password, recordKey };
      return { kind: 'read', stored, reading: readSubmission(given) };
    } catch (error) {
      if (!(error instanceof BellwetherError)) throw error;
      const { code, detail, place } = error;
      return { kind: 'refused', stored, code, detail, place, password };
    }
  }

  return async (task) => {
    try {
      const plain = await plainFile(task);
      return plain ? await readPlain(plain) : { kind: 'unsure' };
    } catch {
      return { kind: 'unsure' };
    }
  };
}
