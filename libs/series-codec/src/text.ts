import { damaged } from './damaged.js';

/** UTF-8 of a string. By hand, because a bare JavaScript context has no TextEncoder. Lone surrogates are refused. */
export function utf8(text: string): Uint8Array {
  const bytes: number[] = [];
  for (const symbol of text) {
    const point = symbol.codePointAt(0)!;
    if (point >= 0xd800 && point <= 0xdfff) throw new RangeError('a category name holds a lone surrogate');
    if (point < 0x80) bytes.push(point);
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), 0x80 | (point & 63));
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
    else bytes.push(0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  }
  return Uint8Array.from(bytes);
}

/** The string of UTF-8 bytes that {@link utf8} wrote; they passed a checksum, so only their lengths are checked. */
export function fromUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length;) {
    const lead = bytes[i]!;
    const more = lead < 0x80 ? 0 : lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    let point = more === 0 ? lead : lead & (0x3f >> more);
    for (let j = 1; j <= more; j++) point = point * 64 + ((bytes[i + j] ?? 0) & 63);
    if (point > 0x10ffff) throw damaged('a category name is not UTF-8');
    text += String.fromCodePoint(point);
    i += more + 1;
  }
  return text;
}
