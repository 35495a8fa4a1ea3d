import type { Area, Ink, Path, Scene, Shape, Symbols, Text } from '../../scene/scene.js';

const FONT_FAMILY = "Inter, 'Helvetica Neue', Arial, sans-serif";

/** Draws a scene as a standalone SVG document; text stays text. */
export function renderSvg(scene: Scene): string {
  const { width, height } = scene;
  const colour = (ink: Ink): string => hex(scene.inks[ink] ?? 0);
  const hatches = new Map<string, string>();
  const body = scene.shapes.map((shape) => draw(shape, { colour, hatches })).join('\n');
  const definitions = [...hatches.values()].join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description" font-family="${escapeXml(FONT_FAMILY)}">
<title id="title">${escapeXml(scene.title)}</title>
<desc id="description">${escapeXml(scene.description)}</desc>
${definitions === '' ? '' : `<defs>${definitions}</defs>\n`}<rect width="${width}" height="${height}" fill="${colour(0)}"/>
${body}
</svg>
`;
}

interface Pen {
  colour(ink: Ink): string;
  /** Definitions by id; a hatch is a pattern that is defined when it is first used. */
  readonly hatches: Map<string, string>;
}

const hex = (colour: number): string => `#${colour.toString(16).padStart(6, '0')}`;
const round = (value: number): string => String(Math.round(value * 10) / 10);

// What XML 1.0 allows, § 2.2; scenes hold printable text, this guards against scenes made elsewhere.
// eslint-disable-next-line no-control-regex
const NOT_XML = /[^\x09\x0a\x0d\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escapeXml = (text: string): string =>
  text.replace(NOT_XML, '').replace(/[&<>"']/g, (character) => ENTITIES[character]!);

function draw(shape: Shape, pen: Pen): string {
  switch (shape.kind) {
    case 'rect': {
      const [x, y] = [Math.round(shape.x), Math.round(shape.y)];
      const width = Math.round(shape.x + shape.width) - x;
      const height = Math.round(shape.y + shape.height) - y;
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${pen.colour(shape.ink)}"/>`;
    }
    case 'hatch': {
      const fill = hatchOf(pen, shape);
      return `<rect x="${round(shape.x)}" y="${round(shape.y)}" width="${round(shape.width)}" height="${round(shape.height)}" fill="${fill}"/>`;
    }
    case 'path':
      return drawPath(shape, pen);
    case 'symbols':
      return drawSymbols(shape, pen);
    case 'area':
      return drawArea(shape, pen);
    case 'text':
      return drawText(shape, pen);
  }
}

function hatchOf(pen: Pen, { ink, pitch }: { ink: Ink; pitch: number }): string {
  const size = Math.max(2, Math.round(pitch));
  const id = `hatch-${ink}-${size}`;
  if (!pen.hatches.has(id)) {
    const lines = `M0,${size}L${size},0M-1,1L1,-1M${size - 1},${size + 1}L${size + 1},${size - 1}`;
    pen.hatches.set(
      id,
      `<pattern id="${id}" width="${size}" height="${size}" patternUnits="userSpaceOnUse"><path d="${lines}" stroke="${pen.colour(ink)}" stroke-width="0.8"/></pattern>`,
    );
  }
  return `url(#${id})`;
}

/** Path data in tenths of a pixel: a start, then steps, because steps are short in writing. */
function outlineOf(points: Float32Array): string {
  let data = '';
  let drawing = false;
  let [atX, atY] = [0, 0];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const x = Math.round(points[i]! * 10);
    const y = Math.round(points[i + 1]! * 10);
    if (x !== x || y !== y) {
      drawing = false;
      continue;
    }
    if (!drawing) data += `M${x / 10},${y / 10}`;
    else if (x !== atX || y !== atY) data += `l${(x - atX) / 10},${(y - atY) / 10}`;
    drawing = true;
    [atX, atY] = [x, y];
  }
  return data;
}

function drawPath({ points, width, ink, dash }: Path, pen: Pen): string {
  const dashes = dash ? ` stroke-dasharray="${dash.map(round).join(' ')}"` : '';
  return `<path d="${outlineOf(points)}" fill="none" stroke="${pen.colour(ink)}" stroke-width="${round(width)}" stroke-linejoin="round" stroke-linecap="round"${dashes}/>`;
}

function drawSymbols({ symbol, points, size, ink }: Symbols, pen: Pen): string {
  const h = round(size / 2);
  const s = round(size);
  // Relative to the middle of the symbol.
  const form = {
    dot: '',
    tick: `m0,-${h}v${s}`,
    cross: `m-${h},-${h}l${s},${s}m0,-${s}l-${s},${s}`,
    diamond: `m0,-${h}l${h},${h}l-${h},${h}l-${h},-${h}z`,
  }[symbol];
  let data = '';
  for (let i = 0; i + 1 < points.length; i += 2) {
    data += `M${round(points[i]!)},${round(points[i + 1]!)}${symbol === 'dot' ? 'h0' : form}`;
  }
  const width = symbol === 'dot' ? size : Math.max(1, size / 6);
  return `<path d="${data}" fill="none" stroke="${pen.colour(ink)}" stroke-width="${round(width)}" stroke-linecap="round" stroke-linejoin="round"/>`;
}

function drawArea({ rings, ink, hatch, title }: Area, pen: Pen): string {
  const data = rings.map((ring) => `${outlineOf(ring)}Z`).join('');
  const tooltip = title === undefined ? '' : `<title>${escapeXml(title)}</title>`;
  const base = `<path d="${data}" fill="${pen.colour(ink)}">${tooltip}</path>`;
  return hatch ? `${base}\n<path d="${data}" fill="${hatchOf(pen, hatch)}" pointer-events="none"/>` : base;
}

function drawText({ x, y, text, whole, size, bold, anchor, ink }: Text, pen: Pen): string {
  const tooltip = whole === undefined || whole === text ? '' : `<title>${escapeXml(whole)}</title>`;
  const weight = bold ? ' font-weight="600"' : '';
  const place = anchor === 'start' ? '' : ` text-anchor="${anchor}"`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${round(size)}" fill="${pen.colour(ink)}"${weight}${place}>${tooltip}${escapeXml(text)}</text>`;
}
