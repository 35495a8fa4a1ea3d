import { gzipSync } from 'node:zlib';
import { configure, Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from '@zip.js/zip.js';
import type { Damage, Sender } from './model.js';

configure({ useWebWorkers: false });

export interface Member {
  readonly name: string;
  readonly content: Uint8Array;
}

export interface Packed {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Pack {
  readonly sender: Pick<Sender, 'packing' | 'password'>;
  /** Name of the archive without extension. */
  readonly name: string;
  /** At least one; exactly one where the sender does not use ZIP. */
  readonly members: readonly Member[];
  /** Milliseconds since the epoch: date of the members. */
  readonly at: number;
  readonly damage?: Damage['kind'] | undefined;
}

/**
 * Packs members as their sender does. ZIP is written by zip.js (APPNOTE 6.3; AES as WinZip AE-2). Encrypted archives
 * have salts of their own each time, as they must; all other bytes depend on the arguments alone.
 */
export async function pack({ sender, name, members, at, damage }: Pack): Promise<Packed> {
  const { packing } = sender;
  const [first, second] = members;
  if (!first) throw new RangeError('an archive has at least one member');
  if (packing === 'gzip' || packing === 'plain') {
    if (second) throw new RangeError(`${packing} holds one member, not ${members.length}`);
    return packing === 'gzip'
      ? { name: `${first.name}.gz`, bytes: gzipSync(first.content, { level: 1 }) }
      : { name: first.name, bytes: first.content.slice() };
  }
  const password = damage === 'password' ? `not-${sender.password}` : sender.password;
  const encryption = {
    zip: {},
    zipcrypto: { password, zipCrypto: true },
    aes: { password, encryptionStrength: 3 as const },
  }[packing];
  const writer = new ZipWriter(new Uint8ArrayWriter(), {
    level: 1,
    useCompressionStream: false,
    extendedTimestamp: false,
    lastModDate: sameClock(at),
    ...encryption,
  });
  for (const member of members) await writer.add(member.name, new Uint8ArrayReader(member.content));
  const bytes = await writer.close();
  return { name: `${name}.zip`, bytes: damaged(bytes, damage) };
}

/** ZIP stores the local wall clock; this date reads the same in every zone. */
function sameClock(at: number): Date {
  const utc = new Date(at);
  return new Date(utc.getUTCFullYear(), utc.getUTCMonth(), utc.getUTCDate(), utc.getUTCHours(), utc.getUTCMinutes());
}

function damaged(bytes: Uint8Array, damage: Damage['kind'] | undefined): Uint8Array {
  if (damage === 'truncated') return bytes.subarray(0, Math.floor(bytes.length * 0.6));
  if (damage === 'checksum') {
    // The lowest byte of the first member's CRC-32, wherever it stands (APPNOTE 4.3.7, 4.3.9, 4.3.12).
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const central = view.indexOf('PK\u0001\u0002', 'latin1');
    const descriptor = view.indexOf('PK\u0007\u0008', 'latin1');
    const streamed = (view[6]! & 8) !== 0 && descriptor > 0;
    for (const crc of [streamed ? descriptor + 4 : 14, central + 16]) view[crc]! ^= 0x5a;
  }
  return bytes;
}
