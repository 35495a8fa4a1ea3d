import { createHash } from 'node:crypto';
import type { Keyring, WrappedKey } from './keyring.js';

/*
 * The data key, wrapped, twice: at the start of every object and pack stand two slots, each in a sector of its own.
 *
 *   slot   magic, 4 | generation, UInt32 LE | name of the wrapping key, 32, filled with 0 | wrapped data key, 40 |
 *          SHA-256 of all that, the first 16 | 0 up to 512
 *
 * The slot with the higher generation and a right checksum holds. Re-wrapping writes the other slot, syncs, then this one
 * and syncs: at any moment one of them is whole. Afterwards both are wrapped by the new key, so that the old one opens
 * nothing. A fresh object has one slot and 512 zeros.
 */

const SLOT_BYTES = 512;
const NAME_BYTES = 32;
const WRAPPED_BYTES = 40;
const SIGNED = 8 + NAME_BYTES + WRAPPED_BYTES;
/** Where the rest of the object begins. */
export const SLOTS_BYTES = 2 * SLOT_BYTES;

/** BWR2: a submission; BWP1: a pack of submissions. */
export type Magic = 'BWR2' | 'BWP1';

interface Slot extends WrappedKey {
  readonly generation: number;
}

const checksum = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest().subarray(0, 16);

function writeSlot(magic: Magic, { generation, name, wrapped }: Slot): Buffer {
  const slot = Buffer.alloc(SLOT_BYTES);
  slot.write(magic, 0, 'latin1');
  slot.writeUInt32LE(generation, 4);
  slot.write(name, 8, NAME_BYTES, 'latin1');
  wrapped.copy(slot, 8 + NAME_BYTES);
  checksum(slot.subarray(0, SIGNED)).copy(slot, SIGNED);
  return slot;
}

function readSlot(magic: Magic, slot: Buffer): Slot | undefined {
  if (slot.length < SLOT_BYTES || slot.toString('latin1', 0, 4) !== magic) return undefined;
  if (!checksum(slot.subarray(0, SIGNED)).equals(slot.subarray(SIGNED, SIGNED + 16))) return undefined;
  return {
    generation: slot.readUInt32LE(4),
    name: slot.toString('latin1', 8, 8 + NAME_BYTES).replace(/\0+$/, ''),
    wrapped: Buffer.from(slot.subarray(8 + NAME_BYTES, SIGNED)),
  };
}

/** Both slots of something new. */
export function freshSlots(magic: Magic, keys: Keyring, dataKey: Buffer): Buffer {
  return Buffer.concat([writeSlot(magic, { generation: 1, ...keys.wrap(dataKey) }), Buffer.alloc(SLOT_BYTES)]);
}

function slotsIn(magic: Magic, lead: Buffer): { slot: Slot; at: number }[] {
  return [0, SLOT_BYTES].flatMap((at) => {
    const slot = readSlot(magic, lead.subarray(at, at + SLOT_BYTES));
    return slot ? [{ slot, at }] : [];
  });
}

/** The wrapped key that holds; undefined: neither slot is whole. */
export function wrappedKeyIn(magic: Magic, lead: Buffer): WrappedKey | undefined {
  return slotsIn(magic, lead).toSorted((a, b) => b.slot.generation - a.slot.generation)[0]?.slot;
}

/** The keys that open an object: more than one while it is being re-wrapped. */
export function keyNamesIn(magic: Magic, lead: Buffer): ReadonlySet<string> {
  return new Set(slotsIn(magic, lead).map(({ slot }) => slot.name));
}

/** The two writes that wrap by the current key what `lead` has wrapped; none when it is so. To be synced one by one. */
export function rewrapping(magic: Magic, keys: Keyring, lead: Buffer): { at: number; slot: Buffer }[] {
  const [held] = slotsIn(magic, lead).toSorted((a, b) => b.slot.generation - a.slot.generation);
  const names = keyNamesIn(magic, lead);
  if (!held || (names.size === 1 && names.has(keys.current()))) return [];
  const wrapped = keys.wrap(keys.unwrap(held.slot));
  return [SLOT_BYTES - held.at, held.at].map((at, i) => ({
    at,
    slot: writeSlot(magic, { generation: held.slot.generation + 1 + i, ...wrapped }),
  }));
}
