import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { goldenPath, worstTile } from './golden.fixture.js';

/** What the tests of pages allow. */
const ALLOWED = 0.015;

const golden = (name: string): Buffer => readFileSync(goldenPath(name));

/** A picture with a box of it painted over, in the colour at the corner of the box. */
async function without(png: Buffer, box: { left: number; top: number; width: number; height: number }) {
  const corner = await sharp(png)
    .extract({ ...box, width: 1, height: 1 })
    .removeAlpha()
    .raw()
    .toBuffer();
  const [r = 0, g = 0, b = 0] = corner;
  const patch = await sharp({
    create: { width: box.width, height: box.height, channels: 3, background: { r, g, b } },
  })
    .png()
    .toBuffer();
  return sharp(png)
    .composite([{ input: patch, left: box.left, top: box.top }])
    .png()
    .toBuffer();
}

describe('the comparison with golden pictures', () => {
  it('finds no difference between a picture and itself', async () => {
    expect(await worstTile(golden('series-light'), golden('series-light'))).toBe(0);
  });

  // Places of the golden pictures: a curve, a number, an axis, three regions of a map.
  it.each([
    { name: 'completeness-light', what: 'a line', left: 110, top: 765, width: 500, height: 60 },
    { name: 'completeness-dark', what: 'a line', left: 110, top: 765, width: 500, height: 60 },
    { name: 'overview-light', what: 'the figure of the day', left: 905, top: 230, width: 70, height: 50 },
    { name: 'overview-dark', what: 'states of the map', left: 160, top: 240, width: 80, height: 60 },
    { name: 'series-dark', what: 'the names of the axis', left: 60, top: 300, width: 36, height: 340 },
  ])('notices in $name that $what is missing', async ({ name, what: _, ...box }) => {
    expect(await worstTile(golden(name), await without(golden(name), box))).toBeGreaterThan(ALLOWED);
  });
});
