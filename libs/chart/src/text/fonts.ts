import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { openWoff, type FontFace } from './woff.js';

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
  const faceAt = (index: number): FontFace => (faces[index] ??= openWoff(files[index]!()));
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

const SUBSETS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'vietnamese'] as const;
let inter: Fonts | undefined;

/** Inter (SIL Open Font License 1.1) from the npm package @fontsource/inter, read once. */
export function interFonts(): Fonts {
  if (!inter) {
    const resolve = createRequire(import.meta.url).resolve;
    const chain = (weight: number): FaceChain =>
      faceChain(
        SUBSETS.map(
          (subset) => () => readFileSync(resolve(`@fontsource/inter/files/inter-${subset}-${weight}-normal.woff`)),
        ),
      );
    inter = { family: 'Inter', regular: chain(400), bold: chain(600) };
  }
  return inter;
}
