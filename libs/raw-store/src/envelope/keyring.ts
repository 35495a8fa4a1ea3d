import { createCipheriv, createDecipheriv } from 'node:crypto';
import { BellwetherError } from '#vocabulary';

/** A data key, wrapped by the named key-encryption key. */
export interface WrappedKey {
  readonly name: string;
  /** 40 bytes. */
  readonly wrapped: Buffer;
}

/**
 * The key-encryption keys: one current, older ones that still open what they wrapped. A key never leaves it.
 *
 * Wrapping is AES Key Wrap (RFC 3394, NIST SP 800-38F): it needs no nonce, so that one key wraps any number of data
 * keys, and unwrapping finds every changed bit.
 */
export interface Keyring {
  /** Name of the key that wraps what is new. */
  current(): string;
  /** All names, the current one first. */
  names(): readonly string[];
  wrap(dataKey: Buffer): WrappedKey;
  /** KEY_MISSING: the key is not on the ring. OBJECT_DAMAGED: it is another key of that name, or the bytes are changed. */
  unwrap(key: WrappedKey): Buffer;
}

export const KEY_BYTES = 32;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$/;
export const isKeyName = (name: string): boolean => NAME.test(name);
/** RFC 3394, section 2.2.3.1. */
const INITIAL_VALUE = Buffer.alloc(8, 0xa6);

/** AES Key Wrap: 40 bytes for a key of 32. */
export function wrapKey(under: Buffer, key: Buffer): Buffer {
  const cipher = createCipheriv('id-aes256-wrap', under, INITIAL_VALUE);
  return Buffer.concat([cipher.update(key), cipher.final()]);
}

/** Undefined: not wrapped under this key, or changed. */
export function unwrapKey(under: Buffer, wrapped: Buffer): Buffer | undefined {
  const decipher = createDecipheriv('id-aes256-wrap', under, INITIAL_VALUE);
  try {
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** What a ring is made of: where its names and keys come from. */
export interface KeySource {
  current(): string;
  names(): readonly string[];
  /** 32 bytes; undefined: there is none of the name. */
  key(name: string): Buffer | undefined;
}

export function keyringOf(source: KeySource): Keyring {
  function keyOf(name: string): Buffer {
    const key = source.key(name);
    if (!key) throw new BellwetherError('KEY_MISSING', `key ${name} is not on the ring`);
    return key;
  }
  return {
    current: () => source.current(),
    names: () => source.names(),
    wrap(dataKey) {
      const name = source.current();
      return { name, wrapped: wrapKey(keyOf(name), dataKey) };
    },
    unwrap({ name, wrapped }) {
      const key = unwrapKey(keyOf(name), wrapped);
      if (!key) throw new BellwetherError('OBJECT_DAMAGED', `a data key does not open with key ${name}`);
      return key;
    },
  };
}

/**
 * A ring from a setting: `name:key` separated by spaces, commas or lines, the current one first; a key is 32 bytes in
 * base64. CONFIG_INVALID names the entry by its place and never quotes it.
 */
export function givenKeyring(text: string): Keyring {
  const keys = new Map<string, Buffer>();
  for (const [i, entry] of text
    .split(/[\s,]+/)
    .filter(Boolean)
    .entries()) {
    const [, name = '', encoded = ''] = /^([^:]*):(.*)$/.exec(entry) ?? [];
    const key = Buffer.from(encoded, 'base64');
    if (!isKeyName(name) || key.length !== KEY_BYTES || keys.has(name)) {
      throw new BellwetherError('CONFIG_INVALID', `keys of the raw store: entry ${i + 1}: expected ${EXPECTED}`);
    }
    keys.set(name, key);
  }
  const [current] = keys.keys();
  if (current === undefined) {
    throw new BellwetherError('CONFIG_INVALID', `keys of the raw store: found none, expected ${EXPECTED}`);
  }
  return keyringOf({ current: () => current, names: () => [...keys.keys()], key: (name) => keys.get(name) });
}

const EXPECTED = 'name:key, a name of its own (letters, digits, . _ -; up to 32) and 32 bytes in base64';
