import type { Block, Cell, Column } from '../document/document.js';
import { drawScene } from './draw-scene.js';
import { fitting, type Weight, writeLine } from './letters.js';
import type { Paper } from './paper.js';

type Table = Extract<Block, { kind: 'table' }>;

const SIZE = 8.5;
const ROW = 16;
const PICTURE_ROW = 22;
const GAP = 8;
const TEXT = '#1a202c';
const QUIET = '#566070';

interface Measured extends Column {
  readonly left: number;
  readonly width: number;
}

function measured(columns: readonly Column[], { left, width }: { left: number; width: number }): Measured[] {
  const weights = columns.reduce((sum, { weight }) => sum + weight, 0);
  let at = left;
  return columns.map((column) => {
    const own = (width * column.weight) / weights;
    const placed = { ...column, left: at, width: own };
    at += own;
    return placed;
  });
}

/** A table; its head is repeated where it goes on on another page. */
export function drawTable(paper: Paper, { caption, columns, rows }: Table): void {
  const { document } = paper;
  const places = measured(columns, paper);
  const hasPictures = rows.some((cells) => cells.some((cell) => typeof cell !== 'string'));
  const height = hasPictures ? PICTURE_ROW : ROW;

  function line(
    cells: readonly Cell[],
    { weight, tall, colour }: { weight: Weight; tall: number; colour: string },
  ): void {
    const top = paper.take(tall);
    places.forEach(({ left, width, align }, i) => {
      const cell = cells[i] ?? '';
      const room = width - GAP;
      if (typeof cell === 'string') {
        const text = fitting(document, cell, { width: room, size: SIZE, weight });
        const x = align === 'end' ? left + width : left;
        writeLine(document, text, { x, y: top + tall / 2 + SIZE * 0.36, size: SIZE, weight, colour, anchor: align });
        return;
      }
      const { scene } = cell;
      const scale = Math.min(room / scene.width, (tall - 3) / scene.height);
      const across = scene.width * scale;
      const picture = { x: align === 'end' ? left + width - across : left, y: top + 1.5, width: across };
      drawScene(document, scene, picture);
    });
  }
  const rule = (colour: string): void => {
    const y = paper.at();
    document
      .moveTo(paper.left, y)
      .lineTo(paper.left + paper.width, y)
      .lineWidth(0.5)
      .stroke(colour);
  };
  const head = (): void => {
    line(
      columns.map(({ title }) => title),
      { weight: 'bold', tall: ROW, colour: TEXT },
    );
    rule('#7a8494');
  };

  // Caption, head and two rows stay together.
  paper.keep(14 + ROW + 2 * height);
  writeLine(document, caption, { x: paper.left, y: paper.take(14) + 9, size: SIZE, weight: 'regular', colour: QUIET });
  head();
  for (const cells of rows) {
    if (paper.keep(height)) head();
    line(cells, { weight: 'regular', tall: height, colour: TEXT });
    rule('#e6e9ee');
  }
  paper.take(10);
}
