import { createHash, pbkdf2Sync } from 'node:crypto';
import { LANE_CONSTANTS, LANES, pbkdf2Module } from './pbkdf2-lanes.js';
import { type HmacState, hmacState, sha1Block } from './sha1.js';

/** Derives `length` bytes (up to 80) from one password and a salt (up to 51 bytes). */
export type KeyDerivation = (salt: Uint8Array, length: number) => Uint8Array;

const HASH_BYTES = 20;
const BLOCK_BYTES = 64;

/** PBKDF2-HMAC-SHA1 (RFC 8018, 5.2) for one password, as often as it has members: in the lanes if there are any. */
export const keyDerivation = (password: Uint8Array, rounds = 1_000): KeyDerivation =>
  derivationByLanes(password, rounds) ?? derivationByOpenSsl(password, rounds);

/** By four lanes of WebAssembly SIMD; undefined where the runtime has none, or for a single round. */
export function derivationByLanes(password: Uint8Array, rounds: number): KeyDerivation | undefined {
  const engine = rounds > 1 ? openLanes() : undefined;
  if (!engine) return undefined;
  const key = password.length > BLOCK_BYTES ? createHash('sha1').update(password).digest() : password;
  const state = hmacState(key);
  return (salt, length) => derive(engine, { state, rounds, salt, length });
}

export const derivationByOpenSsl =
  (password: Uint8Array, rounds: number): KeyDerivation =>
  (salt, length) =>
    pbkdf2Sync(password, salt, rounds, length, 'sha1');

/** What is used of WebAssembly, which the types of Node 20 leave to those of the browser. */
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  Module: new (bytes: Uint8Array) => object;
  Instance: new (module: object) => { readonly exports: Lanes };
};

interface Lanes {
  readonly memory: { readonly buffer: ArrayBuffer };
  run(doubleRounds: number): void;
}

interface Engine {
  readonly memory: Int32Array;
  run(doubleRounds: number): void;
}

let opened: Engine | 'unavailable' | undefined;

function openLanes(): Engine | undefined {
  opened ??= instantiate() ?? 'unavailable';
  return opened === 'unavailable' ? undefined : opened;
}

function instantiate(): Engine | undefined {
  const bytes = pbkdf2Module();
  if (!WebAssembly.validate(bytes)) return undefined;
  const { memory, run } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  const words = new Int32Array(memory.buffer);
  LANE_CONSTANTS.forEach((value, index) =>
    words.fill(value, 4 * (LANES.constants + index), 4 * (LANES.constants + index + 1)),
  );
  return { memory: words, run };
}

const block = new Int32Array(80);
const hash = new Int32Array(5);

/** Round 1 of the four blocks here, for salts differ in length; the other rounds in the lanes. */
function derive(
  { memory, run }: Engine,
  { state, rounds, salt, length }: { state: HmacState; rounds: number; salt: Uint8Array; length: number },
): Uint8Array {
  for (let word = 0; word < 5; word++) {
    memory.fill(state.inner[word]!, 4 * (LANES.inner + word), 4 * (LANES.inner + word + 1));
    memory.fill(state.outer[word]!, 4 * (LANES.outer + word), 4 * (LANES.outer + word + 1));
  }
  const lanes = Math.ceil(length / HASH_BYTES);
  for (let lane = 0; lane < lanes; lane++) {
    firstRound(state, salt, lane + 1);
    for (let word = 0; word < 5; word++) {
      memory[4 * (LANES.u + word) + lane] = hash[word]!;
      memory[4 * (LANES.t + word) + lane] = hash[word]!;
    }
  }
  run(2 * (rounds - 1));
  const key = new DataView(new ArrayBuffer(lanes * HASH_BYTES));
  for (let lane = 0; lane < lanes; lane++) {
    for (let word = 0; word < 5; word++)
      key.setInt32(HASH_BYTES * lane + 4 * word, memory[4 * (LANES.t + word) + lane]!);
  }
  memory.fill(0, 0, 4 * LANES.constants); // no key stays behind
  return new Uint8Array(key.buffer, 0, length);
}

/** HMAC of the salt and the number of the block, into `hash`. */
function firstRound({ inner, outer }: HmacState, salt: Uint8Array, number: number): void {
  const message = new DataView(new ArrayBuffer(BLOCK_BYTES));
  for (let at = 0; at < salt.length; at++) message.setUint8(at, salt[at]!);
  message.setUint32(salt.length, number);
  message.setUint8(salt.length + 4, 0x80);
  message.setUint32(BLOCK_BYTES - 4, 8 * (BLOCK_BYTES + salt.length + 4));
  for (let word = 0; word < 16; word++) block[word] = message.getInt32(4 * word);
  hash.set(inner);
  sha1Block(hash, block);
  block.fill(0, 5, 16);
  for (let word = 0; word < 5; word++) block[word] = hash[word]!;
  block[5] = 0x80000000;
  block[15] = 8 * (BLOCK_BYTES + HASH_BYTES);
  hash.set(outer);
  sha1Block(hash, block);
}
