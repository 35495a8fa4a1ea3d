import { THEMES, type ThemeName } from '#chart';

const css = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`;

interface Colours {
  readonly lines: readonly string[];
  readonly text: string;
  readonly quiet: string;
  readonly axis: string;
  readonly grid: string;
  readonly ground: string;
  readonly hatch: string;
  /** From far below to far above the usual; the middle is unremarkable. */
  readonly deviation: readonly string[];
  /** From few to all. */
  readonly share: readonly string[];
  /** From few to many. */
  readonly amount: readonly string[];
  readonly none: string;
  readonly border: string;
}

/**
 * Classes of deviation: below −3, −3…−2, −2…−1, −1…1, 1…2, 2…3, above 3. Purple to orange (ColorBrewer PuOr): told
 * apart without colour vision by lightness from the middle outwards, and by hue with any.
 */
export const DEVIATIONS = [-3, -2, -1, 1, 2, 3] as const;
export const SHARES = [0.5, 0.7, 0.8, 0.9, 0.97] as const;

const of = (theme: ThemeName) => ({
  lines: THEMES[theme].series.map(css),
  text: css(THEMES[theme].text),
  quiet: css(THEMES[theme].quietText),
  axis: css(THEMES[theme].axis),
  grid: css(THEMES[theme].grid),
});

export const COLOURS: Readonly<Record<ThemeName, Colours>> = {
  light: {
    ...of('light'),
    ground: '#ffffff',
    hatch: '#c3cad4',
    deviation: ['#542788', '#8073ac', '#c6bfdf', '#eef0f2', '#fdc98a', '#ee8a2c', '#b0470a'],
    share: ['#c2432f', '#e58a5c', '#f3c99b', '#d6e4cf', '#8fc3a4', '#2f8a6a'],
    amount: ['#d9eaf4', '#a9d0e6', '#6fb0d4', '#3989bd', '#17639b', '#0a3f6c'],
    none: '#d9dde3',
    border: '#ffffff',
  },
  dark: {
    ...of('dark'),
    ground: '#171b22',
    hatch: '#4a5462',
    deviation: ['#b9a4ea', '#8a74c4', '#55497c', '#2b323c', '#7c5526', '#c9792a', '#ffb266'],
    share: ['#ef6f58', '#c5654a', '#8d5b3d', '#37514a', '#2f7a63', '#54c79c'],
    amount: ['#1c3a52', '#20557c', '#2c74a8', '#4c97cb', '#84bbe2', '#cbe3f5'],
    none: '#353c47',
    border: '#171b22',
  },
};

/** The class of a value between sorted bounds: 0 below the first, `bounds.length` above the last. */
export const classOf = (value: number, bounds: readonly number[]): number => {
  let at = 0;
  while (at < bounds.length && value >= bounds[at]!) at++;
  return at;
};
