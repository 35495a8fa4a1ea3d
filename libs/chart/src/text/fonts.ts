import { brotliDecompressSync } from 'node:zlib';
import { LATIN_BOLD, LATIN_EXTENDED_REGULAR, LATIN_REGULAR } from './inter.js';
import { openTrueType, type FontFace } from './truetype.js';

/** What charts are written with: for each weight, faces that are asked in turn for a character. */
export interface Fonts {
  readonly family: string;
  readonly regular: FaceChain;
  readonly bold: FaceChain;
}

export interface FaceChain {
  /** The face that has the character; the first face, with glyph 0 (a box), when none has. */
  find(codePoint: number): Glyph;
}

export interface Glyph {
  readonly face: FontFace;
  readonly glyph: number;
  /** Advance width as a share of the font size. */
  readonly advance: number;
  /** Names the glyph among all of the chain. */
  readonly key: number;
}

const MAX_REMEMBERED = 4096;

/** A chain over font files, opened only when a character asks for them. At least one file. */
export function faceChain(files: readonly (() => Uint8Array)[]): FaceChain {
  const faces: FontFace[] = [];
  const remembered = new Map<number, Glyph>();
  const faceAt = (index: number): FontFace => (faces[index] ??= openTrueType(files[index]!()));
  const glyphIn = (index: number, glyph: number): Glyph => {
    const face = faceAt(index);
    return { face, glyph, advance: face.advanceOf(glyph) / face.unitsPerEm, key: (index << 16) | glyph };
  };
  const search = (codePoint: number): Glyph => {
    for (let i = 0; i < files.length; i++) {
      const glyph = faceAt(i).glyphOf(codePoint);
      if (glyph !== 0) return glyphIn(i, glyph);
    }
    return glyphIn(0, 0);
  };
  return {
    find(codePoint) {
      let found = remembered.get(codePoint);
      if (!found) {
        found = search(codePoint);
        if (remembered.size < MAX_REMEMBERED) remembered.set(codePoint, found);
      }
      return found;
    },
  };
}

const embedded = (text: string) => (): Uint8Array => brotliDecompressSync(Buffer.from(text, 'base64'));

/** The files of each weight of Inter, in the order in which they are asked for a character. */
const INTER = {
  regular: [embedded(LATIN_REGULAR), embedded(LATIN_EXTENDED_REGULAR)],
  bold: [embedded(LATIN_BOLD), embedded(LATIN_EXTENDED_REGULAR)],
} as const;

let inter: Fonts | undefined;

/**
 * Inter (SIL Open Font License 1.1), opened once. Letters beyond Western Europe are there in regular weight only, so
 * that a bold title borrows them.
 */
export function interFonts(): Fonts {
  inter ??= {
    family: 'Inter',
    regular: faceChain(INTER.regular),
    bold: faceChain(INTER.bold),
  };
  return inter;
}

/** The same fonts as TrueType files, for back ends that embed them; `key >> 16` of a glyph is the place of its file. */
export const interFiles = (weight: keyof typeof INTER): Uint8Array[] => INTER[weight].map((open) => open());
