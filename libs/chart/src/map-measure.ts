import { classBreaks } from './scale/classes.js';
import { formatCount } from './scale/linear.js';
import { DEVIATION_BOUNDS, type MapColours, SHARE_BOUNDS } from './theme/maps.js';

/**
 * What the colours of a map say. `count`: few to many, in classes of about equal size; zero apart. `deviation`: standard
 * deviations from what was expected, below and above. `share`: of facilities that reported, 0 to 1.
 */
export type MapMeasure = 'count' | 'deviation' | 'share';

/** Classes of values with their colours. */
export interface MapClasses {
  /** A value lies in the class of as many bounds as are at or below it. */
  readonly breaks: readonly number[];
  readonly colours: readonly number[];
  /** What stands between the classes. */
  readonly labels: readonly string[];
  /** A colour of its own for zero; undefined: zero is a value like others. */
  readonly zero: number | undefined;
  /** Whether incomplete regions are hatched; where the colour says it already, they are not. */
  readonly hatches: boolean;
  /** The colour of the class is far from the ground, so that its hatch is light. */
  isStrong(index: number): boolean;
  format(value: number): string;
}

const MINUS = '\u2212';
const signed = (value: number): string => (value < 0 ? `${MINUS}${-value}` : `+${value}`);
const percent = (value: number): string => `${Math.round(value * 100)} %`;

const CLASSES = 6;

export function mapClasses(measure: MapMeasure, values: readonly number[], colours: MapColours): MapClasses {
  switch (measure) {
    case 'count': {
      const breaks = classBreaks(values, CLASSES);
      return {
        breaks,
        colours: colours.classes,
        labels: breaks.map(formatCount),
        zero: colours.zero,
        hatches: true,
        isStrong: (index) => index >= colours.classes.length / 2,
        format: formatCount,
      };
    }
    case 'deviation':
      return {
        breaks: DEVIATION_BOUNDS,
        colours: colours.deviation,
        labels: DEVIATION_BOUNDS.map(signed),
        zero: undefined,
        hatches: true,
        isStrong: (index) => Math.abs(index - DEVIATION_BOUNDS.length / 2) >= 2,
        format: (value) => `${signed(Number(value.toFixed(1)))} SD`,
      };
    case 'share':
      return {
        breaks: SHARE_BOUNDS,
        colours: colours.share,
        labels: SHARE_BOUNDS.map(percent),
        zero: undefined,
        hatches: false,
        isStrong: () => false,
        // 99.6 % of a thousand is not all of them: only all is 100 %.
        format: (value) => percent(value < 1 && value > 0.99 ? 0.99 : value),
      };
  }
}
