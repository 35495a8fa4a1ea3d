import type { Scene } from '#chart';

/** A golden picture and its place in the gallery. */
export interface Picture {
  /** File name without extension. */
  readonly name: string;
  readonly heading: string;
  /** What the reader should see in it. */
  readonly says: string;
  draw(): Scene;
}
