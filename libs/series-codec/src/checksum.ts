/** Remainders of every byte for a reflected CRC of the given polynomial. */
function remainders(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let rest = byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ polynomial : rest >>> 1;
    return rest >>> 0;
  });
}

const CRC32 = remainders(0xedb88320);
const CRC16 = remainders(0x8408);

/** CRC-32 of IEEE 802.3 (polynomial 0x04C11DB7, reflected) of `bytes[from … to)`. */
export function crc32(bytes: Uint8Array, from: number, to: number): number {
  let rest = 0xffffffff;
  for (let i = from; i < to; i++) rest = CRC32[(rest ^ bytes[i]!) & 255]! ^ (rest >>> 8);
  return (rest ^ 0xffffffff) >>> 0;
}

/** `CRC16_4[256 × i + byte]`: the remainder of a byte that i bytes follow, so that four are taken at a time. */
const CRC16_4 = new Uint16Array(4 * 256);
for (let i = 0; i < 4 * 256; i++) {
  const before = CRC16_4[i - 256] ?? 0;
  CRC16_4[i] = i < 256 ? CRC16[i]! : CRC16[before & 255]! ^ (before >>> 8);
}

/**
 * CRC-16/X-25 (polynomial 0x1021, reflected) of `bytes[from … to)`, with a byte `before` them if one is given. Finds every change of
 * one to three bits and every burst of up to 16 bits in records below 4 kB, and all but one in 65,536 of other changes.
 */
export function crc16(bytes: Uint8Array, from: number, to: number, before?: number): number {
  let rest = 0xffff;
  if (before !== undefined) rest = CRC16[(rest ^ before) & 255]! ^ (rest >>> 8);
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const low = rest ^ (bytes[i]! | (bytes[i + 1]! << 8));
    rest =
      CRC16_4[768 + (low & 255)]! ^
      CRC16_4[512 + (low >>> 8)]! ^
      CRC16_4[256 + bytes[i + 2]!]! ^
      CRC16_4[bytes[i + 3]!]!;
  }
  for (; i < to; i++) rest = CRC16[(rest ^ bytes[i]!) & 255]! ^ (rest >>> 8);
  return rest ^ 0xffff;
}
