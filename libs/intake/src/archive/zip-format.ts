import { refusal } from './refusal.js';
import type { AesStrength } from './winzip-aes.js';

/** How a member is protected. AE-1 stores the CRC of the content, AE-2 leaves it out. */
export type Encryption =
  | { readonly kind: 'none' }
  | { readonly kind: 'zipcrypto'; readonly checks: readonly number[] }
  | { readonly kind: 'aes'; readonly strength: AesStrength; readonly version: 1 | 2 };

/** One file of a ZIP archive, as the central directory states it and the local header agrees. */
export interface ZipEntry {
  readonly name: string;
  /** As in the headers, for comparison. */
  readonly nameBytes: Uint8Array;
  readonly flags: number;
  /** Method in the headers: 0, 8, or 99 for AES. */
  readonly rawMethod: number;
  readonly method: 'stored' | 'deflated';
  readonly crc: number;
  readonly packedSize: number;
  readonly size: number;
  readonly encryption: Encryption;
  /** The extra field of AES, for comparison; undefined where there is none. */
  readonly aesField: Range | undefined;
  readonly headerOffset: number;
  /** First byte of the packed data; known once the local header was read. */
  start: number;
}

/** General purpose flags (APPNOTE 4.4.4). */
export const FLAG = { encrypted: 1, descriptor: 8, patched: 32, strong: 64, masked: 8192 } as const;

/** Id of the extra field of AES: version, vendor, strength, method. */
export const AES_FIELD = 0x9901;

/** A 32-bit size of this value stands in the Zip64 extra field instead. */
export const MAX32 = 0xffffffff;

/** Half-open, in bytes from the start of the archive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** The body of an extra field (APPNOTE 4.5); undefined when there is none of this id. */
export function extraField(view: DataView, { from, to, id }: Range & { readonly id: number }): Range | undefined {
  for (let at = from; at + 4 <= to;) {
    const end = at + 4 + view.getUint16(at + 2, true);
    if (end > to) return undefined;
    if (view.getUint16(at, true) === id) return { from: at + 4, to: end };
    at = end;
  }
  return undefined;
}

/** Takes the values of a Zip64 field (APPNOTE 4.5.3) one after the other. */
export function wideReader(view: DataView, field: Range | undefined, name: string): (bytes: 4 | 8) => number {
  let at = field?.from ?? 0;
  const to = field?.to ?? 0;
  return (bytes) => {
    if (at + bytes > to) throw refusal('ARCHIVE_CORRUPT', 'a Zip64 size is missing', name);
    const value = bytes === 4 ? view.getUint32(at, true) : uint64(view, at);
    at += bytes;
    return value;
  };
}

/** Sizes beyond 2⁵³ lose their last digits, which is all the same: they are beyond every limit. */
export const uint64 = (view: DataView, at: number): number =>
  view.getUint32(at, true) + 2 ** 32 * view.getUint32(at + 4, true);
