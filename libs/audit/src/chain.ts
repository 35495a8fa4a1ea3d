import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * A trail is a sequence of segments, files of lines. A segment begins with a line that says which it is and the code
 * before it; then come batches, each of some entries and a seal. The code of a batch is an HMAC-SHA-256 of the code
 * before it and of the bytes of its lines, so that whoever lacks the key can neither change, leave out, put in nor
 * reorder a byte (after B. Schneier, J. Kelsey, "Secure audit logs to support computer forensics", 1999; with one key,
 * not one that moves on). Where the trail ends is said by the head, a file with a code of its own: without it a trail
 * that was cut between two batches would look whole.
 */
export const START = Buffer.alloc(32);

export function codeOf(key: Uint8Array, before: Uint8Array, lines: Uint8Array): Buffer {
  return createHmac('sha256', key).update(before).update(lines).digest();
}

export const beginLine = (segment: number, { n, code }: Pick<Head, 'n' | 'code'>): string =>
  `{"segment":${segment},"after":${n},"code":"${code.toString('base64url')}"}\n`;

export const sealLine = (n: number, code: Uint8Array): string =>
  `{"seal":${n},"code":"${Buffer.from(code).toString('base64url')}"}\n`;

/** How far a trail reaches: entries, the segment and its bytes, and the code there. */
export interface Head {
  readonly n: number;
  readonly segment: number;
  readonly bytes: number;
  readonly code: Buffer;
}

/** Of a trail that has not begun. */
export const NO_HEAD: Head = { n: 0, segment: 0, bytes: 0, code: START };

const headText = ({ n, segment, bytes, code }: Head): string =>
  `{"n":${n},"segment":${segment},"bytes":${bytes},"code":"${code.toString('base64url')}"`;
const signed = (key: Uint8Array, text: string): Buffer => createHmac('sha256', key).update(`head ${text}`).digest();

export function headFile(key: Uint8Array, head: Head): string {
  const text = headText(head);
  return `${text},"sign":"${signed(key, text).toString('base64url')}"}\n`;
}

/** Undefined: the text is not what {@link headFile} wrote with this key. */
export function readHead(key: Uint8Array, file: string): Head | undefined {
  const [, text = '', n, segment, bytes, code = '', sign = ''] =
    /^(\{"n":(\d{1,15}),"segment":(\d{1,9}),"bytes":(\d{1,15}),"code":"([\w-]{43})"),"sign":"([\w-]{43})"\}\n$/.exec(
      file,
    ) ?? [];
  const given = Buffer.from(sign, 'base64url');
  const expected = signed(key, text);
  // The text has to be the very one: base64url has spellings that decode alike.
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  if (expected.toString('base64url') !== sign) return undefined;
  return { n: Number(n), segment: Number(segment), bytes: Number(bytes), code: Buffer.from(code, 'base64url') };
}

export const segmentName = (segment: number): string => `${String(segment).padStart(8, '0')}.jsonl`;
export const segmentOf = (file: string): number | undefined => {
  const digits = /^(\d{8})\.jsonl$/.exec(file)?.[1];
  return digits === undefined ? undefined : Number(digits);
};
export const HEAD_FILE = 'head.json';
