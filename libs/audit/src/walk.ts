import { beginLine, codeOf, type Head, sealLine } from './chain.js';

/** A segment as far as it is whole. */
export interface Walked {
  /** After its last whole batch; `bytes` 0 where there is none. */
  readonly head: Head;
  /** Bytes after that. */
  readonly rest: number;
  /** Whether the trail was once as a head says, after some batch. */
  readonly passes: (head: Head) => boolean;
  /** `n:code` after each batch. */
  readonly marks: ReadonlySet<string>;
}

/** What a segment says it follows. */
export function claimedBefore(bytes: Buffer): Head | undefined {
  const line = bytes.subarray(0, 256).toString('latin1');
  const [, n, code = ''] = /^\{"segment":\d{1,9},"after":(\d{1,15}),"code":"([\w-]{43})"\}\n/.exec(line) ?? [];
  return n === undefined ? undefined : { n: Number(n), segment: 0, bytes: 0, code: Buffer.from(code, 'base64url') };
}

const NEWLINE = 0x0a;
const SEAL = Buffer.from('{"seal":');
const ENTRY = /^\{"n":(\d{1,15}),/;

/**
 * Reads a segment that follows `before`, batch by batch, checking every byte. Stops at the first that is not what was
 * written there.
 */
export function walkSegment(
  bytes: Buffer,
  { key, segment, before }: { key: Uint8Array; segment: number; before: Head },
): Walked {
  let head: Head = { ...before, segment, bytes: 0 };
  const seen = new Map<number, string>();
  const begin = beginLine(segment, before);
  let n = before.n;
  let batch = 0;
  if (bytes.subarray(0, begin.length).toString('latin1') === begin) {
    let at = begin.length;
    for (;;) {
      const end = bytes.indexOf(NEWLINE, at);
      if (end < 0) break;
      const isSeal = bytes.subarray(at, at + SEAL.length).equals(SEAL);
      if (!isSeal) {
        n++;
        const line = bytes.subarray(at, Math.min(end, at + 32)).toString('latin1');
        if (ENTRY.exec(line)?.[1] !== String(n)) break;
        at = end + 1;
        continue;
      }
      const code = codeOf(key, head.code, bytes.subarray(batch, at));
      if (bytes.subarray(at, end + 1).toString('latin1') !== sealLine(n, code)) break;
      batch = end + 1;
      at = batch;
      head = { n, segment, bytes: at, code };
      seen.set(at, `${n}:${code.toString('base64url')}`);
    }
  }
  return {
    head,
    rest: bytes.length - head.bytes,
    passes: (wanted) => seen.get(wanted.bytes) === `${wanted.n}:${wanted.code.toString('base64url')}`,
    marks: new Set(seen.values()),
  };
}
