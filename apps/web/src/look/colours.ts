import { DEVIATION_BOUNDS, MAPS, SHARE_BOUNDS, THEMES, type ThemeName } from '#chart';

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
  /** What stands out by a detector; of no scale. */
  readonly alarm: string;
}

export const DEVIATIONS = DEVIATION_BOUNDS;
export const SHARES = SHARE_BOUNDS;

const of = (theme: ThemeName) => ({
  lines: THEMES[theme].series.map(css),
  text: css(THEMES[theme].text),
  quiet: css(THEMES[theme].quietText),
  axis: css(THEMES[theme].axis),
  grid: css(THEMES[theme].grid),
  alarm: css(THEMES[theme].alarm),
  // As the server's pictures of maps have them.
  deviation: MAPS[theme].deviation.map(css),
  share: MAPS[theme].share.map(css),
});

export const COLOURS: Readonly<Record<ThemeName, Colours>> = {
  light: {
    ...of('light'),
    ground: '#ffffff',
    hatch: '#c3cad4',
    amount: ['#d9eaf4', '#a9d0e6', '#6fb0d4', '#3989bd', '#17639b', '#0a3f6c'],
    none: '#d9dde3',
    border: '#ffffff',
  },
  dark: {
    ...of('dark'),
    ground: '#171b22',
    hatch: '#4a5462',
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
