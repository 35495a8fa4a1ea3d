/** Where on the page the next thing goes; points from the top left. */
export interface Paper {
  readonly document: PDFKit.PDFDocument;
  readonly left: number;
  readonly width: number;
  /** The next free place. */
  at(): number;
  /** Takes some height, and says where it begins. */
  take(height: number): number;
  /** Begins a page unless so much is free on this one; true when it did. */
  keep(height: number): boolean;
}

/** US Letter. */
const PAGE = { width: 612, height: 792 };
const MARGIN = { side: 48, top: 44, bottom: 56 };

export const FOOT = PAGE.height - 34;

export function openPaper(document: PDFKit.PDFDocument): Paper {
  let y = MARGIN.top;
  return {
    document,
    left: MARGIN.side,
    width: PAGE.width - 2 * MARGIN.side,
    at: () => y,
    take(height) {
      const begins = y;
      y += height;
      return begins;
    },
    keep(height) {
      if (y + height <= PAGE.height - MARGIN.bottom) return false;
      document.addPage();
      y = MARGIN.top;
      return true;
    },
  };
}
