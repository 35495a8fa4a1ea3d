/**
 * The compression function of SHA-1 (FIPS 180-4, 6.1.2), for the few blocks of a key derivation that are not worth a
 * call of OpenSSL. `block` holds 80 words of which the caller sets the first 16; `state` is changed in place.
 */
export function sha1Block(state: Int32Array, block: Int32Array): void {
  for (let t = 16; t < 80; t++) {
    const mixed = block[t - 3]! ^ block[t - 8]! ^ block[t - 14]! ^ block[t - 16]!;
    block[t] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let t = 0; t < 80; t++) {
    let f: number;
    if (t < 20) f = (d ^ (b & (c ^ d))) + 0x5a827999;
    else if (t < 40) f = (b ^ c ^ d) + 0x6ed9eba1;
    else if (t < 60) f = ((b & c) | (d & (b | c))) + 0x8f1bbcdc;
    else f = (b ^ c ^ d) + 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + f + e + block[t]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = (state[0]! + a) | 0;
  state[1] = (state[1]! + b) | 0;
  state[2] = (state[2]! + c) | 0;
  state[3] = (state[3]! + d) | 0;
  state[4] = (state[4]! + e) | 0;
}

const SHA1_START = Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0);

/** The state of HMAC-SHA1 (RFC 2104) after its first block, for the inner and the outer hash. */
export interface HmacState {
  readonly inner: Int32Array;
  readonly outer: Int32Array;
}

const BLOCK = 64;

/** `key` has at most 64 bytes; longer ones are to be hashed first (RFC 2104, section 2). */
export function hmacState(key: Uint8Array): HmacState {
  const padded = (pad: number): Int32Array => {
    const bytes = new Uint8Array(BLOCK).fill(pad);
    key.forEach((byte, at) => (bytes[at] = byte ^ pad));
    const view = new DataView(bytes.buffer);
    const state = SHA1_START.slice();
    const block = new Int32Array(80);
    for (let word = 0; word < 16; word++) block[word] = view.getInt32(4 * word);
    sha1Block(state, block);
    return state;
  };
  return { inner: padded(0x36), outer: padded(0x5c) };
}
