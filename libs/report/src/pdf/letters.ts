import { type Fonts, interFiles, interFonts } from '#chart';

export type Weight = 'regular' | 'bold';

/** One font file with the characters that it has. */
interface Run {
  readonly font: string;
  readonly text: string;
}

/** Puts the files of the charts' fonts into a document. */
export function registerLetters(document: PDFKit.PDFDocument): void {
  for (const weight of ['regular', 'bold'] as const) {
    interFiles(weight).forEach((file, at) => document.registerFont(`${weight}-${at}`, Buffer.from(file)));
  }
}

/** A text as runs of characters that one file has. */
function runsOf(text: string, weight: Weight, fonts: Fonts = interFonts()): Run[] {
  const runs: { font: string; text: string }[] = [];
  for (const character of text) {
    const font = `${weight}-${fonts[weight].find(character.codePointAt(0)!).key >> 16}`;
    const last = runs.at(-1);
    if (last?.font === font) last.text += character;
    else runs.push({ font, text: character });
  }
  return runs;
}

interface Writing {
  readonly size: number;
  readonly weight: Weight;
}

/** In points. */
export function lengthOf(document: PDFKit.PDFDocument, text: string, { size, weight }: Writing): number {
  let length = 0;
  for (const run of runsOf(text, weight)) {
    length += document.font(run.font).fontSize(size).widthOfString(run.text, { features: [] });
  }
  return length;
}

/** Writes one line; `y` is the baseline. */
export function writeLine(
  document: PDFKit.PDFDocument,
  text: string,
  {
    x,
    y,
    anchor = 'start',
    colour,
    ...writing
  }: Writing & { x: number; y: number; anchor?: 'start' | 'middle' | 'end'; colour: string },
): void {
  const length = anchor === 'start' ? 0 : lengthOf(document, text, writing);
  let at = anchor === 'start' ? x : anchor === 'end' ? x - length : x - length / 2;
  document.fillColor(colour);
  for (const run of runsOf(text, writing.weight)) {
    document.font(run.font).fontSize(writing.size);
    document.text(run.text, at, y, { features: [], lineBreak: false, baseline: 'alphabetic' });
    at += document.widthOfString(run.text, { features: [] });
  }
}

/** Lines of words that fit into a width; a word longer than that stands alone. */
export function linesOf(
  document: PDFKit.PDFDocument,
  text: string,
  { width, ...writing }: Writing & { width: number },
): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && lengthOf(document, longer, writing) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** The text, or its start and an ellipsis. */
export function fitting(
  document: PDFKit.PDFDocument,
  text: string,
  { width, ...writing }: Writing & { width: number },
): string {
  if (lengthOf(document, text, writing) <= width) return text;
  let kept = text;
  while (kept !== '' && lengthOf(document, `${kept}…`, writing) > width) kept = kept.slice(0, -1);
  return `${kept.trimEnd()}…`;
}
