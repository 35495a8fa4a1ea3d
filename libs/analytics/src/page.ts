/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** Cursor of what follows; null at the end. */
  readonly next: string | null;
}
