import { BellwetherError } from '#vocabulary';
import type { XmlAttribute, XmlElement } from './xml-tree.js';

interface NameTest {
  /** undefined: any namespace */
  readonly uri: string | undefined;
  /** undefined: any name */
  readonly local: string | undefined;
}

type Predicate =
  | { readonly kind: 'position'; readonly position: number }
  | { readonly kind: 'attribute'; readonly test: NameTest; readonly value: string | undefined };

interface Step {
  /** `descendant`: the step follows `//`. */
  readonly axis: 'child' | 'descendant';
  readonly test: NameTest;
  readonly predicates: readonly Predicate[];
}

/** A compiled path; see {@link compilePath}. */
export interface XmlPath {
  readonly absolute: boolean;
  readonly steps: readonly Step[];
  /** The attribute that is taken; undefined: the element's own text. */
  readonly attribute: NameTest | undefined;
}

export type Namespaces = Readonly<Record<string, string>>;

const STEP = /(\/\/|\/|^)(@?)(?:([^\s/@[\]'":*]+):)?([^\s/@[\]'":]+)((?:\[[^\]]*\])*)/y;
const PREDICATE = /\[(?:(\d{1,6})|@(?:([^\s/@[\]'":]+):)?([^\s/@[\]'":*]+)\s*(?:=\s*(?:'([^']*)'|"([^"]*)"))?)\]/y;

/**
 * Compiles the part of XPath 1.0 that mappings use: child steps, `//`, `*`, `prefix:name`, `[n]`, `[@a]` (present and
 * not empty, which is narrower than XPath), `[@a='v']`, a last `@attribute`. A path that begins with `/` starts at the
 * document, `.//` at the record at any depth, every other one at the record. An element name without prefix is in the
 * namespace of the empty prefix, an attribute name without prefix in none. CONFIG_INVALID names a path that is not one.
 */
export function compilePath(path: string, namespaces: Namespaces): XmlPath {
  const invalid = (reason: string): BellwetherError =>
    new BellwetherError('CONFIG_INVALID', `XML path ${path}: ${reason}`);
  const nameTest = (prefix: string | undefined, local: string, fallback: string): NameTest => {
    const uri = prefix === undefined ? fallback : namespaces[prefix];
    if (uri === undefined) throw invalid(`the prefix ${prefix} has no namespace`);
    return local === '*' ? { uri: prefix === undefined ? undefined : uri, local: undefined } : { uri, local };
  };
  const predicatesOf = (source: string): Predicate[] => {
    const predicates: Predicate[] = [];
    for (PREDICATE.lastIndex = 0; PREDICATE.lastIndex < source.length;) {
      const match = PREDICATE.exec(source);
      if (!match) throw invalid("a predicate is [n], [@a] or [@a='v']");
      const [, position, prefix, local, single, double] = match;
      if (position !== undefined) predicates.push({ kind: 'position', position: Number(position) });
      else predicates.push({ kind: 'attribute', test: nameTest(prefix, local ?? '', ''), value: single ?? double });
    }
    return predicates;
  };

  const text = path.startsWith('./') ? path.slice(1) : path;
  const steps: Step[] = [];
  let attribute: NameTest | undefined;
  for (STEP.lastIndex = 0; STEP.lastIndex < text.length;) {
    const match = STEP.exec(text);
    if (!match || attribute) throw invalid('not a path of steps, predicates and a last @attribute');
    const [, slashes, at, prefix, local = '', predicates = ''] = match;
    const axis = slashes === '//' ? 'descendant' : 'child';
    if (at === '@') {
      if (axis === 'descendant' || predicates !== '') throw invalid('an attribute stands alone behind one /');
      attribute = nameTest(prefix, local, '');
    } else {
      if (/^\.+$/.test(local)) throw invalid('. and .. are not read');
      steps.push({ axis, test: nameTest(prefix, local, namespaces[''] ?? ''), predicates: predicatesOf(predicates) });
    }
  }
  if (steps.length === 0 && !attribute) throw invalid('it is empty');
  return { absolute: path.startsWith('/'), steps, attribute };
}

/** The path of a column that the layout gives none: the child element of that name. */
export const childPath = (name: string, namespaces: Namespaces): XmlPath => ({
  absolute: false,
  steps: [{ axis: 'child', test: { uri: namespaces[''] ?? '', local: name }, predicates: [] }],
  attribute: undefined,
});

/** Every match in document order: attribute values as they are, own texts trimmed. */
export function valuesAt(path: XmlPath, record: XmlElement, document: XmlElement): string[] {
  let nodes: XmlElement[] = [path.absolute ? document : record];
  for (const step of path.steps) {
    const next = new Set<XmlElement>();
    for (const node of nodes) select(node, step, next);
    nodes = [...next];
    if (step.axis === 'descendant' && path.steps.length > 1) nodes.sort((a, b) => a.order - b.order);
  }
  const { attribute } = path;
  if (!attribute) return nodes.map((node) => trim(node.text));
  return nodes.flatMap((node) => node.attributes.filter((item) => passes(item, attribute)).map(({ value }) => value));
}

function select(node: XmlElement, step: Step, found: Set<XmlElement>): void {
  let matches = node.children.filter((child) => passes(child, step.test));
  for (const predicate of step.predicates) {
    matches = matches.filter((child, index) => holds(predicate, child, index + 1));
  }
  for (const match of matches) found.add(match);
  if (step.axis === 'descendant') for (const child of node.children) select(child, step, found);
}

const passes = (named: XmlElement | XmlAttribute, { uri, local }: NameTest): boolean =>
  (local === undefined || named.local === local) && (uri === undefined || named.uri === uri);

function holds(predicate: Predicate, element: XmlElement, position: number): boolean {
  if (predicate.kind === 'position') return position === predicate.position;
  const { test, value } = predicate;
  return element.attributes.some(
    (item) => passes(item, test) && (value === undefined ? item.value !== '' : item.value === value),
  );
}

/**
 * Whether an element is what a path leads to, judged from its ancestors alone, when it opens. So a record path has no
 * positions; its first step is anywhere unless the path begins with one `/`.
 */
export function leadsTo(path: XmlPath, element: XmlElement, last = path.steps.length - 1): boolean {
  const step = path.steps[last];
  if (!step || !passes(element, step.test)) return false;
  if (!step.predicates.every((predicate) => predicate.kind === 'attribute' && holds(predicate, element, 0)))
    return false;
  const { parent } = element;
  if (last === 0) return step.axis === 'descendant' || !path.absolute || parent?.parent === undefined;
  for (let above = parent; above; above = above.parent) {
    if (leadsTo(path, above, last - 1)) return true;
    if (step.axis === 'child') return false;
  }
  return false;
}

/** Without the white space of XML (and not that of Unicode) at both ends; a loop, for a pattern would be quadratic. */
function trim(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && isSpace(text.charCodeAt(from))) from++;
  while (to > from && isSpace(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13 && code !== 11 && code !== 12);
