#!/usr/bin/env node
// Writes ../src/text/inter.ts: the outlines and metrics of Inter from the npm package @fontsource/inter, without the
// tables that charts do not use (hinting, kerning, ligatures). Run it after an update of that package.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { brotliCompressSync, constants, inflateSync } from 'node:zlib';

const KEPT = ['cmap', 'glyf', 'head', 'hhea', 'hmtx', 'loca', 'maxp', 'name', 'post'];
const FACES = { LATIN_REGULAR: ['latin', 400], LATIN_BOLD: ['latin', 600], LATIN_EXTENDED_REGULAR: ['latin-ext', 400] };

/** WOFF 1.0 → TrueType with the kept tables. */
function trueType(woff) {
  const tables = new Map();
  for (let i = 0; i < woff.readUInt16BE(12); i++) {
    const entry = 44 + 20 * i;
    const tag = woff.toString('latin1', entry, entry + 4);
    const start = woff.readUInt32BE(entry + 4);
    const packed = woff.subarray(start, start + woff.readUInt32BE(entry + 8));
    const length = woff.readUInt32BE(entry + 12);
    if (KEPT.includes(tag)) tables.set(tag, packed.length < length ? inflateSync(packed) : packed);
  }
  const directory = Buffer.alloc(12 + 16 * tables.size);
  directory.writeUInt32BE(0x00010000, 0);
  directory.writeUInt16BE(tables.size, 4);
  const parts = [directory];
  let at = directory.length;
  for (const [i, tag] of KEPT.entries()) {
    const table = tables.get(tag);
    directory.write(tag, 12 + 16 * i, 'latin1');
    directory.writeUInt32BE(at, 12 + 16 * i + 8);
    directory.writeUInt32BE(table.length, 12 + 16 * i + 12);
    const padded = Buffer.alloc((table.length + 3) & ~3);
    table.copy(padded);
    parts.push(padded);
    at += padded.length;
  }
  return Buffer.concat(parts);
}

const { resolve } = createRequire(import.meta.url);
const { version } = JSON.parse(readFileSync(resolve('@fontsource/inter/package.json'), 'utf8'));
const lines = Object.entries(FACES).map(([name, [subset, weight]]) => {
  const font = trueType(readFileSync(resolve(`@fontsource/inter/files/inter-${subset}-${weight}-normal.woff`)));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: font.length };
  const text = brotliCompressSync(font, { params }).toString('base64');
  return `/** ${subset}, weight ${weight}. */\nexport const ${name} =\n  '${text}';\n`;
});
writeFileSync(
  new URL('../src/text/inter.ts', import.meta.url),
  `// Made by scripts/embed-inter.mjs from @fontsource/inter ${version}; not edited by hand.
// Copyright 2016 The Inter Project Authors (https://github.com/rsms/inter), SIL Open Font License 1.1,
// https://openfontlicense.org. Each constant is a TrueType font, packed with brotli, in base64.

${lines.join('\n')}`,
);
