/** Writes the little of the WebAssembly binary format (https://webassembly.github.io/spec/core/binary/) that is used here. */

export type Code = readonly number[];

function leb128(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  bytes.push(value);
  return bytes;
}

function signedLeb128(value: number): number[] {
  const bytes: number[] = [];
  for (; value < -64 || value > 63; value >>= 7) bytes.push((value & 127) | 128);
  bytes.push(value & 127);
  return bytes;
}

const vector = (items: readonly Code[]): number[] => [...leb128(items.length), ...items.flat()];
const section = (id: number, content: Code): number[] => [id, ...leb128(content.length), ...content];
const text = (value: string): number[] => vector([...value].map((character) => [character.charCodeAt(0)]));

const I32 = 0x7f;
const V128 = 0x7b;

export const get = (local: number): Code => [0x20, ...leb128(local)];
export const set = (local: number): Code => [0x21, ...leb128(local)];
export const tee = (local: number): Code => [0x22, ...leb128(local)];
export const i32 = (value: number): Code => [0x41, ...signedLeb128(value)];
export const I32_ADD: Code = [0x6a];
export const I32_XOR: Code = [0x73];
/** Repeats its body for as long as the i32 that the body leaves on the stack is not 0. */
export const repeat = (body: Code): Code => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];

const simd = (opcode: number, ...immediates: readonly number[]): Code => [0xfd, ...leb128(opcode), ...immediates];
/** Address on the stack plus a constant offset, aligned to 16 bytes. */
export const load = (offset: number): Code => simd(0x00, 4, ...leb128(offset));
export const store = (offset: number): Code => simd(0x0b, 4, ...leb128(offset));
export const NOT = simd(0x4d);
export const AND = simd(0x4e);
export const OR = simd(0x50);
export const XOR = simd(0x51);
export const SHIFT_LEFT = simd(0xab);
export const SHIFT_RIGHT = simd(0xad);
export const ADD = simd(0xae);

/**
 * A module of one page of memory, exported as `memory`, and one function, exported as `run`, with one i32 parameter
 * (local 0), `integers` further i32 locals and then `vectors` v128 locals.
 */
export function encodeModule({
  integers,
  vectors,
  body,
}: {
  integers: number;
  vectors: number;
  body: Code;
}): Uint8Array<ArrayBuffer> {
  const locals = vector([
    [...leb128(integers), I32],
    [...leb128(vectors), V128],
  ]);
  const code = [...locals, ...body, 0x0b];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, vector([[0x60, 1, I32, 0]])),
    ...section(3, vector([[0]])),
    ...section(5, vector([[0, 1]])),
    ...section(
      7,
      vector([
        [...text('memory'), 2, 0],
        [...text('run'), 0, 0],
      ]),
    ),
    ...section(10, vector([[...leb128(code.length), ...code]])),
  ]);
}
