import { damaged } from './damaged.js';

/** A growing run of bytes. Plain data: the functions below write to it. */
export interface ByteWriter {
  bytes: Uint8Array;
  length: number;
}

export const byteWriter = (capacity = 256): ByteWriter => ({ bytes: new Uint8Array(capacity), length: 0 });

/** The bytes written so far, as an array of its own. */
export const written = (out: ByteWriter): Uint8Array => out.bytes.slice(0, out.length);

export function reserve(out: ByteWriter, more: number): void {
  const needed = out.length + more;
  if (needed <= out.bytes.length) return;
  const grown = new Uint8Array(Math.max(needed, out.bytes.length * 2));
  grown.set(out.bytes.subarray(0, out.length));
  out.bytes = grown;
}

export function writeByte(out: ByteWriter, byte: number): void {
  reserve(out, 1);
  out.bytes[out.length++] = byte;
}

export function writeBytes(out: ByteWriter, bytes: Uint8Array): void {
  reserve(out, bytes.length);
  out.bytes.set(bytes, out.length);
  out.length += bytes.length;
}

/** LEB128: seven bits a byte, low first, the high bit says that more follow. Carries integers 0 … 2^53 − 1. */
export function writeVarint(out: ByteWriter, value: number): void {
  let rest = value;
  while (rest >= 128) {
    writeByte(out, (rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  writeByte(out, rest);
}

/** Little-endian. */
export function writeUint(out: ByteWriter, value: number, width: 2 | 4): void {
  for (let i = 0; i < width; i++) writeByte(out, (value >>> (8 * i)) & 255);
}

/** A place in bytes. Reading past `end` is damage, never undefined. */
export interface ByteReader {
  readonly bytes: Uint8Array;
  at: number;
  readonly end: number;
}

export const byteReader = (bytes: Uint8Array, at = 0, end = bytes.length): ByteReader => ({ bytes, at, end });

export function readByte(from: ByteReader): number {
  if (from.at >= from.end) throw damaged('it ends too early');
  return from.bytes[from.at++]!;
}

export function readVarint(from: ByteReader): number {
  let value = 0;
  let scale = 1;
  for (let i = 0; i < 8; i++) {
    const byte = readByte(from);
    value += (byte & 127) * scale;
    if (byte < 128) {
      if (value > Number.MAX_SAFE_INTEGER) break;
      return value;
    }
    scale *= 128;
  }
  throw damaged('a number exceeds 2^53');
}

export function readUint(from: ByteReader, width: 2 | 4): number {
  let value = 0;
  for (let i = 0; i < width; i++) value += readByte(from) * 2 ** (8 * i);
  return value;
}
