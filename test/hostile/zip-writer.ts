import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto';
import { crc32, deflateRawSync } from 'node:zlib';

/** A part of an archive, by the name that APPNOTE gives it; `member` is −1 for the end record. */
export interface Part {
  readonly field: string;
  readonly member: number;
  readonly bytes: Uint8Array;
}

export interface ZipMember {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array;
  readonly stored?: boolean;
  readonly encryption?: 'zipcrypto' | 'aes';
  /** Stated in the directory or the local header, instead of what is true. */
  readonly central?: Readonly<Record<string, number>>;
  readonly local?: Readonly<Record<string, number>>;
  readonly localName?: string | Uint8Array;
  /** Packed bytes as they are, for content that is not deflate. */
  readonly packed?: Uint8Array;
  readonly centralExtra?: Uint8Array;
  /** The member whose local header the directory points at. */
  readonly sharing?: number;
}

export interface ZipOptions {
  readonly password?: string;
  readonly comment?: string;
  readonly end?: Readonly<Record<string, number>>;
}

const SIZES: Readonly<Record<string, 2 | 4>> = {
  signature: 4, madeBy: 2, needed: 2, flags: 2, method: 2, time: 2, date: 2, crc: 4, packedSize: 4, size: 4,
  nameLength: 2, extraLength: 2, commentLength: 2, disk: 2, internal: 2, external: 4, offset: 4,
  directoryDisk: 2, countHere: 2, count: 2, directorySize: 4, directoryOffset: 4,
}; // prettier-ignore

function number(value: number, size: 2 | 4): Uint8Array {
  const bytes = Buffer.alloc(size);
  if (size === 2) bytes.writeUInt16LE(value % 65_536);
  else bytes.writeUInt32LE(value >>> 0);
  return bytes;
}

/** Writes ZIP archives by APPNOTE, field by field; shares nothing with the reader under test. */
export function writeZip(
  members: readonly ZipMember[],
  { password = '', comment = '', end = {} }: ZipOptions = {},
): Part[] {
  const parts: Part[] = [];
  const directory: Part[] = [];
  const offsets: number[] = [];
  let at = 0;
  members.forEach((member, index) => {
    const { data = Buffer.from('x'), stored = false, encryption } = member;
    const name = Buffer.from(member.name);
    const plain = member.packed ?? (stored ? data : deflateRawSync(data));
    const crc = crc32(data);
    const pieces = seal(plain, { encryption, password, crc, index });
    const packedSize = pieces.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const method = stored ? 0 : 8;
    const aes = encryption === 'aes' ? aesExtra(method) : [];
    const shared = {
      needed: 20, flags: encryption ? 1 : 0, method: encryption === 'aes' ? 99 : method, time: 0x6000, date: 0x5861,
      crc: encryption === 'aes' ? 0 : crc, packedSize, size: data.length,
    }; // prettier-ignore
    const fields = (kind: 'local' | 'central', values: Readonly<Record<string, number>>): Part[] =>
      Object.entries(values).map(([field, value]) => ({
        field: `${kind}.${field}`,
        member: index,
        bytes: number(value, SIZES[field]!),
      }));
    const extras = (kind: string): Part[] =>
      aes.map(([field, bytes]) => ({ field: `${kind}.aes.${field}`, member: index, bytes }));
    const extraLength = aes.reduce((sum, [, bytes]) => sum + bytes.length, 0);
    const localName = Buffer.from(member.localName ?? name);
    offsets.push(at);
    const local: Part[] = [
      ...fields('local', {
        signature: 0x04034b50, ...shared, nameLength: localName.length, extraLength, ...member.local,
      }),
      { field: 'local.name', member: index, bytes: localName },
      ...extras('local'),
      ...pieces,
    ]; // prettier-ignore
    directory.push(
      ...fields('central', {
        signature: 0x02014b50, madeBy: 0x031e, ...shared, nameLength: name.length,
        extraLength: extraLength + (member.centralExtra?.length ?? 0), commentLength: 0, disk: 0, internal: 0,
        external: 0x81a40000, offset: offsets[member.sharing ?? index]!, ...member.central,
      }),
      { field: 'central.name', member: index, bytes: name },
      ...extras('central'),
      { field: 'central.extra', member: index, bytes: member.centralExtra ?? new Uint8Array() },
    ); // prettier-ignore
    if (member.sharing !== undefined) return;
    parts.push(...local);
    at += local.reduce((sum, { bytes }) => sum + bytes.length, 0);
  });
  const all = parts.concat(directory);
  const directorySize = directory.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const record = {
    signature: 0x06054b50, disk: 0, directoryDisk: 0, countHere: members.length, count: members.length, directorySize,
    directoryOffset: at, commentLength: comment.length, ...end,
  }; // prettier-ignore
  for (const [field, value] of Object.entries(record))
    all.push({ field: `end.${field}`, member: -1, bytes: number(value, SIZES[field]!) });
  all.push({ field: 'end.comment', member: -1, bytes: Buffer.from(comment) });
  return all;
}

export const bytesOf = (parts: readonly Part[]): Buffer => Buffer.concat(parts.map(({ bytes }) => bytes));

export const zipOf = (members: readonly ZipMember[], options: ZipOptions = {}): Buffer =>
  bytesOf(writeZip(members, options));

type Sealing = { encryption: ZipMember['encryption']; password: string; crc: number; index: number };

function seal(plain: Uint8Array, { encryption, password, crc, index }: Sealing): Part[] {
  const part = (field: string, bytes: Uint8Array): Part => ({ field, member: index, bytes });
  if (encryption === 'zipcrypto') {
    const head = Buffer.from(Array.from({ length: 12 }, (_, n) => (n === 11 ? crc >>> 24 : (n * 37 + index) & 255)));
    const sealed = zipCrypto(Buffer.concat([head, plain]), password, 'encrypt');
    return [part('data.head', sealed.subarray(0, 12)), part('data.zipcrypto', sealed.subarray(12))];
  }
  if (encryption !== 'aes') return [part('data', plain)];
  const salt = Buffer.alloc(16, 0x41 + index);
  const keys = pbkdf2Sync(password, salt, 1_000, 66, 'sha1');
  const cipher = Buffer.alloc(plain.length);
  for (let block = 0; block * 16 < plain.length; block++) {
    const counter = Buffer.alloc(16);
    counter.writeUInt32LE(block + 1);
    const stream = createCipheriv('aes-256-ecb', keys.subarray(0, 32), null).update(counter);
    for (let at = block * 16; at < Math.min(plain.length, block * 16 + 16); at++)
      cipher[at] = plain[at]! ^ stream[at % 16]!;
  }
  const code = createHmac('sha1', keys.subarray(32, 64)).update(cipher).digest().subarray(0, 10);
  return [
    part('data.salt', salt),
    part('data.verifier', keys.subarray(64, 66)),
    part('data.cipher', cipher),
    part('data.code', code),
  ];
}

const aesExtra = (method: number): [field: string, bytes: Uint8Array][] => [
  ['id', number(0x9901, 2)],
  ['length', number(7, 2)],
  ['version', number(2, 2)],
  ['vendor', Buffer.from('AE')],
  ['strength', Buffer.from([3])],
  ['method', number(method, 2)],
];

/** Traditional encryption as APPNOTE 6.1 words it, a byte at a time. */
export function zipCrypto(bytes: Uint8Array, password: string, way: 'encrypt' | 'decrypt'): Buffer {
  const keys = [0x12345678, 0x23456789, 0x34567890];
  const crcStep = (crc: number, byte: number): number => {
    let value = (crc ^ byte) & 255;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
    return ((crc >>> 8) ^ value) >>> 0;
  };
  const stir = (byte: number): void => {
    keys[0] = crcStep(keys[0]!, byte);
    keys[1] = Number((BigInt(keys[1]! + (keys[0] & 255)) * 134775813n + 1n) & 0xffffffffn);
    keys[2] = crcStep(keys[2]!, keys[1] >>> 24);
  };
  for (const byte of Buffer.from(password)) stir(byte);
  const result = Buffer.alloc(bytes.length);
  bytes.forEach((byte, at) => {
    const temp = (keys[2]! | 2) & 0xffff;
    const other = byte ^ (((temp * (temp ^ 1)) >>> 8) & 255);
    result[at] = other;
    stir(way === 'encrypt' ? byte : other);
  });
  return result;
}
