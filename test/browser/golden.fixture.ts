import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** `GOLDEN=write` takes the golden pictures anew: look at them before you commit them. */
const WRITE = process.env['GOLDEN'] === 'write';
const FOLDER = join(import.meta.dirname, 'golden');
/** A pixel differs when a channel differs by more than this, after a small blur: edges of letters vary by machine. */
const CHANNEL = 40;

export const goldenPath = (name: string): string => join(FOLDER, `${name}.png`);

/** Where a picture that differs is left, to be looked at. */
const LEFT = join(import.meta.dirname, '../../dist/browser-differences');

const pixelsOf = (png: Buffer) => sharp(png).removeAlpha().blur(1.2).raw().toBuffer({ resolveWithObject: true });

/** Pixels of a side of a tile. A line that is missing is little of a page, and much of the tiles that it crosses. */
const TILE = 120;

/** The largest share of differing pixels that a tile of two pictures has; 1 when they have different sizes. */
export async function worstTile(one: Buffer, other: Buffer): Promise<number> {
  const [now, golden] = await Promise.all([pixelsOf(one), pixelsOf(other)]);
  const { width, height } = now.info;
  if (width !== golden.info.width || height !== golden.info.height) return 1;
  const across = Math.ceil(width / TILE);
  const different = new Uint32Array(across * Math.ceil(height / TILE));
  const [left, right] = [now.data, golden.data];
  for (let y = 0, at = 0; y < height; y++) {
    const row = Math.floor(y / TILE) * across;
    for (let x = 0; x < width; x++, at += 3) {
      const differs =
        Math.abs(left[at]! - right[at]!) > CHANNEL ||
        Math.abs(left[at + 1]! - right[at + 1]!) > CHANNEL ||
        Math.abs(left[at + 2]! - right[at + 2]!) > CHANNEL;
      if (differs) different[row + Math.floor(x / TILE)]! += 1;
    }
  }
  return Math.max(...different) / (TILE * TILE);
}

/** How much a whole page differs from its golden picture, in its worst tile. */
export async function differenceFrom(
  name: string,
  page: Page,
  options: { hide?: readonly string[] } = {},
): Promise<number> {
  const mask = (options.hide ?? []).map((selector) => page.locator(selector));
  await page.evaluate(() => scrollTo(0, 0));
  const taken = await page.screenshot({
    fullPage: true,
    animations: 'disabled',
    caret: 'hide',
    mask,
    maskColor: '#808890',
  });
  const path = goldenPath(name);
  if (WRITE) writeFileSync(path, await sharp(taken).png({ palette: true, colours: 128, effort: 8 }).toBuffer());
  if (!existsSync(path)) throw new Error(`there is no golden picture ${name}.png: GOLDEN=write takes one`);
  const worst = await worstTile(taken, readFileSync(path));
  if (worst > 0.005 && existsSync(join(LEFT, '..'))) {
    writeFileSync(`${LEFT}-${name}.png`, taken);
    process.stderr.write(
      `${name} differs in ${(100 * worst).toFixed(2)} % of the pixels of a tile; taken: ${LEFT}-${name}.png\n`,
    );
  }
  return worst;
}
