import type { LinearScale } from '../scale/linear.js';
import type { TimeScale } from '../scale/time.js';
import type { Ink } from '../scene/scene.js';
import type { Theme } from '../theme/theme.js';

/** The rectangle in which lines are drawn, with its scales; marks are functions from this and data to shapes. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Days count from the first day shown. */
  readonly x: TimeScale;
  readonly y: LinearScale;
  /** Size of everything against an 800 × 400 chart. */
  readonly scale: number;
}

/** Collects the colours of a scene as they are asked for. */
export interface InkWell {
  readonly theme: Theme;
  readonly inks: number[];
  of(colour: number): Ink;
}

export function inkWell(theme: Theme): InkWell {
  const inks = [theme.background];
  return {
    theme,
    inks,
    of(colour) {
      const known = inks.indexOf(colour);
      return known >= 0 ? known : inks.push(colour) - 1;
    },
  };
}
