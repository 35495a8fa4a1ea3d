import type { ThemeName } from './theme.js';

/** Colours of maps, 0xRRGGBB. */
export interface MapColours {
  /** From few to many. One hue, even steps of lightness, away from the ground: reads without colour vision too. */
  readonly classes: readonly number[];
  /** From far below to far above what was expected; the middle is unremarkable. */
  readonly deviation: readonly number[];
  /** From few to all. */
  readonly share: readonly number[];
  readonly zero: number;
  readonly missing: number;
  /** Where nobody could report. */
  readonly nobody: number;
  readonly suppressed: number;
  readonly deleted: number;
  readonly border: number;
  /** The same where regions of the colour of the ground must be seen. */
  readonly outline: number;
  /** Over the upper and over the lower half of the classes. */
  readonly hatchOnStrong: number;
  readonly hatchOnWeak: number;
}

/**
 * Classes of deviation, in standard deviations. Purple to orange (ColorBrewer PuOr): told apart without colour vision by
 * lightness from the middle outwards, and by hue with any.
 */
export const DEVIATION_BOUNDS = [-3, -2, -1, 1, 2, 3] as const;
export const SHARE_BOUNDS = [0.5, 0.7, 0.8, 0.9, 0.97] as const;

export const MAPS: Readonly<Record<ThemeName, MapColours>> = {
  light: {
    classes: [0xd3e4f3, 0xa6cbe6, 0x6fabd6, 0x3b86bf, 0x145f9e, 0x0a3a6b],
    deviation: [0x542788, 0x8073ac, 0xc6bfdf, 0xeef0f2, 0xfdc98a, 0xee8a2c, 0xb0470a],
    share: [0xc2432f, 0xe58a5c, 0xf3c99b, 0xd6e4cf, 0x8fc3a4, 0x2f8a6a],
    zero: 0xebeef2,
    missing: 0xcfcfcf,
    nobody: 0xffffff,
    suppressed: 0xe9d8a6,
    deleted: 0xd7bfd8,
    border: 0xffffff,
    outline: 0xb4bbc6,
    hatchOnStrong: 0xffffff,
    hatchOnWeak: 0x6b7686,
  },
  dark: {
    classes: [0x17344f, 0x1d4f7a, 0x2a70a8, 0x4b95cd, 0x86bce4, 0xcde4f6],
    deviation: [0xb9a4ea, 0x8a74c4, 0x55497c, 0x2b323c, 0x7c5526, 0xc9792a, 0xffb266],
    share: [0xef6f58, 0xc5654a, 0x8d5b3d, 0x37514a, 0x2f7a63, 0x54c79c],
    zero: 0x222a35,
    missing: 0x4a4a4a,
    nobody: 0x12161d,
    suppressed: 0x6b5a26,
    deleted: 0x5b3f5e,
    border: 0x12161d,
    outline: 0x4d5765,
    hatchOnStrong: 0x12161d,
    hatchOnWeak: 0xb9c2cf,
  },
};
