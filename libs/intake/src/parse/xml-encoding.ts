import { isAscii } from 'node:buffer';
import { BellwetherError } from '#vocabulary';
import { decode, decodeAs, isEncoding } from './decode.js';

const DECLARATION = /^<\?xml\s[^<>]*?\sencoding\s*=\s*(?:"([A-Za-z][\w.-]*)"|'([A-Za-z][\w.-]*)')/;
const WIDE = /^(utf-?16|utf-?32|ucs|iso-10646)/;

/**
 * The text of an XML document (XML 1.0, 4.3.3 and appendix F). The document's own declaration decides, the layout's
 * encoding only where it has none; and a declaration that does not agree with the bytes is FILE_ENCODING: two readers
 * would see two documents.
 */
export function decodeXml(bytes: Uint8Array, encoding: string, member: string): string {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 256));
  const { text, encoding: actual, byteOrderMark } = byteOrdered(bytes) ? decode(bytes, 'auto', member) : EMPTY;
  const match = DECLARATION.exec(byteOrderMark ? text.slice(0, 256) : head.toString('latin1'));
  const declared = (match?.[1] ?? match?.[2])?.toLowerCase();
  const lie = (what: string): BellwetherError =>
    new BellwetherError('FILE_ENCODING', `the XML declaration says ${named(declared)}, ${what}`, { member, line: 1 });

  if (byteOrderMark) {
    const agrees = declared === undefined || declared === actual || (declared === 'utf-16' && actual !== 'utf-8');
    if (!agrees) throw lie(`the byte order mark ${actual}`);
    return text;
  }
  if (declared === undefined) return decode(bytes, encoding, member).text;
  if (declared === 'utf-8' || declared === 'utf8') return decode(bytes, 'utf-8', member).text;
  if (declared === 'us-ascii' || declared === 'ascii') {
    if (!isAscii(bytes)) throw lie('the bytes are not');
    return decode(bytes, 'utf-8', member).text;
  }
  if (WIDE.test(declared)) throw lie('but one byte is one character');
  if (!isEncoding(declared)) throw lie('which is not known here');
  const decoded = decodeAs(bytes, declared, member);
  if (!decoded.startsWith('<?xml')) throw lie('the bytes do not');
  return decoded;
}

/** Only the name of an encoding is repeated. */
const named = (declared: string | undefined): string =>
  declared !== undefined && (isEncoding(declared) || WIDE.test(declared)) ? declared.slice(0, 16) : 'another encoding';

const EMPTY = { text: '', encoding: '', byteOrderMark: false };

const byteOrdered = (bytes: Uint8Array): boolean =>
  (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) ||
  (bytes[0] === 0xff && bytes[1] === 0xfe) ||
  (bytes[0] === 0xfe && bytes[1] === 0xff);
