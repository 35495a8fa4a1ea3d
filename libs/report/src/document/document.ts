import type { Scene } from '#chart';

/** A cell of a table: words, or a small picture. */
export type Cell = string | { readonly scene: Scene };

export interface Column {
  readonly title: string;
  readonly align: 'start' | 'end';
  /** Share of the width, against the others. */
  readonly weight: number;
}

export type Block =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string; readonly tone: 'plain' | 'quiet' | 'warning' }
  | { readonly kind: 'figure'; readonly scene: Scene }
  | {
      readonly kind: 'table';
      readonly caption: string;
      readonly columns: readonly Column[];
      readonly rows: readonly (readonly Cell[])[];
    };

/** A report as a list of blocks, in the order they are read; every back end writes the same one. */
export interface ReportDocument {
  readonly title: string;
  readonly subtitle: string;
  /** Milliseconds since the epoch; also the date that stands in the file. */
  readonly asOf: number;
  readonly blocks: readonly Block[];
}
