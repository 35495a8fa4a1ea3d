import { mix } from '../../theme/colour.js';

/** Steps of coverage between nothing and a full pixel. */
export const LEVELS = 8;

const MAX_COLOURS = 256;

/**
 * An indexed picture under construction. A colour is made when it is first needed: an ink laid with some coverage over
 * a colour that is there gives a further colour, which is remembered, until 256 are in use; then the nearest serves.
 */
export interface Frame {
  readonly width: number;
  readonly height: number;
  /** Bytes from row to row: one for the PNG filter, then a byte a pixel. */
  readonly stride: number;
  readonly rows: Uint8Array;
  /** 0xRRGGBB of each colour in use; the inks come first. */
  readonly colours: Int32Array;
  colourCount: number;
  readonly inkCount: number;
  /** Colour × ink × level → colour, or -1 while it was not asked for. */
  readonly blends: Int16Array;
  /** Coverage in levels of the shape being drawn, without the filter byte; all zero between shapes. */
  readonly mask: Uint8Array;
}

/** Large buffers are kept from picture to picture; rendering never yields, so that one set is enough. */
let keptBlends = new Int16Array(0);
let keptMask = new Uint8Array(0);

/** A frame filled with the first ink. */
export function createFrame(width: number, height: number, inks: readonly number[]): Frame {
  const blendSize = MAX_COLOURS * inks.length * LEVELS;
  if (keptBlends.length < blendSize) keptBlends = new Int16Array(blendSize);
  if (keptMask.length < width * height) keptMask = new Uint8Array(width * height + 8);
  const blends = keptBlends.subarray(0, blendSize).fill(-1);
  const colours = new Int32Array(MAX_COLOURS);
  colours.set(inks);
  const stride = width + 1;
  const rows = new Uint8Array(stride * height);
  const frame = {
    width,
    height,
    stride,
    rows,
    colours,
    colourCount: inks.length,
    inkCount: inks.length,
    blends,
    mask: keptMask,
  };
  // The edges of everything on plain ground come first, so that they are exact however crowded the picture gets.
  for (let ink = 1; ink < inks.length; ink++)
    for (let level = 2; level < LEVELS; level += 2) blend(frame, 0, ink, level);
  return frame;
}

/** The colour of `ink` laid over `colour` with coverage `level` of {@link LEVELS}. */
export function blend(frame: Frame, colour: number, ink: number, level: number): number {
  const slot = (colour * frame.inkCount + ink) * LEVELS + level - 1;
  const known = frame.blends[slot]!;
  if (known >= 0) return known;
  const made =
    level === LEVELS ? ink : colourFor(frame, mix(frame.colours[colour]!, frame.colours[ink]!, level / LEVELS));
  frame.blends[slot] = made;
  return made;
}

/** Squared distance at or below which two colours count as one: nobody sees it, and the picture stays small. */
const SAME = 3 * 6 * 6;

function colourFor(frame: Frame, wanted: number): number {
  const { colours, colourCount } = frame;
  const red = wanted >> 16;
  const green = (wanted >> 8) & 255;
  const blue = wanted & 255;
  let nearest = 0;
  let least = Infinity;
  for (let i = 0; i < colourCount; i++) {
    const other = colours[i]!;
    const dr = (other >> 16) - red;
    const dg = ((other >> 8) & 255) - green;
    const db = (other & 255) - blue;
    const distance = dr * dr + dg * dg + db * db;
    if (distance < least) {
      least = distance;
      nearest = i;
    }
  }
  if (least <= SAME || colourCount === MAX_COLOURS) return nearest;
  colours[colourCount] = wanted;
  return frame.colourCount++;
}

export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Lays `ink` where the mask says, inside the box (end exclusive), and clears the mask. */
export function inkMask(frame: Frame, ink: number, box: Box): void {
  const { width, stride, rows, mask, blends, inkCount } = frame;
  for (let y = box.y0; y < box.y1; y++) {
    const maskRow = y * width;
    const row = y * stride + 1;
    for (let x = box.x0; x < box.x1; x++) {
      const level = mask[maskRow + x]!;
      if (level === 0) continue;
      mask[maskRow + x] = 0;
      const colour = rows[row + x]!;
      const made = blends[(colour * inkCount + ink) * LEVELS + level - 1]!;
      rows[row + x] = made >= 0 ? made : blend(frame, colour, ink, level);
    }
  }
}

/** Lays `ink` on whole pixels; the rectangle is rounded and clipped. */
export function fillRect(
  frame: Frame,
  ink: number,
  rect: { x: number; y: number; width: number; height: number },
): void {
  const x0 = Math.max(0, Math.round(rect.x));
  const x1 = Math.min(frame.width, Math.round(rect.x + rect.width));
  const y0 = Math.max(0, Math.round(rect.y));
  const y1 = Math.min(frame.height, Math.round(rect.y + rect.height));
  if (x1 <= x0) return;
  for (let y = y0; y < y1; y++) frame.rows.fill(ink, y * frame.stride + 1 + x0, y * frame.stride + 1 + x1);
}

/** Diagonal lines, one pixel thick, on a lattice fixed to the picture so that neighbouring hatches join. */
export function hatchRect(
  frame: Frame,
  ink: number,
  rect: { x: number; y: number; width: number; height: number; pitch: number },
): void {
  const x0 = Math.max(0, Math.round(rect.x));
  const x1 = Math.min(frame.width, Math.round(rect.x + rect.width));
  const y0 = Math.max(0, Math.round(rect.y));
  const y1 = Math.min(frame.height, Math.round(rect.y + rect.height));
  const pitch = Math.max(2, Math.round(rect.pitch));
  for (let y = y0; y < y1; y++) {
    const row = y * frame.stride + 1;
    for (let x = x0 + ((pitch - ((x0 + y) % pitch)) % pitch); x < x1; x += pitch) frame.rows[row + x] = ink;
  }
}
