import { BellwetherError } from '#vocabulary';
import { type Configuration, loadConfiguration } from '#registry';
import { readSubmission } from './read-submission.js';
import type { ReadingAnswer, ReadingTask } from './reading-threads.js';

let configuration: Configuration | undefined;

/**
 * One archive, in a thread of its own. The configuration is read from its folder when its version changes; when the
 * folder has moved on meanwhile, the thread that asked has to read itself.
 */
export default function read({ folder, version, feed: id, ...submission }: ReadingTask): ReadingAnswer {
  try {
    if (configuration?.version !== version || configuration.folder !== folder)
      configuration = loadConfiguration(folder);
    const feed = configuration.feeds.get(id);
    if (configuration.version !== version || !feed) return { kind: 'other configuration' };
    return { kind: 'read', reading: readSubmission({ ...submission, feed, configuration }) };
  } catch (error) {
    if (!(error instanceof BellwetherError)) throw error;
    const { code, detail, place } = error;
    return { kind: 'refused', code, detail, place };
  }
}
