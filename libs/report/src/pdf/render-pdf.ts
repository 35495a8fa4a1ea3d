import PDFDocument from 'pdfkit';
import type { Block, ReportDocument } from '../document/document.js';
import { instant } from '../words.js';
import { drawScene } from './draw-scene.js';
import { linesOf, registerLetters, type Weight, writeLine } from './letters.js';
import { FOOT, openPaper, type Paper } from './paper.js';
import { drawTable } from './table.js';

const TEXT = '#1a202c';
const QUIET = '#566070';
const WARNING = '#8a3a08';

/**
 * A report as a PDF: text with embedded fonts, pictures as vectors. The same document gives the same bytes: the date in
 * the file is that of the facts, and nothing in it is random.
 */
export async function renderPdf(report: ReportDocument): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: 'LETTER',
    margin: 0,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en-US',
    displayTitle: true,
    tagged: true,
    info: {
      Title: `${report.title}, ${report.subtitle}`,
      Creator: 'Bellwether',
      Producer: 'Bellwether',
      CreationDate: new Date(report.asOf),
      ModDate: new Date(report.asOf),
    },
  });
  const chunks: Buffer[] = [];
  const done = new Promise<void>((resolve, reject) => {
    document.on('data', (chunk: Buffer) => chunks.push(chunk));
    document.on('end', resolve);
    document.on('error', reject);
  });
  registerLetters(document);
  const paper = openPaper(document);
  tagged(document, 'H1', () => paragraph(paper, report.title, { size: 17, weight: 'bold', colour: TEXT }));
  tagged(document, 'P', () => paragraph(paper, report.subtitle, { size: 12, weight: 'regular', colour: TEXT }));
  const known = `As known at ${instant(report.asOf)}`;
  tagged(document, 'P', () => paragraph(paper, known, { size: 9, weight: 'regular', colour: QUIET }));
  paper.take(4);
  for (const block of report.blocks) draw(paper, block);
  footers(document, report);
  document.end();
  await done;
  return Buffer.concat(chunks);
}

/** Marks what is drawn as a part of the document, for readers that read it aloud. */
function tagged(document: PDFKit.PDFDocument, type: string, content: () => void, alt?: string): void {
  document.addStructure(document.struct(type, alt === undefined ? {} : { alt }, [content]));
}

function draw(paper: Paper, block: Block): void {
  const { document } = paper;
  switch (block.kind) {
    case 'heading':
      paper.keep(70);
      paper.take(6);
      return tagged(document, 'H2', () => paragraph(paper, block.text, { size: 12, weight: 'bold', colour: TEXT }));
    case 'text': {
      const colour = { plain: TEXT, quiet: QUIET, warning: WARNING }[block.tone];
      const size = block.tone === 'quiet' ? 8.5 : 10;
      return tagged(document, 'P', () => {
        paragraph(paper, block.text, { size, weight: block.tone === 'warning' ? 'bold' : 'regular', colour });
        paper.take(4);
      });
    }
    case 'figure': {
      const { scene } = block;
      const height = (paper.width * scene.height) / scene.width;
      paper.keep(height + 8);
      const y = paper.take(height + 8);
      const place = { x: paper.left, y, width: paper.width };
      return tagged(
        document,
        'Figure',
        () => drawScene(document, scene, place),
        `${scene.title}. ${scene.description}`,
      );
    }
    case 'table':
      return tagged(document, 'Table', () => drawTable(paper, block));
  }
}

function paragraph(
  paper: Paper,
  text: string,
  { colour, ...writing }: { size: number; weight: Weight; colour: string },
): void {
  const { document, left, width } = paper;
  const height = writing.size * 1.4;
  for (const line of linesOf(document, text, { ...writing, width })) {
    paper.keep(height);
    writeLine(document, line, { ...writing, x: left, y: paper.take(height) + writing.size, colour });
  }
}

function footers(document: PDFKit.PDFDocument, { title, subtitle }: ReportDocument): void {
  const { start, count } = document.bufferedPageRange();
  const look = { y: FOOT, size: 7.5, weight: 'regular', colour: QUIET } as const;
  for (let at = start; at < start + count; at++) {
    document.switchToPage(at);
    document.markContent('Artifact', { type: 'Pagination' });
    writeLine(document, `${title} · ${subtitle}`, { ...look, x: 48 });
    writeLine(document, `Bellwether · ${at + 1} of ${count}`, { ...look, x: 564, anchor: 'end' });
    document.endMarkedContent();
  }
}
