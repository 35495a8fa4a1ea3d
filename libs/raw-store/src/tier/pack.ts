import { type Keyring, unwrapKey, wrapKey } from '../envelope/keyring.js';
import { wrappedKeyIn } from '../envelope/slots.js';

/*
 * A pack: many objects of a month in one file that is written once.
 *
 *   pack    slots of the pack's own key, 1024 | entries
 *   entry   submission, 32 | length of the body, UInt64 LE | data key, wrapped by the pack's key, 40 | body
 *
 * Re-wrapping a pack is re-wrapping one key. The entries follow one another, so that the catalogue can be made again.
 */

export const ENTRY_HEAD_BYTES = 32 + 8 + 40;

export interface PackEntry {
  readonly submission: string;
  /** Of the body, bytes. */
  readonly length: number;
  readonly key: Buffer;
}

export function entryHead(packKey: Buffer, { submission, length, key }: PackEntry): Buffer {
  const head = Buffer.alloc(ENTRY_HEAD_BYTES);
  head.write(submission, 'hex');
  head.writeBigUInt64LE(BigInt(length), 32);
  wrapKey(packKey, key).copy(head, 40);
  return head;
}

/** Undefined: what is here is no entry of this pack. */
export function entryIn(packKey: Buffer, bytes: Buffer): PackEntry | undefined {
  if (bytes.length < ENTRY_HEAD_BYTES) return undefined;
  const key = unwrapKey(packKey, bytes.subarray(40, ENTRY_HEAD_BYTES));
  return key && { submission: bytes.toString('hex', 0, 32), length: Number(bytes.readBigUInt64LE(32)), key };
}

/** Undefined: the slots are not whole. */
export function packKeyIn(lead: Buffer, keys: Keyring): Buffer | undefined {
  const wrapped = wrappedKeyIn('BWP1', lead);
  return wrapped && keys.unwrap(wrapped);
}
