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
  /** A day that stands out by a detector; the colour of no series. */
  readonly alarm: number;
  /** A colour per series, in the order of the series; {@link MAX_SERIES} of them. */
  readonly series: readonly number[];
}

export const MAX_SERIES = 12;

/**
 * The first colours are those of Okabe and Ito (Color Universal Design, 2008), lighter on dark ground; the others were
 * found by search: at least 3:1 contrast to the ground (WCAG 1.4.11), and as far apart as twelve can be in OKLab, seen
 * with normal sight and with Machado's simulations of protanopia, deuteranopia and tritanopia (2009). The first six are
 * the farthest apart.
 */
export const THEMES: Readonly<Record<ThemeName, Theme>> = {
  light: {
    background: 0xffffff,
    text: 0x1a202c,
    quietText: 0x566070,
    axis: 0x7a8494,
    grid: 0xe6e9ee,
    shade: 0xf3f4f7,
    hatch: 0xd5d9e1,
    alarm: 0xc4005a,
    series: [
      0x0072b2, 0xd55e00, 0x009e73, 0x7a0b15, 0x2d2f87, 0x9061eb, 0x944f74, 0xa786b6, 0xaf2600, 0x0a6744, 0x523a52,
      0x6e2ead,
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
    alarm: 0xff5fa2,
    series: [
      0x4aa8e8, 0xff8a3c, 0xcc3b83, 0x45f4e9, 0x835ae3, 0xd7e32c, 0x9f7214, 0x9cb692, 0x4d7da9, 0xfdc79e, 0xb18ba2,
      0xa4c6fd,
    ],
  },
};
