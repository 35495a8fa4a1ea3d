import { COUNT_BYTES, SLACK, writeCount } from '../rest/count-text.js';

/** Bytes go out in pieces of about this size. */
const PIECE = 1 << 16;
/** Room beyond it, so that a piece is seldom cut within a row. */
const ROOM = PIECE + 4096;
/** Below it copying byte by byte is faster than a call. */
const SHORT = 24;
const MOST_COUNT = 0xffff_ffff;

/** Text in the making, as bytes: numbers are written digit by digit, so that a cell leaves nothing behind for the collector. */
export class Sheet {
  #bytes = Buffer.allocUnsafe(ROOM);
  #at = 0;
  #full: Buffer[] = [];

  #room(size: number): void {
    if (this.#at + size <= this.#bytes.length) return;
    if (this.#at > 0) this.#full.push(this.#bytes.subarray(0, this.#at));
    this.#bytes = Buffer.allocUnsafe(Math.max(ROOM, size));
    this.#at = 0;
  }

  number(value: number): void {
    if (!Number.isInteger(value) || value < 0 || value > MOST_COUNT) {
      this.text(String(value));
      return;
    }
    this.#room(COUNT_BYTES + SLACK);
    this.#at = writeCount(this.#bytes, this.#at, value);
  }

  text(text: string): void {
    this.#room(3 * text.length);
    this.#at += this.#bytes.write(text, this.#at);
  }

  copy(written: Buffer): void {
    const size = written.length;
    this.#room(size);
    const [bytes, at] = [this.#bytes, this.#at];
    if (size < SHORT) for (let i = 0; i < size; i++) bytes[at + i] = written[i]!;
    else bytes.set(written, at);
    this.#at = at + size;
  }

  /** The pieces that are ready, and what is begun when it is large enough; their memory is the taker's. */
  *taken(): Generator<Buffer> {
    if (this.#at >= PIECE) this.#room(ROOM);
    const full = this.#full;
    this.#full = [];
    yield* full;
  }

  /** What is left. */
  *rest(): Generator<Buffer> {
    yield* this.#full;
    if (this.#at > 0) yield this.#bytes.subarray(0, this.#at);
  }
}
