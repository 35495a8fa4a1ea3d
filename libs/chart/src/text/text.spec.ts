import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { interFonts } from './fonts.js';
import { fit, printable, widthOf } from './measure.js';
import { openTrueType } from './truetype.js';

const { regular, bold } = interFonts();

describe('text', () => {
  beforeAll(() => {
    const { resolve } = createRequire(import.meta.url);
    for (const subset of ['latin', 'latin-ext']) {
      for (const weight of [400, 600]) {
        const file = `@fontsource/inter/files/inter-${subset}-${weight}-normal.woff2`;
        GlobalFonts.registerFromPath(resolve(file), `Oracle ${weight}`);
      }
    }
  });

  it.each([
    ['Over-the-counter sales, 1,234.5 %', 400],
    ['Déjà vu in Łódź, Çeşme and Côte-d’Or — naïve Æsir', 400],
    ['QUICK brown foxes (jump) over #42 & “quotes”', 600],
  ])('measures “%s” as a browser engine does without kerning', (text, weight) => {
    const context = createCanvas(10, 10).getContext('2d');
    context.font = `${weight} 100px "Oracle ${weight}"`;
    context.fontKerning = 'none';
    const expected = context.measureText(text).width;
    expect(Math.abs(widthOf(text, weight === 400 ? regular : bold, 100) / expected - 1)).toBeLessThan(0.01);
  });

  it('is cut with an ellipsis so that it fits, and left alone when it fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 0, max: 300 }), (text, room) => {
        const cut = fit(text, regular, { size: 12, room });
        expect(widthOf(cut, regular, 12)).toBeLessThanOrEqual(room);
        if (widthOf(text, regular, 12) <= room) expect(cut).toBe(text);
        else if (cut !== '') expect(cut.endsWith('…')).toBe(true);
      }),
    );
  });

  it('is one line without controls, directions or halves of characters', () => {
    expect(printable('a\u0000b\n c\u202e\ud800 d')).toBe('ab c d');
    expect(printable('x'.repeat(100_000)).length).toBeLessThan(1000);
  });

  it('shows a box for a character the font does not have', () => {
    const box = regular.find('漢'.codePointAt(0)!);
    expect(box.glyph).toBe(0);
    expect(box.face.contoursOf(0).length).toBeGreaterThan(0);
    expect(box.advance).toBeGreaterThan(0);
  });

  it('has the letters of Europe in bold too, if need be from the regular face', () => {
    for (const character of 'ŁódźČeštinaŐŰşğ') expect(bold.find(character.codePointAt(0)!).glyph).not.toBe(0);
  });

  it('refuses what is not a font', () => {
    expect(() => openTrueType(new Uint8Array(64))).toThrow(RangeError);
  });
});
