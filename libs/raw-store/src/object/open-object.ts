import { type Disk, type DiskFile, readUpTo } from '../disk.js';
import type { ReadAt } from '../envelope/frames.js';
import type { Keyring } from '../envelope/keyring.js';
import { SLOTS_BYTES, wrappedKeyIn } from '../envelope/slots.js';
import type { StoredSubmission } from '../port.js';
import { ENTRY_HEAD_BYTES, entryIn, packKeyIn } from '../tier/pack.js';
import { type Body, type OpenedFacts, openContent, openFacts } from './body.js';
import { damaged } from './damaged.js';
import { type Folders, type Place, openPlace } from './places.js';
import { PLAIN_MAGIC, plainContent, plainFacts } from './plain.js';

/** Everything that a read needs. */
export interface Vault {
  readonly disk: Disk;
  readonly folders: Folders;
  readonly keys: Keyring;
}

/** A submission, open. */
export interface OpenObject {
  readonly place: Place;
  readonly isPlain: boolean;
  readonly stored: StoredSubmission;
  /** In order, once. */
  content(): AsyncGenerator<Buffer, void>;
  /** The sealed body as it lies, with its key; undefined for a plain object. */
  readonly body: Body | undefined;
}

/** Enough for slots, facts, and the whole of a small submission. */
const FIRST_READ = 16_384;
const READ_AHEAD = 512 * 1024;

interface Window {
  readonly at: number;
  readonly bytes: Buffer;
}

/** Reads through one buffer, from `base` on and up to `end`: neighbours come with one call. */
function readerOf(file: DiskFile, { base, end }: { base: number; end: number }, first: Window): ReadAt {
  let window = first;
  return async (at, length) => {
    const from = base + at;
    if (from < window.at || from + length > window.at + window.bytes.length) {
      const ahead = Math.min(READ_AHEAD, base + end - from);
      window = { at: from, bytes: await readUpTo(file, from, Math.max(length, ahead)) };
    }
    return window.bytes.subarray(from - window.at, from - window.at + length);
  };
}

async function openSealed(file: DiskFile, place: Place, { submission, keys, lead }: Wanted): Promise<Body> {
  if (place.tier === 'archive') {
    const packKey = packKeyIn(lead, keys);
    if (!packKey) throw damaged(submission, `the slots of pack ${place.pack} are not whole`);
    const bytes = await readUpTo(file, place.at, FIRST_READ);
    const entry = entryIn(packKey, bytes);
    if (entry?.submission !== submission) throw damaged(submission, `it is not in pack ${place.pack} at ${place.at}`);
    const read = readerOf(file, { base: place.at + ENTRY_HEAD_BYTES, end: entry.length }, { at: place.at, bytes });
    return { submission, key: entry.key, read, end: entry.length };
  }
  const wrapped = wrappedKeyIn('BWR2', lead);
  if (!wrapped) throw damaged(submission, 'neither slot of its key is whole');
  const size = lead.length < FIRST_READ ? lead.length : (await file.stat()).size;
  const end = size - SLOTS_BYTES;
  const read = readerOf(file, { base: SLOTS_BYTES, end }, { at: 0, bytes: lead });
  return { submission, key: keys.unwrap(wrapped), read, end };
}

interface Wanted {
  readonly submission: string;
  readonly keys: Keyring;
  readonly lead: Buffer;
}

async function openPlain(file: DiskFile, { submission, lead }: Wanted): Promise<Omit<OpenObject, 'place'>> {
  const { size } = await file.stat();
  const read = readerOf(file, { base: 0, end: size }, { at: 0, bytes: lead });
  const facts = await plainFacts(submission, read);
  return {
    isPlain: true,
    stored: facts.stored,
    content: () => plainContent({ submission, read, end: size }, facts),
    body: undefined,
  };
}

/** Undefined: the store does not hold it. Closed when `use` is done. */
export async function withObject<T>(
  { disk, folders, keys }: Vault,
  submission: string,
  use: (object: OpenObject) => Promise<T>,
): Promise<T | undefined> {
  const opened = await openPlace(disk, folders, submission);
  if (!opened) return undefined;
  const { file, place } = opened;
  try {
    const lead = await readUpTo(file, 0, place.tier === 'archive' ? SLOTS_BYTES : FIRST_READ);
    const wanted = { submission, keys, lead };
    if (place.tier !== 'archive' && lead.toString('latin1', 0, 4) === PLAIN_MAGIC) {
      return await use({ place, ...(await openPlain(file, wanted)) });
    }
    const body = await openSealed(file, place, wanted);
    const facts: OpenedFacts = await openFacts(body);
    return await use({
      place,
      isPlain: false,
      stored: facts.stored,
      content: () => openContent(body, facts),
      body,
    });
  } finally {
    await file.close();
  }
}
