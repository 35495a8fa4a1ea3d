/**
 * Results are many and small, and memory that is asked for piece by piece costs more than filling it: columns are cut
 * from blocks. A block lives as long as the last column cut from it, so who keeps one short column keeps 64 KB.
 */
const BLOCK_BYTES = 65_536;
/** A larger result has a block of its own. */
const LARGEST_CUT = BLOCK_BYTES / 4;
let block = new ArrayBuffer(BLOCK_BYTES);
let used = 0;

/** A column of numbers and one of small codes, all zero, as long as each other. */
export function cutColumns(length: number): { readonly numbers: Float64Array; readonly codes: Uint8Array } {
  const forNumbers = length * Float64Array.BYTES_PER_ELEMENT;
  // The next column of numbers has to begin at a multiple of eight.
  const bytes = forNumbers + ((length + 7) & ~7);
  if (bytes > LARGEST_CUT) return { numbers: new Float64Array(length), codes: new Uint8Array(length) };
  if (used + bytes > BLOCK_BYTES) {
    block = new ArrayBuffer(BLOCK_BYTES);
    used = 0;
  }
  const at = used;
  used += bytes;
  return { numbers: new Float64Array(block, at, length), codes: new Uint8Array(block, at + forNumbers, length) };
}
