import { types } from 'node:util';
import { constants, createInflateRaw, deflateRawSync } from 'node:zlib';

/**
 * zlib's inflate without the stream that `inflateRawSync` builds around it for each call, which costs more than the
 * inflating of a member of two kilobytes. Node has no public way to it. This one is that of its own streams (pngjs and
 * others go it too), so it is tried once, at start; where it does not answer as it should, there is none.
 */
interface Inflater {
  /** What follows the last byte that was read, and what is left of the room; undefined: zlib refused, and says how. */
  run(packed: Uint8Array, room: Uint8Array): { readonly unread: number; readonly free: number } | string;
}

interface Handle {
  reset(): void;
  writeSync(
    flush: number,
    from: Uint8Array,
    at: number,
    length: number,
    to: Uint8Array,
    room: number,
    size: number,
  ): void;
  onerror: (message: string, errno: number, code: string) => void;
}

const isHandle = (value: unknown): value is Handle =>
  typeof value === 'object' &&
  value !== null &&
  ['reset', 'writeSync', 'onerror'].every((name) => typeof Reflect.get(value, name) === 'function');

function openInflater(): Inflater | undefined {
  const stream = createInflateRaw();
  const handle: unknown = Reflect.get(stream, '_handle');
  const state: unknown = Reflect.get(stream, '_writeState');
  if (!isHandle(handle) || !types.isUint32Array(state)) return undefined;
  let refused: string | undefined;
  handle.onerror = (_message, _errno, code) => (refused = code);
  return {
    run(packed, room) {
      refused = undefined;
      handle.reset();
      handle.writeSync(constants.Z_FINISH, packed, 0, packed.length, room, 0, room.length);
      return refused ?? { free: state[0]!, unread: state[1]! };
    },
  };
}

/** Whether it does what it is taken for: a whole text, one that ends early, one that is none, one that is too long. */
function answers(inflater: Inflater): boolean {
  const text = new TextEncoder().encode('zero, missing, suppressed, deleted');
  const packed = deflateRawSync(text);
  const room = new Uint8Array(text.length + 1);
  const whole = () => JSON.stringify(inflater.run(packed, room)) === '{"free":1,"unread":0}';
  return (
    whole() &&
    text.every((byte, at) => room[at] === byte) &&
    inflater.run(packed.subarray(0, 9), room) === 'Z_BUF_ERROR' &&
    inflater.run(Uint8Array.of(255, 255, 255), room) === 'Z_DATA_ERROR' &&
    JSON.stringify(inflater.run(Buffer.concat([packed, text]), room)) === `{"free":1,"unread":${text.length}}` &&
    whole()
  );
}

function tried(): Inflater | undefined {
  try {
    const inflater = openInflater();
    return inflater && answers(inflater) ? inflater : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined where Node's zlib has changed. */
export const shortInflater: Inflater | undefined = tried();
