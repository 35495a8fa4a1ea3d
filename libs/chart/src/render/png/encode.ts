import { constants, crc32, deflateSync } from 'node:zlib';
import type { Frame } from './frame.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** Most charts come out in one piece of this size. */
const CHUNK = 1 << 16;

/** The frame as a PNG with a palette of 1, 2, 4 or 8 bits. Source: W3C PNG, third edition. */
export function encodePng(frame: Frame): Uint8Array {
  const { width, height } = frame;
  const count = frame.colourCount;
  const depth = count <= 2 ? 1 : count <= 4 ? 2 : count <= 16 ? 4 : 8;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = depth;
  header[9] = 3; // indexed colour; deflate, filters by row and no interlacing are all 0
  const palette = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    const colour = frame.colours[i]!;
    palette[3 * i] = colour >> 16;
    palette[3 * i + 1] = colour >> 8;
    palette[3 * i + 2] = colour;
  }
  const data =
    depth === 8
      ? deflateSync(filtered(frame), { level: 1, memLevel: 9, strategy: constants.Z_RLE, chunkSize: CHUNK })
      : deflateSync(packed(frame, depth), { level: 6, memLevel: 9, chunkSize: CHUNK });
  const png = new Uint8Array(8 + 25 + 12 + palette.length + 12 + data.length + 12);
  png.set(SIGNATURE);
  let at = 8;
  at = writeChunk(png, at, { type: 'IHDR', data: header });
  at = writeChunk(png, at, { type: 'PLTE', data: palette });
  at = writeChunk(png, at, { type: 'IDAT', data });
  writeChunk(png, at, { type: 'IEND', data: new Uint8Array(0) });
  return png;
}

function writeChunk(png: Uint8Array, at: number, { type, data }: { type: string; data: Uint8Array }): number {
  const view = new DataView(png.buffer);
  view.setUint32(at, data.length);
  for (let i = 0; i < 4; i++) png[at + 4 + i] = type.charCodeAt(i);
  png.set(data, at + 8);
  view.setUint32(at + 8 + data.length, crc32(png.subarray(at + 4, at + 8 + data.length)));
  return at + 12 + data.length;
}

/** Filter type 0: the pixels themselves, several in a byte, the leftmost in the high bits. */
function packed({ width, height, pixels, stride }: Frame, depth: 1 | 2 | 4): Uint8Array {
  const perByte = 8 / depth;
  const bytes = Math.ceil(width / perByte);
  const out = new Uint8Array((bytes + 1) * height);
  for (let y = 0; y < height; y++) {
    const from = y * stride;
    const to = y * (bytes + 1) + 1;
    for (let x = 0; x < width; x++) {
      out[to + Math.floor(x / perByte)]! |= pixels[from + x]! << (8 - depth * ((x % perByte) + 1));
    }
  }
  return out;
}

/** Kept from picture to picture, like the buffers of the frame. */
let kept = new Uint8Array(0);

/**
 * Each row as it is (filter type 0) or less the row above (type 2, Up), whichever changes less often from byte to byte.
 * Daily lines are steep, so that most of a row repeats the row above; then run lengths alone compress better than
 * zlib's search for matches, in a third of the time.
 */
function filtered({ width, height, pixels, stride }: Frame): Uint8Array {
  const size = (width + 1) * height;
  if (kept.length < size) kept = new Uint8Array(size);
  const out = kept.subarray(0, size).fill(0);
  const words = new Int32Array(pixels.buffer, pixels.byteOffset, pixels.length >> 2);
  const wordsPerRow = stride >> 2;
  for (let y = 0; y < height; y++) {
    const row = y * wordsPerRow;
    const to = y * (width + 1) + 1;
    if (y === 0 || !upIsCalmer(words, row, wordsPerRow)) {
      out.set(pixels.subarray(y * stride, y * stride + width), to);
      continue;
    }
    out[to - 1] = 2;
    for (let word = 0; word < wordsPerRow; word++) {
      if (words[row + word] === words[row + word - wordsPerRow]) continue;
      const end = Math.min(width, word * 4 + 4);
      for (let x = word * 4; x < end; x++) {
        const at = y * stride + x;
        out[to + x] = pixels[at]! - pixels[at - stride]!;
      }
    }
  }
  return out;
}

/** Counts, four pixels at a time, where the row differs from the row above and where it differs from its left. */
function upIsCalmer(words: Int32Array, row: number, wordsPerRow: number): boolean {
  let balance = 0;
  for (let at = row + 1; at < row + wordsPerRow; at++) {
    const word = words[at];
    if (word !== words[at - 1]) balance++;
    if (word !== words[at - wordsPerRow]) balance--;
  }
  return balance >= 0;
}
