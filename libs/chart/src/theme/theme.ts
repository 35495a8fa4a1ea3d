export type ThemeName = 'light' | 'dark';

/** Colours of everything that is not data, 0xRRGGBB. */
export interface Theme {
  readonly background: number;
  readonly text: number;
  readonly quietText: number;
  readonly axis: number;
  readonly grid: number;
  /** Ground and lines of the hatch over days that are not complete. */
  readonly shade: number;
  readonly hatch: number;
  /** A colour per series, in the order of the series; {@link MAX_SERIES} of them. */
  readonly series: readonly number[];
}

export const MAX_SERIES = 12;

export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: 0xffffff,
    text: 0x1a202c,
    quietText: 0x566070,
    axis: 0x7a8494,
    grid: 0xe6e9ee,
    shade: 0xf3f4f7,
    hatch: 0xd5d9e1,
    series: [
      0x0072b2, 0xd55e00, 0x009e73, 0xb5438f, 0x8a6d00, 0x56a0d3, 0x7a1f1f, 0x4b4b9f, 0x6f8f1f, 0x444444, 0xe0607e,
      0x117d8b,
    ],
  },
  dark: {
    background: 0x12161d,
    text: 0xeef1f5,
    quietText: 0xa3adba,
    axis: 0x768292,
    grid: 0x272d37,
    shade: 0x1c222b,
    hatch: 0x39424f,
    series: [
      0x4aa8e8, 0xff8a3c, 0x2ec79b, 0xe88bc4, 0xe3c143, 0x9ad0f5, 0xe0605e, 0x9b95f0, 0xaed04e, 0xbfc5ce, 0xff9fb2,
      0x4fd0dc,
    ],
  },
};
