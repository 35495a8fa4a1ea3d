import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { renderPng } from '#chart';
import sharp from 'sharp';
import { galleryPage, PICTURES } from './gallery.js';

/** `GOLDEN=write` draws the golden pictures anew: look at them before you commit them. */
const WRITE = process.env['GOLDEN'] === 'write';
const FOLDER = import.meta.dirname;
const GALLERY = join(FOLDER, '../../../docs/gallery.md');

/** Pixels of which a channel differs by more than this are counted, … */
const CHANNEL = 48;
/** … and this share of the picture may: floating point differs a little between machines, a chart does not. */
const SHARE = 0.0005;

const pixelsOf = async (png: Uint8Array) => sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });

describe('golden charts', () => {
  it.each(PICTURES)('$name looks as it did', async ({ name, draw }) => {
    const path = join(FOLDER, `${name}.png`);
    const drawn = renderPng(draw());
    if (WRITE) writeFileSync(path, drawn);
    expect(existsSync(path)).toBe(true);
    const [now, golden] = await Promise.all([pixelsOf(drawn), pixelsOf(readFileSync(path))]);
    expect([now.info.width, now.info.height]).toEqual([golden.info.width, golden.info.height]);
    const different = new Set<number>();
    now.data.forEach((value, i) => {
      if (Math.abs(value - golden.data[i]!) > CHANNEL) different.add(Math.floor(i / 3));
    });
    expect(different.size / (now.info.width * now.info.height)).toBeLessThanOrEqual(SHARE);
  });

  it('are all in the gallery, as they are', () => {
    if (WRITE) writeFileSync(GALLERY, galleryPage());
    expect(readFileSync(GALLERY, 'utf8')).toBe(galleryPage());
  });
});
