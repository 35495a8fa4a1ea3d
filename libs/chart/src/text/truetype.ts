/**
 * A font file opened for measuring and drawing: outlines as quadratic curves in font units, y upwards.
 * Source: the OpenType tables head, hhea, hmtx, maxp, cmap (formats 4 and 12), loca and glyf.
 */
export interface FontFace {
  readonly unitsPerEm: number;
  /** Glyph of a code point; 0, the box, when the font has none. */
  glyphOf(codePoint: number): number;
  /** Advance width in font units. */
  advanceOf(glyph: number): number;
  contoursOf(glyph: number): readonly Contour[];
}

/** A closed outline: x, y, on-curve (1 or 0) in triples. */
export type Contour = Float32Array;

/** Opens a TrueType file. Throws RangeError when it is not one, or is cut off. */
export function openTrueType(file: Uint8Array): FontFace {
  const tables = readTables(file);
  const table = (tag: string): DataView => {
    const found = tables.get(tag);
    if (!found) throw new RangeError(`the font has no ${tag} table`);
    return found;
  };
  const head = table('head');
  const hmtx = table('hmtx');
  const longMetrics = table('hhea').getUint16(34);
  const glyphCount = table('maxp').getUint16(4);
  const lookup = readCharacterMap(table('cmap'));
  const outlines = { glyf: table('glyf'), loca: table('loca'), long: head.getInt16(50) === 1, glyphCount };
  return {
    unitsPerEm: head.getUint16(18),
    glyphOf: (codePoint) => lookup.get(codePoint) ?? 0,
    advanceOf: (glyph) => hmtx.getUint16(4 * Math.min(glyph, longMetrics - 1)),
    contoursOf: (glyph) => readGlyph(outlines, glyph, 0),
  };
}

function readTables(file: Uint8Array): Map<string, DataView> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (view.getUint32(0) !== 0x00010000) throw new RangeError('not a TrueType font');
  const tables = new Map<string, DataView>();
  for (let entry = 12; entry < 12 + 16 * view.getUint16(4); entry += 16) {
    const tag = String.fromCharCode(...file.subarray(entry, entry + 4));
    const start = view.getUint32(entry + 8);
    tables.set(tag, new DataView(file.buffer, file.byteOffset + start, view.getUint32(entry + 12)));
  }
  return tables;
}

function readCharacterMap(cmap: DataView): Map<number, number> {
  const map = new Map<number, number>();
  const count = cmap.getUint16(2);
  for (let i = 0; i < count; i++) {
    const at = cmap.getUint32(8 + 8 * i);
    const format = cmap.getUint16(at);
    if (format === 4) readSegments(cmap, at, map);
    else if (format === 12) readGroups(cmap, at, map);
  }
  return map;
}

function readSegments(cmap: DataView, at: number, map: Map<number, number>): void {
  const twice = cmap.getUint16(at + 6);
  for (let s = 0; s < twice; s += 2) {
    const end = cmap.getUint16(at + 14 + s);
    const start = cmap.getUint16(at + 16 + twice + s);
    const delta = cmap.getUint16(at + 16 + 2 * twice + s);
    const rangeAt = at + 16 + 3 * twice + s;
    const range = cmap.getUint16(rangeAt);
    for (let code = start; code <= end && code < 0xffff; code++) {
      const found = range === 0 ? code : cmap.getUint16(rangeAt + range + 2 * (code - start));
      if (found !== 0) map.set(code, (found + delta) & 0xffff);
    }
  }
}

function readGroups(cmap: DataView, at: number, map: Map<number, number>): void {
  const groups = cmap.getUint32(at + 12);
  for (let g = 0; g < groups; g++) {
    const entry = at + 16 + 12 * g;
    const start = cmap.getUint32(entry);
    const end = Math.min(cmap.getUint32(entry + 4), 0x10ffff);
    const glyph = cmap.getUint32(entry + 8);
    for (let code = start; code <= end; code++) map.set(code, glyph + code - start);
  }
}

interface Outlines {
  readonly glyf: DataView;
  readonly loca: DataView;
  readonly long: boolean;
  readonly glyphCount: number;
}

const MAX_COMPONENT_DEPTH = 4;

function readGlyph(outlines: Outlines, glyph: number, depth: number): Contour[] {
  const { glyf, loca, long, glyphCount } = outlines;
  if (glyph >= glyphCount || depth > MAX_COMPONENT_DEPTH) return [];
  const start = long ? loca.getUint32(4 * glyph) : 2 * loca.getUint16(2 * glyph);
  const end = long ? loca.getUint32(4 * glyph + 4) : 2 * loca.getUint16(2 * glyph + 2);
  if (start === end) return [];
  const contours = glyf.getInt16(start);
  return contours >= 0 ? readSimple(glyf, start, contours) : readComposite(outlines, start, depth);
}

function readSimple(glyf: DataView, start: number, contours: number): Contour[] {
  const ends = Array.from({ length: contours }, (_, i) => glyf.getUint16(start + 10 + 2 * i));
  const count = (ends.at(-1) ?? -1) + 1;
  let at = start + 10 + 2 * contours;
  at += 2 + glyf.getUint16(at); // hinting instructions
  const flags = new Uint8Array(count);
  for (let i = 0; i < count;) {
    const flag = glyf.getUint8(at++);
    let repeat = flag & 8 ? glyf.getUint8(at++) + 1 : 1;
    while (repeat-- > 0 && i < count) flags[i++] = flag;
  }
  const points = new Float32Array(3 * count);
  for (let axis = 0; axis < 2; axis++) {
    const short = axis === 0 ? 2 : 4;
    const same = axis === 0 ? 16 : 32;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const flag = flags[i]!;
      if (flag & short) value += flag & same ? glyf.getUint8(at++) : -glyf.getUint8(at++);
      else if (!(flag & same)) {
        value += glyf.getInt16(at);
        at += 2;
      }
      points[3 * i + axis] = value;
      points[3 * i + 2] = flag & 1;
    }
  }
  return ends.map((end, i) => points.subarray(3 * (i === 0 ? 0 : ends[i - 1]! + 1), 3 * (end + 1)));
}

function readComposite(outlines: Outlines, start: number, depth: number): Contour[] {
  const { glyf } = outlines;
  const f2dot14 = (at: number): number => glyf.getInt16(at) / 16384;
  const all: Contour[] = [];
  let at = start + 10;
  let flags: number;
  do {
    flags = glyf.getUint16(at);
    const glyph = glyf.getUint16(at + 2);
    at += 4;
    const words = (flags & 1) !== 0;
    const dx = words ? glyf.getInt16(at) : glyf.getInt8(at);
    const dy = words ? glyf.getInt16(at + 2) : glyf.getInt8(at + 1);
    at += words ? 4 : 2;
    let [a, b, c, d] = [1, 0, 0, 1];
    if (flags & 8) {
      a = d = f2dot14(at);
      at += 2;
    } else if (flags & 0x40) {
      a = f2dot14(at);
      d = f2dot14(at + 2);
      at += 4;
    } else if (flags & 0x80) {
      [a, b, c, d] = [f2dot14(at), f2dot14(at + 2), f2dot14(at + 4), f2dot14(at + 6)];
      at += 8;
    }
    for (const contour of readGlyph(outlines, glyph, depth + 1)) {
      const moved = contour.slice();
      for (let i = 0; i < moved.length; i += 3) {
        const [x, y] = [contour[i]!, contour[i + 1]!];
        moved[i] = a * x + c * y + dx;
        moved[i + 1] = b * x + d * y + dy;
      }
      all.push(moved);
    }
  } while (flags & 0x20);
  return all;
}
