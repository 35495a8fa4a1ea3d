import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** `GOLDEN=write` takes the golden pictures anew: look at them before you commit them. */
const WRITE = process.env['GOLDEN'] === 'write';
const FOLDER = join(import.meta.dirname, 'golden');
/** A pixel differs when a channel differs by more than this, after a small blur: edges of letters vary by machine. */
const CHANNEL = 40;

/** Where a picture that differs is left, to be looked at. */
const LEFT = join(import.meta.dirname, '../../dist/browser-differences');

const pixelsOf = (png: Buffer) => sharp(png).removeAlpha().blur(1.2).raw().toBuffer({ resolveWithObject: true });

/** Share of the pixels of a whole page that differ from the golden picture; 1 when it has another size. */
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
  const path = join(FOLDER, `${name}.png`);
  if (WRITE) writeFileSync(path, await sharp(taken).png({ palette: true, colours: 128, effort: 8 }).toBuffer());
  if (!existsSync(path)) throw new Error(`there is no golden picture ${name}.png: GOLDEN=write takes one`);
  const [now, golden] = await Promise.all([pixelsOf(taken), pixelsOf(readFileSync(path))]);
  const { width, height } = now.info;
  let different = 0;
  if (width !== golden.info.width || height !== golden.info.height) different = width * height;
  else {
    for (let at = 0; at < now.data.length; at += 3) {
      const differs = [0, 1, 2].some(
        (channel) => Math.abs(now.data[at + channel]! - golden.data[at + channel]!) > CHANNEL,
      );
      if (differs) different++;
    }
  }
  const share = different / (width * height);
  if (share > 0.01 && existsSync(join(LEFT, '..'))) {
    writeFileSync(`${LEFT}-${name}.png`, taken);
    process.stderr.write(
      `${name} differs in ${(100 * share).toFixed(2)} % of its pixels; taken: ${LEFT}-${name}.png\n`,
    );
  }
  return share;
}
