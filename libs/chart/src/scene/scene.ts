/**
 * A picture as a flat list of shapes, in the order they are painted. Plain data: it can be cached, sent to a worker or
 * to a browser, and every back end draws the same picture from it.
 *
 * Coordinates are pixels from the top left corner; integers are the edges of pixels.
 */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** What the picture shows, for readers who do not see it. */
  readonly title: string;
  readonly description: string;
  /** Colours, 0xRRGGBB; the first is the background. At most {@link MAX_INKS}. */
  readonly inks: readonly number[];
  readonly shapes: readonly Shape[];
}

export const MAX_INKS = 64;

/** Index into {@link Scene.inks}. */
export type Ink = number;

export type Shape = Rect | Hatch | Path | Symbols | Area | Text;

/** Edges are rounded to whole pixels by every back end, so that thin rules stay crisp. */
export interface Rect {
  readonly kind: 'rect';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly ink: Ink;
}

/** Diagonal lines of one pixel (times `weight`), `pitch` pixels apart, clipped to the rectangle. */
export interface Hatch {
  readonly kind: 'hatch';
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly pitch: number;
  readonly ink: Ink;
}

/** A polyline. `points` holds x, y pairs; a pair of NaN lifts the pen. Joins and caps are round. */
export interface Path {
  readonly kind: 'path';
  readonly points: Float32Array;
  readonly width: number;
  readonly ink: Ink;
  /** Lengths of dash and gap along the line. */
  readonly dash?: readonly [number, number];
}

export type SymbolName = 'dot' | 'diamond' | 'cross' | 'tick';

/**
 * The same mark at many places. `points` holds x, y pairs. `dot` is filled, `diamond` hollow, `cross` two strokes,
 * `tick` one vertical stroke; `size` is the full height.
 */
export interface Symbols {
  readonly kind: 'symbols';
  readonly symbol: SymbolName;
  readonly points: Float32Array;
  readonly size: number;
  readonly ink: Ink;
}

/** A filled polygon with holes; outer rings turn one way, holes the other. `hatch` is drawn over it. */
export interface Area {
  readonly kind: 'area';
  readonly rings: readonly Float32Array[];
  readonly ink: Ink;
  readonly hatch?: { readonly ink: Ink; readonly pitch: number };
  /** Shown by back ends that can (a tooltip in SVG). */
  readonly title?: string;
}

/** One line of text; `y` is the baseline. `whole` is the untruncated text where `text` ends in an ellipsis. */
export interface Text {
  readonly kind: 'text';
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly whole?: string;
  readonly size: number;
  readonly bold: boolean;
  readonly anchor: 'start' | 'middle' | 'end';
  readonly ink: Ink;
}
