import { renderSvg } from '#chart';
import type { Block, Cell, ReportDocument } from '../document/document.js';
import { instant } from '../words.js';
import { escapeHtml } from './escape.js';
import { STYLE } from './style.js';

/** A report as one HTML document without scripts or anything from elsewhere; made to be read, and to be printed. */
export function renderHtml(report: ReportDocument): string {
  const body = report.blocks.map((block, i) => blockHtml(block, i)).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(`${report.title}, ${report.subtitle}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<main class="report">
<header>
<h1>${escapeHtml(report.title)}</h1>
<p class="subtitle">${escapeHtml(report.subtitle)}</p>
<p class="quiet">As known at ${escapeHtml(instant(report.asOf))}</p>
</header>
${body}
</main>
</body>
</html>
`;
}

function blockHtml(block: Block, at: number): string {
  switch (block.kind) {
    case 'heading':
      return `<h2>${escapeHtml(block.text)}</h2>`;
    case 'text':
      return `<p class="${block.tone}">${escapeHtml(block.text)}</p>`;
    case 'figure':
      return `<figure>${picture(renderSvg(block.scene), `f${at}`)}</figure>`;
    case 'table': {
      const align = (i: number): string => (block.columns[i]?.align === 'end' ? ' class="n"' : '');
      const head = block.columns.map(({ title }, i) => `<th scope="col"${align(i)}>${escapeHtml(title)}</th>`).join('');
      const rows = block.rows.map(
        (cells, row) =>
          `<tr>${cells.map((cell, i) => cellHtml(cell, { i, align: align(i), id: `t${at}r${row}` })).join('')}</tr>`,
      );
      return `<div class="scroll" tabindex="0" role="region" aria-label="${escapeHtml(block.caption)}"><table><caption>${escapeHtml(block.caption)}</caption><thead><tr>${head}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`;
    }
  }
}

function cellHtml(cell: Cell, { i, align, id }: { i: number; align: string; id: string }): string {
  if (typeof cell !== 'string') return `<td${align}>${picture(renderSvg(cell.scene), id)}</td>`;
  return i === 0 ? `<th scope="row">${escapeHtml(cell)}</th>` : `<td${align}>${escapeHtml(cell)}</td>`;
}

/** A picture inside a page: its ids are those of this page, and it shrinks with it. */
const picture = (svg: string, id: string): string =>
  svg
    .replace(/aria-labelledby="title description"/, `aria-labelledby="${id}-title"`)
    .replace('<title id="title">', `<title id="${id}-title">`)
    .replace('<desc id="description">', '<desc>')
    .replaceAll(/(id="|url\(#)(hatch-)/g, `$1${id}-$2`)
    .replace(/<svg ([^>]*?)width="(\d+)" height="\d+"/, '<svg $1style="max-width:$2px"')
    .trim();
