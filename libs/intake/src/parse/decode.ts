import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import { BellwetherError } from '#vocabulary';

export interface DecodedText {
  readonly text: string;
  /** What the bytes were read as: `utf-8`, `utf-16le`, `utf-16be`, or the declared label in lower case. */
  readonly encoding: string;
  readonly byteOrderMark: boolean;
  /**
   * The character codes of `text`, where it is all ASCII: the bytes themselves. Scanning them is several times faster
   * than scanning the string, and what is found lies at the same positions.
   */
  readonly codes: Uint8Array | undefined;
}

const UNICODE = /^(auto|utf-?8|us-ascii|ascii)$/;
/** Encodings in which the bytes of ASCII text may mean something else, so that UTF-8 cannot be tried first. */
const NOT_ASCII_COMPATIBLE = /^(utf-?(7|16|32)|ucs|iso-?2022|hz)/;

const view = (bytes: Uint8Array): Buffer => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * The text of a member. A byte order mark decides (UTF-8, UTF-16); otherwise strict UTF-8, otherwise the declared
 * encoding. Nothing is replaced silently: what does not decode is FILE_ENCODING with the line of the first bad byte.
 */
export function decode(bytes: Uint8Array, declared: string, member: string): DecodedText {
  const data = view(bytes);
  const label = declared.toLowerCase();
  if (data.length >= 3 && data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf) {
    return utf8(data.subarray(3), { byteOrderMark: true, member });
  }
  if (data.length >= 2 && data[0] === 0xff && data[1] === 0xfe) return utf16(data, 'utf-16le', member);
  if (data.length >= 2 && data[0] === 0xfe && data[1] === 0xff) return utf16(data, 'utf-16be', member);
  if (UNICODE.test(label) || (!NOT_ASCII_COMPATIBLE.test(label) && isUtf8(data))) {
    return utf8(data, { byteOrderMark: false, member });
  }
  return { text: decodeAs(data, label, member), encoding: label, byteOrderMark: false, codes: undefined };
}

function utf8(data: Buffer, { byteOrderMark, member }: { byteOrderMark: boolean; member: string }): DecodedText {
  const common = { encoding: 'utf-8', byteOrderMark };
  if (isAscii(data)) return { ...common, text: data.toString('latin1'), codes: data };
  if (isUtf8(data)) return { ...common, text: data.toString('utf8'), codes: undefined };
  throw new BellwetherError('FILE_ENCODING', 'the bytes are not UTF-8', { member, line: lineOfBadUtf8(data) });
}

function utf16(data: Buffer, encoding: 'utf-16le' | 'utf-16be', member: string): DecodedText {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(data);
    return { text, encoding, byteOrderMark: true, codes: undefined };
  } catch {
    throw new BellwetherError('FILE_ENCODING', `the byte order mark says ${encoding}, the bytes do not`, { member });
  }
}

/** Whether iconv-lite knows the label. */
export const isEncoding = (label: string): boolean => iconv.encodingExists(label);

/** Reads bytes as an iconv label says, and as nothing else. */
export function decodeAs(bytes: Uint8Array, label: string, member: string): string {
  if (!isEncoding(label)) throw new BellwetherError('CONFIG_INVALID', `no such encoding: ${label}`);
  const text = iconv.decode(view(bytes), label);
  const bad = text.indexOf('\ufffd');
  if (bad < 0) return text;
  throw new BellwetherError('FILE_ENCODING', `the bytes are not ${label}`, { member, line: lineAt(text, bad) });
}

/** CR and LF are never part of a longer UTF-8 sequence, so lines can be judged one by one. */
function lineOfBadUtf8(data: Buffer): number {
  let line = 1;
  for (let start = 0; start < data.length; line++) {
    let end = start;
    while (end < data.length && data[end] !== 10 && data[end] !== 13) end++;
    if (!isUtf8(data.subarray(start, end))) break;
    start = data[end] === 13 && data[end + 1] === 10 ? end + 2 : end + 1;
  }
  return line;
}

/** The physical line (from 1) of a position in a text with any line ends. */
export function lineAt(text: string, position: number): number {
  let line = 1;
  for (let at = 0; at < position; at++) {
    const code = text.charCodeAt(at);
    if (code === 10 || (code === 13 && text.charCodeAt(at + 1) !== 10)) line++;
  }
  return line;
}
