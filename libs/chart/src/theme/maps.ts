import type { ThemeName } from './theme.js';

/** Colours of maps, 0xRRGGBB. */
export interface MapColours {
  /** From few to many. One hue, even steps of lightness, away from the ground: reads without colour vision too. */
  readonly classes: readonly number[];
  readonly zero: number;
  readonly missing: number;
  readonly suppressed: number;
  readonly deleted: number;
  readonly border: number;
  /** Over the upper and over the lower half of the classes. */
  readonly hatchOnStrong: number;
  readonly hatchOnWeak: number;
}

export const MAPS: Readonly<Record<ThemeName, MapColours>> = {
  light: {
    classes: [0xd3e4f3, 0xa6cbe6, 0x6fabd6, 0x3b86bf, 0x145f9e, 0x0a3a6b],
    zero: 0xebeef2,
    missing: 0xcfcfcf,
    suppressed: 0xe9d8a6,
    deleted: 0xd7bfd8,
    border: 0xffffff,
    hatchOnStrong: 0xffffff,
    hatchOnWeak: 0x6b7686,
  },
  dark: {
    classes: [0x17344f, 0x1d4f7a, 0x2a70a8, 0x4b95cd, 0x86bce4, 0xcde4f6],
    zero: 0x222a35,
    missing: 0x4a4a4a,
    suppressed: 0x6b5a26,
    deleted: 0x5b3f5e,
    border: 0x12161d,
    hatchOnStrong: 0x12161d,
    hatchOnWeak: 0xb9c2cf,
  },
};
