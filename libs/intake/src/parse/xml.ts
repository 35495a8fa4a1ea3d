import { SaxesParser } from 'saxes';
import type { XmlLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import { selectorsFor } from './columns.js';
import type { Field, ParseLimits, ParseResult, ParseSink, Selectors } from './contract.js';
import { screen } from './screening.js';
import { checkTime } from './table.js';
import { decodeXml } from './xml-encoding.js';
import { childPath, compilePath, leadsTo, valuesAt, type XmlPath } from './xml-path.js';
import { newElement, type XmlElement } from './xml-tree.js';

export interface XmlContext {
  readonly member: string;
  readonly layout: XmlLayout;
  readonly selectors: Selectors;
  readonly limits: ParseLimits;
  readonly sink: ParseSink;
}

interface CompiledSelector {
  readonly path: XmlPath;
  readonly all: boolean;
}

/** What a layout and its selectors mean, compiled once however many members there are. */
export interface CompiledXml {
  readonly record: XmlPath;
  readonly columns: readonly string[];
  readonly selectors: readonly CompiledSelector[];
}

const compiled = new WeakMap<XmlLayout, WeakMap<Selectors, CompiledXml>>();

export function compileXml(layout: XmlLayout, selectors: Selectors): CompiledXml {
  let ofLayout = compiled.get(layout);
  if (!ofLayout) compiled.set(layout, (ofLayout = new WeakMap()));
  const known = ofLayout.get(selectors);
  if (known) return known;
  const { namespaces, paths } = layout;
  const columns = Object.keys(paths);
  const fresh: CompiledXml = {
    record: compilePath(layout.record, namespaces),
    columns,
    selectors: selectorsFor(selectors, columns).map(({ column, all = false }) => {
      const path = Object.hasOwn(paths, column) ? paths[column] : undefined;
      return { path: path === undefined ? childPath(column, namespaces) : compilePath(path, namespaces), all };
    }),
  };
  if (
    fresh.record.attribute ||
    fresh.record.steps.some((step) => step.predicates.some(({ kind }) => kind === 'position'))
  ) {
    throw new BellwetherError('CONFIG_INVALID', `record path ${layout.record}: neither a position nor an attribute`);
  }
  ofLayout.set(selectors, fresh);
  return fresh;
}

/**
 * Reads XML with saxes: namespaces, well-formedness, no DOCTYPE and so no entities beyond the five. The tree of one
 * record at a time is kept, with what stands outside of records; paths from the document therefore see what comes
 * before the end of the record, and earlier records as empty elements.
 */
export function readXml(data: Uint8Array, { member, layout, selectors, limits, sink }: XmlContext): ParseResult {
  const { record: recordPath, columns, selectors: chosen } = compileXml(layout, selectors);
  const text = decodeXml(data, layout.encoding, member);
  screen(text, member, false);

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
  parser.on('opentagstart', () => {
    line = parser.line;
    attributes = 0;
    if (++depth > limits.depth) throw tooLarge(`elements nested deeper than ${limits.depth}`);
    if (++elements > limits.elements) throw tooLarge(`more than ${limits.elements} elements`);
    if ((elements & 4095) === 0) checkTime(limits, member, line);
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
    if (current.text.length + chunk.length > limits.fieldLength) {
      throw tooLarge(`a text of more than ${limits.fieldLength} characters`);
    }
    current.text += chunk;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('closetag', () => {
    if (current === record) {
      for (let index = 0; index < chosen.length; index++) fields[index] = valueOf(chosen[index]!, record, document);
      at.record = records;
      sink.record(fields, at);
      record.children = [];
      record.text = '';
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
