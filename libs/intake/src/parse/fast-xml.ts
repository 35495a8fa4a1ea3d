import type { Field, ParseLimits, ParseSink } from './contract.js';
import type { FastPlan, PlanNode } from './fast-xml-plan.js';

const LF = 10;
const CR = 13;
const QUOTE = 34;
const AMPERSAND = 38;
const APOSTROPHE = 39;
const SLASH = 47;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;

/** Classes of ASCII characters. */
const START = 1; // begins a name
const NAME = 2; // continues a name
const SPACE = 4;
const PLAIN = 8; // stands for itself in text and in an attribute: neither < & > nor a control character
const CLASS = new Uint8Array(256);
for (let code = 32; code < 128; code++) CLASS[code] = PLAIN;
for (const character of 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_')
  CLASS[character.charCodeAt(0)]! |= START | NAME;
for (const character of '0123456789.-') CLASS[character.charCodeAt(0)]! |= NAME;
for (const character of ' \t\r\n') CLASS[character.charCodeAt(0)]! |= SPACE;
for (const character of '<&>') CLASS[character.charCodeAt(0)] = 0;

const DECLARATION = /^<\?xml version=(["'])1\.0\1(?: encoding=(["'])[Uu][Tt][Ff]-8\2)?\s*\?>/;
const MAX_ATTRIBUTES = 16;
const MAX_DEPTH = 64;

export interface FastXml {
  readonly text: string;
  /** The bytes of `text`, which is all ASCII. */
  readonly codes: Uint8Array;
  readonly plan: FastPlan;
  readonly limits: ParseLimits;
  readonly sink: Pick<ParseSink, 'record'>;
}

/**
 * Reads the plain XML that most senders write: elements, attributes, text with the five entities, white space. Returns
 * the number of records; or, at any surprise (not well-formed, a comment, CDATA, a namespace, a limit, a line end in a
 * value …), `~n` after n records were handed over, which are those that the safe path begins with. So nothing is
 * decided here that the safe path would decide otherwise.
 */
export function readXmlFast(document: FastXml): number {
  const scratch = spare ?? newScratch();
  spare = undefined; // taken: a sink may itself read a document
  const result = read(document, scratch);
  spare = scratch;
  return result;
}

/** Names of the open elements and of the attributes of a tag, as positions; kept, for a document is often tiny. */
interface Scratch {
  readonly nameStarts: Int32Array;
  readonly nameEnds: Int32Array;
  readonly nodes: (PlanNode | undefined)[];
  readonly attributeStarts: Int32Array;
  readonly attributeEnds: Int32Array;
}

const newScratch = (): Scratch => ({
  nameStarts: new Int32Array(MAX_DEPTH + 2),
  nameEnds: new Int32Array(MAX_DEPTH + 2),
  nodes: new Array<PlanNode | undefined>(MAX_DEPTH + 2).fill(undefined),
  attributeStarts: new Int32Array(MAX_ATTRIBUTES),
  attributeEnds: new Int32Array(MAX_ATTRIBUTES),
});

let spare: Scratch | undefined;

function read({ text, codes, plan, limits, sink }: FastXml, scratch: Scratch): number {
  const { nameStarts, nameEnds, nodes, attributeStarts, attributeEnds } = scratch;
  const size = codes.length;
  const deepest = Math.min(limits.depth, MAX_DEPTH);
  const fields = new Array<Field>(plan.width).fill(undefined);
  const place = { record: 0, line: 1 };
  let counted = 0; // line ends before here are in `place.line`
  let records = 0;
  let elements = 0;
  let depth = 0;
  let recordDepth = 0; // 0: not in a record
  let onPath = 0; // how many open elements, from the root, are the steps of the record path
  let at = text.charCodeAt(1) === 63 ? (DECLARATION.exec(text)?.[0].length ?? -1) : 0;
  if (at < 0) return ~0;

  for (;;) {
    while (at < size && CLASS[codes[at]!]! & SPACE) at++;
    if (at >= size) break;
    if (codes[at] !== LESS) return ~records; // text is read behind its start tag only
    let end = at + 1;
    const first = codes[end];

    if (first === SLASH) {
      end = matchName(codes, end + 1, nameStarts[depth]!, nameEnds[depth]!);
      if (depth === 0 || codes[end] !== GREATER) return ~records;
      if (depth === recordDepth) {
        recordDepth = 0;
        place.record = ++records;
        sink.record(fields, place);
      }
      if (--depth < onPath) onPath = depth;
      at = end + 1;
      if (depth === 0) break;
      continue;
    }

    if (!(CLASS[first!]! & START)) return ~records;
    const nameStart = end;
    while (CLASS[codes[end]!]! & NAME) end++;
    const nameEnd = end;
    if (++depth > deepest || ++elements > limits.elements) return ~records;
    if ((elements & 4095) === 0 && limits.expired?.()) return ~records;
    nameStarts[depth] = nameStart;
    nameEnds[depth] = nameEnd;

    let node: PlanNode | undefined;
    if (recordDepth !== 0) {
      const parent = nodes[depth - 1];
      if (parent) node = childOf(parent, codes, nameStart, nameEnd);
    } else {
      const step = plan.record[plan.anywhere ? 0 : depth - 1];
      const fits =
        step !== undefined && (plan.anywhere || onPath === depth - 1) && isName(codes, nameStart, nameEnd, step);
      if (fits && !plan.anywhere) onPath = depth;
      if (fits && (plan.anywhere || depth === plan.record.length)) {
        if (records >= limits.rows) return ~records;
        recordDepth = depth;
        node = plan.root;
        fields.fill(undefined);
        for (; counted < nameStart; counted++) {
          if (codes[counted] === LF || (codes[counted] === CR && codes[counted + 1] !== LF)) place.line++;
        }
      }
    }
    nodes[depth] = node;

    let attributes = 0;
    while (CLASS[codes[end]!]! & SPACE) {
      while (CLASS[codes[end]!]! & SPACE) end++;
      if (!(CLASS[codes[end]!]! & START)) break;
      const from = end;
      while (CLASS[codes[end]!]! & NAME) end++;
      const quote = codes[end + 1];
      if (codes[end] !== EQUALS || (quote !== QUOTE && quote !== APOSTROPHE)) return ~records;
      if (attributes === MAX_ATTRIBUTES || attributes === limits.attributes || isName(codes, from, end, XMLNS))
        return ~records;
      for (let other = 0; other < attributes; other++) {
        if (sameName(codes, from, end, attributeStarts[other]!, attributeEnds[other]!)) return ~records;
      }
      attributeStarts[attributes] = from;
      attributeEnds[attributes++] = end;
      const valueStart = end + 2;
      const nameStop = end;
      end = valueStart;
      while (CLASS[codes[end]!]! & PLAIN && codes[end] !== quote) end++;
      if (codes[end] !== quote || end - valueStart > limits.fieldLength) return ~records;
      if (node && node.attributes.length > 0) {
        const slots = slotsOf(node, codes, from, nameStop);
        if (slots) assign(fields, slots, text.slice(valueStart, end));
      }
      end++;
    }

    const isEmpty = codes[end] === SLASH;
    if (isEmpty) end++;
    if (codes[end] !== GREATER) return ~records;
    end++;
    if (isEmpty) {
      if (node && node.text.length > 0) assign(fields, node.text, '');
      if (depth === recordDepth) {
        recordDepth = 0;
        place.record = ++records;
        sink.record(fields, place);
      }
      if (--depth < onPath) onPath = depth;
      at = end;
      if (depth === 0) break;
      continue;
    }

    // The text of the element: either nothing but white space, or all there is up to the end tag.
    const from = end;
    while (CLASS[codes[end]!]! & SPACE) end++;
    const isTaken = node !== undefined && node.text.length > 0;
    if (codes[end] === LESS && !isTaken) {
      at = end;
      continue;
    }
    const textStart = end;
    let special = 0;
    for (; end < size; end++) {
      const code = codes[end]!;
      const kind = CLASS[code]!;
      if (kind & PLAIN) continue;
      if (code === LESS) break;
      if (code === AMPERSAND) special |= 1;
      else if (kind & SPACE) special |= code === CR && isTaken ? 2 : 0;
      else return ~records; // a control character, or > which might end ]]>
    }
    if (special & 2 || codes[end + 1] !== SLASH || end - from > limits.fieldLength) return ~records;
    if (isTaken || special) {
      let to = end;
      while (to > textStart && CLASS[codes[to - 1]!]! & SPACE) to--;
      let value: string | undefined = text.slice(textStart, to);
      if (special) value = withoutEntities(value);
      if (value === undefined) return ~records;
      if (isTaken) assign(fields, node!.text, value);
    }
    at = end;
  }

  while (at < size && CLASS[codes[at]!]! & SPACE) at++;
  // No record at all may mean an unknown layout, which the safe path judges.
  return at === size && depth === 0 && records > 0 ? records : ~records;
}

const XMLNS = Buffer.from('xmlns');

function isName(codes: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  if (end - start !== name.length) return false;
  for (let index = 0; index < name.length; index++) if (codes[start + index] !== name[index]) return false;
  return true;
}

function sameName(codes: Uint8Array, start: number, end: number, otherStart: number, otherEnd: number): boolean {
  if (end - start !== otherEnd - otherStart) return false;
  for (let index = 0; index < end - start; index++)
    if (codes[start + index] !== codes[otherStart + index]) return false;
  return true;
}

/** Where a name ends that is to be the one at `start`; some place without a `>` behind it when it is another one. */
function matchName(codes: Uint8Array, at: number, start: number, end: number): number {
  for (let index = start; index < end; index++, at++) if (codes[at] !== codes[index]) return -1;
  return at;
}

function childOf({ children }: PlanNode, codes: Uint8Array, start: number, end: number): PlanNode | undefined {
  for (let index = 0; index < children.length; index++) {
    const { name, node } = children[index]!;
    if (isName(codes, start, end, name)) return node;
  }
  return undefined;
}

function slotsOf(
  { attributes }: PlanNode,
  codes: Uint8Array,
  start: number,
  end: number,
): readonly number[] | undefined {
  for (const { name, slots } of attributes) if (isName(codes, start, end, name)) return slots;
  return undefined;
}

/** The first value that is not empty stays; the first empty one counts until then. */
function assign(fields: Field[], slots: readonly number[], value: string): void {
  for (const slot of slots) if (fields[slot] === undefined || fields[slot] === '') fields[slot] = value;
}

const ENTITY = /&(amp|lt|gt|quot|apos);/g;
const OTHER = /&(?!(?:amp|lt|gt|quot|apos);)/;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The text with its five entities replaced; undefined when there is another reference, or a bare ampersand. */
function withoutEntities(text: string): string | undefined {
  if (OTHER.test(text)) return undefined;
  return text.replace(ENTITY, (_, name: string) => ENTITIES[name]!);
}
