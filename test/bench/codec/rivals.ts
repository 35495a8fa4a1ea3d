import * as zlib from 'node:zlib';
import type { SeriesRecord } from '#vocabulary';
import { gorillaBytes } from './gorilla.js';
import { textHuffmanBytes } from './text-huffman.js';
import { TRANSFORMS } from './transforms.js';

export interface Rival {
  readonly name: string;
  /** Bytes of every record, each compressed by itself. */
  readonly bytes: number;
  readonly perRecord: readonly number[];
}

const brotli = (bytes: Uint8Array): number =>
  zlib.brotliCompressSync(bytes, {
    params: {
      [zlib.constants.BROTLI_PARAM_QUALITY]: 11,
      [zlib.constants.BROTLI_PARAM_LGWIN]: 22,
      [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  }).length;

const deflate = (bytes: Uint8Array): number => zlib.deflateRawSync(bytes, { level: 9, memLevel: 9 }).length;

type Compressor = (bytes: Uint8Array) => number;

/** zstd at its highest level where this Node has it (from 22.15), else undefined. */
function zstd(): Compressor | undefined {
  const compress: unknown = Reflect.get(zlib, 'zstdCompressSync');
  if (typeof compress !== 'function') return undefined;
  const level = Number(Reflect.get(zlib.constants, 'ZSTD_c_compressionLevel'));
  return (bytes) =>
    (compress as (bytes: Uint8Array, options: object) => Uint8Array)(bytes, { params: { [level]: 22 } }).length;
}

/** The best transform; of those that take the two series as they are when not `related`. */
function bestTransform(label: string, compress: Compressor, records: readonly SeriesRecord[], related = true): Rival {
  let best: Rival | undefined;
  for (const [transform, apply] of Object.entries(TRANSFORMS)) {
    if (!related && transform.includes('flagged')) continue;
    const perRecord = records.map((record) => compress(apply(record)));
    const bytes = perRecord.reduce((sum, size) => sum + size, 0);
    if (!best || bytes < best.bytes) best = { name: `${label} of ${transform}`, bytes, perRecord };
  }
  if (!best) throw new Error('there is no transform');
  return best;
}

/** Of transforms of the two series as they are: what the goal is stated against. */
export const bestBrotli = (records: readonly SeriesRecord[]): Rival =>
  bestTransform('brotli-11', brotli, records, false);

/** Of all transforms, those too that are told that unflagged is a part of total. */
export const relatedBrotli = (records: readonly SeriesRecord[]): Rival => bestTransform('brotli-11', brotli, records);

/** Everything the codec is put beside, except brotli. */
export function otherRivals(records: readonly SeriesRecord[]): Rival[] {
  const sized = (name: string, size: (record: SeriesRecord) => number): Rival => {
    const perRecord = records.map(size);
    return { name, perRecord, bytes: perRecord.reduce((sum, bytes) => sum + bytes, 0) };
  };
  const zstandard = zstd();
  return [
    sized('Huffman of the text (2005)', textHuffmanBytes),
    sized('Gorilla XOR', gorillaBytes),
    zstandard
      ? bestTransform('zstd-22', zstandard, records)
      : bestTransform('deflate-9 (this Node has no zstd)', deflate, records),
  ];
}
