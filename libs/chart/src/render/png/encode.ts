import { constants, crc32, deflateSync } from 'node:zlib';
import type { Frame } from './frame.js';

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The frame as a PNG with a palette of 1, 2, 4 or 8 bits. Source: W3C PNG, third edition. */
export function encodePng(frame: Frame): Uint8Array {
  const { width, height } = frame;
  const count = compactColours(frame);
  const depth = count <= 2 ? 1 : count <= 4 ? 2 : count <= 16 ? 4 : 8;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = depth;
  header[9] = 3; // indexed colour; deflate, adaptive filters and no interlacing are all 0
  const palette = new Uint8Array(3 * count);
  for (let i = 0; i < count; i++) {
    const colour = frame.colours[i]!;
    palette[3 * i] = colour >> 16;
    palette[3 * i + 1] = colour >> 8;
    palette[3 * i + 2] = colour;
  }
  const data = deflateSync(depth === 8 ? frame.rows : packed(frame, depth), {
    level: 4,
    memLevel: 9,
    strategy: constants.Z_DEFAULT_STRATEGY,
  });
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

/**
 * Few colours fit into fewer bits: when at most 16 of them occur, drops the others and renumbers the pixels. Returns
 * how many colours the palette has.
 */
function compactColours({ rows, stride, width, height, colours, colourCount }: Frame): number {
  const used = new Uint8Array(256);
  for (let y = 0; y < height; y++) {
    const start = y * stride + 1;
    for (let i = start; i < start + width; i++) used[rows[i]!] = 1;
  }
  if (used.reduce((sum, one) => sum + one, 0) > 16) return colourCount;
  const renamed = new Uint8Array(256);
  let count = 0;
  for (let i = 0; i < colourCount; i++) {
    if (!used[i]) continue;
    colours[count] = colours[i]!;
    renamed[i] = count++;
  }
  for (let y = 0; y < height; y++) {
    const start = y * stride + 1;
    for (let i = start; i < start + width; i++) rows[i] = renamed[rows[i]!]!;
  }
  return count;
}

function packed(frame: Frame, depth: 1 | 2 | 4): Uint8Array {
  const { width, height, rows, stride } = frame;
  const perByte = 8 / depth;
  const bytes = Math.ceil(width / perByte);
  const out = new Uint8Array((bytes + 1) * height);
  for (let y = 0; y < height; y++) {
    const from = y * stride + 1;
    const to = y * (bytes + 1) + 1;
    for (let x = 0; x < width; x++) {
      out[to + Math.floor(x / perByte)]! |= rows[from + x]! << (8 - depth * ((x % perByte) + 1));
    }
  }
  return out;
}
