import { isAscii } from 'node:buffer';
import { SaxesParser } from 'saxes';
import type { XmlLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import type { Field, ParseLimits, ParseResult, ParseSink, Selectors } from './contract.js';
import { readXmlFast } from './fast-xml.js';
import { screen } from './screening.js';
import { checkTime } from './table.js';
import { boundXml } from './xml-bounds.js';
import { decodeXml } from './xml-encoding.js';
import { type CompiledSelector, compileXml } from './xml-compile.js';
import { leadsTo, valuesAt, type XmlPath } from './xml-path.js';
import { newElement, type XmlElement } from './xml-tree.js';

export interface XmlContext {
  readonly member: string;
  readonly layout: XmlLayout;
  readonly selectors: Selectors;
  readonly limits: ParseLimits;
  readonly sink: ParseSink;
}

/**
 * Reads XML: by the fast path as far as it goes, and from the first surprise on by the safe one, which passes over the
 * records that were given already.
 */
export function readXml(data: Uint8Array, context: XmlContext): ParseResult {
  const { layout, selectors, limits, sink } = context;
  const { columns, fast } = compileXml(layout, selectors);
  if (data.length > limits.xmlBytes) {
    const detail = `an XML document of ${data.length} bytes; the limit is ${limits.xmlBytes}`;
    throw new BellwetherError('FILE_TOO_LARGE', detail, { member: context.member });
  }
  let given = 0;
  if (fast && isAscii(data) && UTF8.test(layout.encoding)) {
    const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1');
    const records = readXmlFast({ text, codes: data, plan: fast, limits, sink });
    if (records >= 0) return { records, columns };
    given = ~records;
  }
  return readXmlSafely(data, context, given);
}

const UTF8 = /^(?:auto|utf-?8)$/i;

/**
 * Reads XML with saxes: namespaces, well-formedness, no DOCTYPE and so no entities beyond the five. The tree of one
 * record at a time is kept, with what stands outside of records; so a path from the document sees the record itself
 * and what stands before its end and outside of others. The first `given` records are only counted.
 */
export function readXmlSafely(data: Uint8Array, context: XmlContext, given = 0): ParseResult {
  const { member, layout, selectors, limits, sink } = context;
  const { record: recordPath, columns, selectors: chosen } = compileXml(layout, selectors);
  const text = decodeXml(data, layout.encoding, member);
  screen(text, member, false);
  boundXml(text, { member, limits });

  const parser = new SaxesParser({ xmlns: true });
  const document = newElement(undefined, { local: '', uri: '', attributes: [] }, 0);
  const fields = new Array<Field>(chosen.length).fill(undefined);
  const at = { record: 0, line: 0 };
  let current = document;
  let record: XmlElement | undefined;
  let line = 1;
  let depth = 0;
  let elements = 0;
  let attributes = 0;
  let records = 0;

  const tooLarge = (detail: string): BellwetherError =>
    new BellwetherError('FILE_TOO_LARGE', detail, { member, line: parser.line });

  parser.on('error', (error) => {
    throw new BellwetherError('FILE_MALFORMED', `not well-formed XML: ${reason(error)}`, { member, line: parser.line });
  });
  parser.on('doctype', () => {
    throw new BellwetherError('FILE_MALFORMED', 'a DOCTYPE is not accepted', { member, line: parser.line });
  });
  const countNode = (): void => {
    if (++elements > limits.elements) throw tooLarge(`more than ${limits.elements} elements`);
    if ((elements & 4095) === 0) checkTime(limits, member, line);
  };
  parser.on('comment', countNode);
  parser.on('processinginstruction', countNode);
  parser.on('opentagstart', () => {
    // saxes has read one character more than the name; column 0 says that it was a line end.
    line = parser.column === 0 ? parser.line - 1 : parser.line;
    attributes = 0;
    if (++depth > limits.depth) throw tooLarge(`elements nested deeper than ${limits.depth}`);
    countNode();
  });
  parser.on('attribute', ({ value }) => {
    if (++attributes > limits.attributes) throw tooLarge(`an element with more than ${limits.attributes} attributes`);
    if (value.length > limits.fieldLength) throw tooLarge(`an attribute of more than ${limits.fieldLength} characters`);
  });
  parser.on('opentag', (tag) => {
    const named = { local: tag.local, uri: tag.uri, attributes: Object.values(tag.attributes) };
    current = newElement(current, named, elements);
    current.parent?.children.push(current);
    if (record || !leadsTo(recordPath, current)) return;
    record = current;
    at.line = line;
    if (++records > limits.rows) throw tooLarge(`more than ${limits.rows} records`);
  });
  const append = (chunk: string): void => {
    if (current.text === '' && SPACE.test(chunk)) return; // between children; own texts are trimmed in the end
    if (current.text.length + chunk.length > limits.fieldLength) {
      throw tooLarge(`a text of more than ${limits.fieldLength} characters`);
    }
    current.text += chunk;
  };
  parser.on('text', append);
  parser.on('cdata', (chunk) => {
    countNode();
    append(chunk);
  });
  parser.on('closetag', () => {
    if (current === record) {
      if (records > given) {
        for (let index = 0; index < chosen.length; index++) fields[index] = valueOf(chosen[index]!, record, document);
        at.record = records;
        sink.record(fields, at);
      }
      record.parent?.children.pop();
      record = undefined;
    }
    depth--;
    current = current.parent ?? document;
  });

  parser.write(text).close();
  if (records === 0 && !isEmptyBatch(recordPath, document)) {
    throw new BellwetherError('FILE_LAYOUT_UNKNOWN', `no element is at ${layout.record}`, { member });
  }
  return { records, columns };
}

const SPACE = /^[ \t\r\n]*$/;

function valueOf({ path, all }: CompiledSelector, record: XmlElement, document: XmlElement): Field {
  const values = valuesAt(path, record, document);
  return all ? values : (values.find((value) => value !== '') ?? values[0]);
}

/**
 * A document without records says "nothing happened" only if it is what the record path leads through: its root is
 * the first step of the path; or, where the record may be anywhere, it holds nothing else either.
 */
function isEmptyBatch(path: XmlPath, document: XmlElement): boolean {
  const [root] = document.children;
  const [first] = path.steps;
  if (!root || !first) return false;
  if (path.absolute && first.axis === 'child') {
    return path.steps.length > 1 && leadsTo({ ...path, steps: [first] }, root);
  }
  return root.children.length === 0 && root.text.trim() === '';
}

/** saxes says `line:column: reason: particulars`; the particulars may quote the file. */
const reason = (error: Error): string => error.message.replace(/^(?:.*?:)?\d+:\d+: /, '').replace(/:.*$/s, '');
