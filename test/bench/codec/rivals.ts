import * as zlib from 'node:zlib';
import { zstdBytes } from './zstd.js';
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

/** The sizes of each of many inputs, each compressed by itself; undefined where the compressor is not there. */
type Compressor = (inputs: readonly Uint8Array[]) => readonly number[] | undefined;

const each =
  (size: (bytes: Uint8Array) => number): Compressor =>
  (inputs) =>
    inputs.map(size);

interface Told {
  /** That unflagged is a part of total. */
  readonly parts: boolean;
  /** Which days are not reported: a byte a day behind the counts of a record that has such days. */
  readonly statuses: boolean;
}

function withStatuses(bytes: Uint8Array, { status }: SeriesRecord): Uint8Array {
  return status.some((value) => value !== 0) ? Uint8Array.of(...bytes, ...status) : bytes;
}

/** The best transform for all records together. */
function bestTransform(
  records: readonly SeriesRecord[],
  { label, compress, told }: { label: string; compress: Compressor; told: Told },
): Rival | undefined {
  let best: Rival | undefined;
  for (const [transform, apply] of Object.entries(TRANSFORMS)) {
    if (!told.parts && transform.includes('flagged')) continue;
    const perRecord = compress(
      records.map((record) => (told.statuses ? withStatuses(apply(record), record) : apply(record))),
    );
    if (!perRecord) return undefined;
    const bytes = perRecord.reduce((sum, size) => sum + size, 0);
    if (!best || bytes < best.bytes) best = { name: `${label} of ${transform}`, bytes, perRecord };
  }
  return best;
}

function bestBrotliTold(records: readonly SeriesRecord[], told: Told): Rival {
  const best = bestTransform(records, { label: 'brotli-11', compress: each(brotli), told });
  if (!best) throw new Error('there is no transform');
  return best;
}

/** Of transforms of the two series as they are: what the goal is stated against. */
export const bestBrotli = (records: readonly SeriesRecord[]): Rival =>
  bestBrotliTold(records, { parts: false, statuses: false });

/** Of all transforms, those too that are told that unflagged is a part of total. */
export const relatedBrotli = (records: readonly SeriesRecord[]): Rival =>
  bestBrotliTold(records, { parts: true, statuses: false });

/** The same, carrying what a record carries: its statuses too. */
export const completeBrotli = (records: readonly SeriesRecord[]): Rival =>
  bestBrotliTold(records, { parts: true, statuses: true });

/** Everything the codec is put beside, except brotli. */
export function otherRivals(records: readonly SeriesRecord[]): Rival[] {
  const sized = (name: string, size: (record: SeriesRecord) => number): Rival => {
    const perRecord = records.map(size);
    return { name, perRecord, bytes: perRecord.reduce((sum, bytes) => sum + bytes, 0) };
  };
  const told = { parts: true, statuses: false };
  const general = [
    bestTransform(records, { label: 'zstd-22', compress: zstdBytes, told }),
    bestTransform(records, { label: 'deflate-9', compress: each(deflate), told }),
  ];
  return [
    sized('Huffman of the text (2005)', textHuffmanBytes),
    sized('Gorilla XOR', gorillaBytes),
    ...general.filter((rival) => rival !== undefined),
  ];
}
