import type { Policy, Principal } from '#access';
import { BellwetherError, isUnfinishedName, type Receipt } from '#vocabulary';
import type { StagedEntry, Staging } from '../staging/index.js';
import type { Turnstile } from '../turnstile/turnstile.js';
import { type Place, placeOf, RECEIPTS } from './place.js';
import { receiptFiles, type ReceiptFile, type Recent, type SubmissionFate } from './receipt-files.js';
import { openWriting, type Writing } from './writing.js';

export interface Entry {
  readonly name: string;
  readonly kind: 'folder' | 'file';
  readonly bytes: number;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
}

/**
 * What a sender sees when it logs in: a folder for each feed it may send to, with what it has not finished and what it
 * has sent of late, and a folder of receipts. It can write into the former and read the latter.
 *
 * Every verb throws NOT_FOUND, FORBIDDEN or REQUEST_INVALID; those that take a file also what its receipt may throw.
 */
export interface Home {
  entry(path: string): Promise<Entry>;
  list(path: string): Promise<readonly Entry[]>;
  read(path: string): Promise<Buffer>;
  /**
   * `continue`: what an earlier transfer left is kept, and `size` says how much. `append`: the same, and FORBIDDEN for a
   * file that was received, for the rest of another file would pass for the whole of this one.
   */
  write(path: string, how: 'anew' | 'continue' | 'append'): Promise<Transfer>;
  /** An unfinished file under its final name is received when this resolves. */
  rename(from: string, to: string): Promise<void>;
  /** Of an unfinished file. */
  remove(path: string): Promise<void>;
}

export interface Transfer {
  size(): number;
  write(offset: number, bytes: Uint8Array): Promise<void>;
  /** All bytes were sent: resolves with the receipt, or undefined when the name says that it is not finished. */
  finish(): Promise<Receipt | undefined>;
  /** The sender is gone; what is there waits for it. */
  leave(): Promise<void>;
}

/** What the homes of senders stand on; any protocol with folders can show them. */
export interface HomeOptions {
  readonly policy: Policy;
  readonly staging: Staging;
  readonly turnstile: Turnstile;
  /** Feeds that take files. */
  feeds(): readonly string[];
  /** The bytes are safe on disk when this resolves. */
  receive(file: {
    readonly feed: string;
    readonly name: string;
    readonly body: AsyncIterable<Uint8Array>;
    readonly principal: Principal;
  }): Promise<Receipt>;
  /** What became of the latest submissions within the principal's reach, in any order. */
  history(principal: Principal): Promise<readonly SubmissionFate[]>;
  now(): number;
}

interface HomeParts extends HomeOptions {
  readonly principal: Principal;
  readonly recent: Recent;
  /** Files being written, by the id of what is staged. */
  readonly writings: Map<string, Writing>;
}

const HISTORY_IS_GOOD_FOR_MS = 1_000;

const notHere = (): BellwetherError => new BellwetherError('NOT_FOUND', 'there is no such file or folder');
const forbid = (why: string): BellwetherError => new BellwetherError('FORBIDDEN', why);

export function openHome({ principal, recent, writings, ...door }: HomeParts): Home {
  const folder = (name: string): Entry => ({ name, kind: 'folder', bytes: 0, modifiedAt: door.now() });
  const mayUse = (feed: string): boolean => door.policy.decide(principal, 'submit', { kind: 'feed', feed }).allowed;
  const feeds = (): string[] => door.feeds().filter(mayUse);
  const staged = (feed: string): StagedEntry[] =>
    door.staging.of(principal.id).filter(({ facts }) => facts.feed === feed);
  const stagedAs = (feed: string, name: string): StagedEntry | undefined =>
    staged(feed).find(({ facts }) => facts.name === name);

  function demandFeed(feed: string): void {
    if (!feeds().includes(feed)) throw notHere();
  }
  function demandFile(path: string): Extract<Place, { kind: 'file' }> {
    const place = placeOf(path);
    if (place.kind === 'receipt' || place.kind === 'receipts') throw forbid('receipts can only be read');
    if (place.kind !== 'file') throw forbid('files go into the folder of a feed');
    demandFeed(place.feed);
    return place;
  }

  /** Unfinished first; a file that is being sent again hides the one that was sent before. */
  function filesOf(feed: string): Map<string, Entry> {
    const files = new Map<string, Entry>();
    for (const { name, bytes, receivedAt } of recent.of(principal.id, feed))
      files.set(name, { name, kind: 'file', bytes, modifiedAt: receivedAt });
    for (const { facts, bytes } of staged(feed))
      files.set(facts.name, { name: facts.name, kind: 'file', bytes, modifiedAt: facts.createdAt });
    return files;
  }
  /** A listing is followed by a look at each of its files: the ledger is asked once for them all. */
  let asked: { readonly at: number; readonly history: ReturnType<HomeOptions['history']> } | undefined;
  async function receipts(): Promise<readonly ReceiptFile[]> {
    if (!asked || door.now() - asked.at > HISTORY_IS_GOOD_FOR_MS)
      asked = { at: door.now(), history: door.history(principal) };
    return receiptFiles(await asked.history, recent.all(principal.id));
  }

  async function take(file: Writing['file'], to: { feed: string; name: string }): Promise<Receipt> {
    try {
      const receipt = await door.receive({ ...to, body: file.content(), principal });
      recent.add(principal.id, { ...receipt, ...to }); // the same bytes under another name have the receipt of the first
      await file.remove();
      return receipt;
    } catch (error) {
      // What is refused would be refused again; what failed for our reasons waits for another attempt.
      if (error instanceof BellwetherError && error.http < 500) await file.remove();
      throw error;
    } finally {
      await file.close();
    }
  }

  async function begin(place: { feed: string; name: string }, how: 'anew' | 'continue' | 'append'): Promise<Writing> {
    const before = stagedAs(place.feed, place.name);
    await (before && writings.get(before.id)?.leave());
    const found = before && (await door.staging.open(before.id));
    if (found && how !== 'anew') return openWriting(found);
    await found?.remove();
    return openWriting(await door.staging.create({ owner: principal.id, feed: place.feed, name: place.name }));
  }

  return {
    async entry(path) {
      const place = placeOf(path);
      if (place.kind === 'root') return folder('/');
      if (place.kind === 'receipts') return folder(RECEIPTS);
      if (place.kind === 'receipt') {
        const found = (await receipts()).find(({ name }) => name === place.name);
        if (!found) throw notHere();
        return { name: found.name, kind: 'file', bytes: found.content.length, modifiedAt: found.modifiedAt };
      }
      demandFeed(place.feed);
      if (place.kind === 'feed') return folder(place.feed);
      const found = filesOf(place.feed).get(place.name);
      if (!found) throw notHere();
      return found;
    },
    async list(path) {
      const place = placeOf(path);
      if (place.kind === 'root') return [...feeds(), RECEIPTS].map(folder);
      if (place.kind === 'receipts') {
        return (await receipts()).map(({ name, content, modifiedAt }) => ({
          name,
          kind: 'file',
          bytes: content.length,
          modifiedAt,
        }));
      }
      if (place.kind !== 'feed') throw notHere();
      demandFeed(place.feed);
      return [...filesOf(place.feed).values()];
    },
    async read(path) {
      const place = placeOf(path);
      if (place.kind === 'file') throw forbid('files that were sent cannot be read here');
      const found = place.kind === 'receipt' && (await receipts()).find(({ name }) => name === place.name);
      if (!found) throw notHere();
      return found.content;
    },
    async write(path, how) {
      const place = demandFile(path);
      if (how === 'append' && !stagedAs(place.feed, place.name) && filesOf(place.feed).has(place.name))
        throw forbid('the file was received; it is corrected by sending all of it again');
      await door.turnstile.wait(principal.id);
      const writing = await begin(place, how);
      const { id } = writing.file;
      writings.set(id, writing);
      const done = (): void => {
        if (writings.get(id) === writing) writings.delete(id);
      };
      return {
        size: () => writing.size(),
        write: (offset, bytes) => writing.write(offset, bytes),
        async finish() {
          try {
            await writing.end();
            if (isUnfinishedName(place.name)) return undefined;
            return await take(writing.file, place);
          } finally {
            await writing.leave();
            done();
          }
        },
        async leave() {
          await writing.leave();
          done();
        },
      };
    },
    async rename(from, to) {
      const source = demandFile(from);
      const target = demandFile(to);
      const entry = stagedAs(source.feed, source.name);
      if (!entry) {
        if (!filesOf(source.feed).has(source.name)) throw notHere();
        throw forbid('the file was received under its name; send it again under the other one');
      }
      if (writings.has(entry.id)) throw forbid('the file is being written');
      const file = await door.staging.open(entry.id);
      if (!file) throw notHere();
      if (!isUnfinishedName(target.name)) return void (await take(file, target));
      try {
        if (source.feed !== target.feed) throw forbid('an unfinished file stays in its folder');
        await file.rename(target.name);
      } finally {
        await file.close();
      }
    },
    async remove(path) {
      const place = demandFile(path);
      const entry = stagedAs(place.feed, place.name);
      if (!entry) {
        if (!filesOf(place.feed).has(place.name)) throw notHere();
        throw forbid('the file was received; it is corrected by sending a newer version');
      }
      await writings.get(entry.id)?.leave();
      await (await door.staging.open(entry.id))?.remove();
    },
  };
}
