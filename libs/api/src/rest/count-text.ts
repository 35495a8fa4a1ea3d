/** Longest text of a count with a comma after it. */
export const COUNT_BYTES = 11;
/** Every write touches four bytes and then steps back; this much may be touched beyond the end. */
export const SLACK = 4;

const COMMA = 0x2c;
/** `null`, its first character in the lowest byte. */
const NULL = 0x6c6c756e;
const BASE = 10_000;
/** The first character of a text of at most four in the lowest byte, the next above it. */
const packed = (text: string): number => Buffer.from(text.padEnd(4, '\0'), 'latin1').readUInt32LE();
const NUMBERS = Array.from({ length: BASE }, (_, number) => String(number));
/** Of each number below 10,000: its digits packed, how many there are, and its four digits with zeros in front. */
const DIGITS = Uint32Array.from(NUMBERS, packed);
const LENGTHS = Uint8Array.from(NUMBERS, (text) => text.length);
const FOUR_DIGITS = Uint32Array.from(NUMBERS, (text) => packed(text.padStart(4, '0')));

/** Writes four characters; the bytes of a Buffer keep the lowest eight bits. */
function writeFour(out: Buffer, at: number, four: number): void {
  out[at] = four;
  out[at + 1] = four >>> 8;
  out[at + 2] = four >>> 16;
  out[at + 3] = four >>> 24;
}

/** Writes a whole number from 10,000 to 2³²−1; returns the position after it. */
function writeLarge(out: Buffer, start: number, count: number): number {
  const high = Math.floor(count / BASE);
  let at = start;
  if (high < BASE) {
    writeFour(out, at, DIGITS[high]!);
    at += LENGTHS[high]!;
  } else {
    at = writeLarge(out, at, high);
  }
  writeFour(out, at, FOUR_DIGITS[count - high * BASE]!);
  return at + 4;
}

/** Counts from 0 to 2³²−1 or null, with commas between them; returns the position after the last. */
export function writeCounts(out: Buffer, start: number, counts: readonly (number | null)[]): number {
  let at = start;
  const length = counts.length;
  for (let index = 0; index < length; index++) {
    const count = counts[index]!;
    if (count === null) {
      writeFour(out, at, NULL);
      at += 4;
    } else if (count < BASE) {
      writeFour(out, at, DIGITS[count]!);
      at += LENGTHS[count]!;
    } else {
      at = writeLarge(out, at, count);
    }
    out[at++] = COMMA;
  }
  return length > 0 ? at - 1 : at;
}

/** The same of a record: null where the status is not 0, reported. */
export function writeReported(
  out: Buffer,
  start: number,
  { counts, status }: { counts: Uint32Array; status: Uint8Array },
): number {
  let at = start;
  const length = counts.length;
  for (let index = 0; index < length; index++) {
    const count = counts[index]!;
    if (status[index] !== 0) {
      writeFour(out, at, NULL);
      at += 4;
    } else if (count < BASE) {
      writeFour(out, at, DIGITS[count]!);
      at += LENGTHS[count]!;
    } else {
      at = writeLarge(out, at, count);
    }
    out[at++] = COMMA;
  }
  return length > 0 ? at - 1 : at;
}

/** One count from 0 to 2³²−1; returns the position after it. */
export function writeCount(out: Buffer, at: number, count: number): number {
  if (count >= BASE) return writeLarge(out, at, count);
  writeFour(out, at, DIGITS[count]!);
  return at + LENGTHS[count]!;
}
