import { MAX_INKS } from '../../scene/scene.js';
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
  /** Bytes from row to row, in `pixels` and `mask`: a multiple of four, so that four pixels can be compared at once. */
  readonly stride: number;
  readonly pixels: Uint8Array;
  /** 0xRRGGBB of each colour in use; the inks come first. */
  readonly colours: Int32Array;
  colourCount: number;
  readonly inkCount: number;
  /** Colour × ink × level → colour, or -1 while it was not asked for. */
  readonly blends: Int16Array;
  /** Coverage in levels of the shape being drawn; all zero between shapes. */
  readonly mask: Uint8Array;
}

/** Large buffers are kept from picture to picture; drawing never yields, so that one set is enough. */
const kept = {
  pixels: new Uint8Array(0),
  mask: new Uint8Array(0),
  blends: new Int16Array(0),
  colours: new Int32Array(MAX_COLOURS),
};

/** A frame filled with the first ink. At most one is in use at a time. RangeError for more than {@link MAX_INKS}. */
export function createFrame(width: number, height: number, inks: readonly number[]): Frame {
  if (inks.length > MAX_INKS) throw new RangeError(`${inks.length} inks, at most ${MAX_INKS}`);
  const stride = (width + 3) & ~3;
  const size = stride * height;
  const blendSize = MAX_COLOURS * inks.length * LEVELS;
  if (kept.pixels.length < size) {
    kept.pixels = new Uint8Array(size);
    kept.mask = new Uint8Array(size);
  }
  if (kept.blends.length < blendSize) kept.blends = new Int16Array(blendSize);
  kept.colours.set(inks);
  return {
    width,
    height,
    stride,
    pixels: kept.pixels.subarray(0, size).fill(0),
    colours: kept.colours,
    colourCount: inks.length,
    inkCount: inks.length,
    blends: kept.blends.subarray(0, blendSize).fill(-1),
    mask: kept.mask.subarray(0, size).fill(0),
  };
}

/** The colour of `ink` laid over `colour` with coverage `level` of {@link LEVELS}. */
export function blend(frame: Frame, colour: number, ink: number, level: number): number {
  const slot = (colour * frame.inkCount + ink) * LEVELS + level - 1;
  const known = frame.blends[slot]!;
  if (known >= 0) return known;
  const made = level === LEVELS ? ink : makeColour(frame, colour, ink, level);
  frame.blends[slot] = made;
  return made;
}

/**
 * Edges over plain ground (an ink) are drawn in all levels. An edge over the edge of something else, which nobody can
 * follow with the eye, has one level only, and may not take the last colours.
 */
function makeColour(frame: Frame, colour: number, ink: number, level: number): number {
  const onInk = colour < frame.inkCount;
  const share = onInk ? level / LEVELS : Math.round((level * 2) / LEVELS) / 2;
  if (share === 0) return colour;
  if (share === 1) return ink;
  return colourFor(frame, mix(frame.colours[colour]!, frame.colours[ink]!, share), onInk ? MAX_COLOURS : CROWDED);
}

/** Colours that edges over edges may fill. */
const CROWDED = 200;
/** Squared distance at or below which two colours count as one: nobody sees it, and the picture stays small. */
const SAME = 3 * 6 * 6;

function colourFor(frame: Frame, wanted: number, most: number): number {
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
  if (least <= SAME || colourCount >= most) return nearest;
  colours[colourCount] = wanted;
  return frame.colourCount++;
}

/** Whole pixels; the ends are excluded. */
export interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** Lays `ink` where the mask says, inside the box, and clears the mask there. */
export function inkMask(frame: Frame, ink: number, box: Box): void {
  const { stride, pixels, mask, blends, inkCount } = frame;
  const words = new Int32Array(mask.buffer, mask.byteOffset, mask.length >> 2);
  const perRow = stride >> 2;
  const perColour = inkCount * LEVELS;
  const perInk = ink * LEVELS - 1;
  const firstWord = box.x0 >> 2;
  const endWord = (box.x1 + 3) >> 2;
  for (let y = box.y0; y < box.y1; y++) {
    const end = y * perRow + endWord;
    for (let word = y * perRow + firstWord; word < end; word++) {
      if (words[word] === 0) continue;
      for (let at = word * 4; at < word * 4 + 4; at++) {
        const level = mask[at]!;
        if (level === 0) continue;
        const colour = pixels[at]!;
        const made = blends[colour * perColour + perInk + level]!;
        pixels[at] = made >= 0 ? made : blend(frame, colour, ink, level);
      }
      words[word] = 0;
    }
  }
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Rounded to whole pixels and clipped to the frame. */
function boxOf(frame: Frame, { x, y, width, height }: Rectangle): Box {
  return {
    x0: Math.max(0, Math.round(x)),
    y0: Math.max(0, Math.round(y)),
    x1: Math.min(frame.width, Math.round(x + width)),
    y1: Math.min(frame.height, Math.round(y + height)),
  };
}

export function fillRect(frame: Frame, ink: number, rectangle: Rectangle): void {
  const { x0, y0, x1, y1 } = boxOf(frame, rectangle);
  if (x1 <= x0) return;
  for (let y = y0; y < y1; y++) frame.pixels.fill(ink, y * frame.stride + x0, y * frame.stride + x1);
}

/** Diagonal lines, one pixel thick, on a lattice fixed to the picture so that neighbouring hatches join. */
export function hatchRect(frame: Frame, ink: number, rectangle: Rectangle & { readonly pitch: number }): void {
  const { x0, y0, x1, y1 } = boxOf(frame, rectangle);
  const pitch = hatchPitch(rectangle.pitch);
  for (let y = y0; y < y1; y++) {
    const row = y * frame.stride;
    for (let x = x0 + ((pitch - ((x0 + y) % pitch)) % pitch); x < x1; x += pitch) frame.pixels[row + x] = ink;
  }
}

export const hatchPitch = (pitch: number): number => Math.max(2, Math.round(pitch));

/** Thins the mask to the lines of a hatch. */
export function hatchMask(frame: Frame, pitch: number, box: Box): void {
  const whole = hatchPitch(pitch);
  for (let y = box.y0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++) if ((x + y) % whole !== 0) frame.mask[y * frame.stride + x] = 0;
  }
}
