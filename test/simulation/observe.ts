import { join } from 'node:path';
import { type RawStore, openRawStore } from '#raw-store';
import { identityOf } from '../crash/load.js';
import { diskOfObserver } from './disk-port.js';
import { type Installation, KEYS, MAX_BYTES, ROOT } from './installation.js';
import type { Observed } from './judge.js';
import type { Filed, Ordered } from './model.js';

/** Looks at disk and tables, without a step and without being seen. */
export class Observer {
  #store: Promise<RawStore> | undefined;
  /** Objects are never changed. */
  #known = new Map<string, Filed | Ordered>();

  constructor(private readonly installation: Installation) {}

  /** After a power cut the disk may hold other bytes. */
  forget(): void {
    this.#known = new Map();
  }

  async #open(submission: string): Promise<Filed | Ordered | string> {
    const { disk, sent } = this.installation;
    this.#store ??= openRawStore({ folder: ROOT, keys: KEYS, maxBytes: MAX_BYTES, disk: diskOfObserver(disk) });
    const store = await this.#store;
    try {
      const facts = await store.facts(submission);
      const content = await store.content(submission);
      if (!facts) return `it is listed and not there: ${submission}`;
      const { receivedAt } = facts;
      if (facts.kind === 'order') {
        const { order: kind, submission: target } = JSON.parse(content.toString()) as { order: Ordered['kind']; submission: string }; // prettier-ignore
        return { submission, kind, target, receivedAt };
      }
      const made = sent.get(identityOf(facts));
      return made?.content.equals(content) ? { submission, made, receivedAt } : `nobody sent ${facts.name}`;
    } catch (error) {
      return `${submission} does not open: ${String(error)}`;
    }
  }

  async look(): Promise<Observed> {
    const { disk, receipts, engine } = this.installation;
    const found: Observed & { files: Filed[]; orders: Ordered[]; strange: string[] } = {
      files: [], orders: [], strange: [], receipts, tables: engine.tables, pending: new Set(),
    }; // prettier-ignore
    const objects = join(ROOT, 'objects');
    const submissions = disk.isFolder(objects)
      ? disk.names(objects).flatMap((shard) => disk.names(join(objects, shard)))
      : [];
    for (const submission of submissions) {
      const object = this.#known.get(submission) ?? (await this.#open(submission));
      if (typeof object === 'string') {
        found.strange.push(object);
        continue;
      }
      this.#known.set(submission, object);
      if ('made' in object) found.files.push(object);
      else found.orders.push(object);
    }
    const pending = disk.isFolder(join(ROOT, 'pending')) ? disk.names(join(ROOT, 'pending')) : [];
    return { ...found, pending: new Set(pending.filter((submission) => this.#known.has(submission))) };
  }
}
