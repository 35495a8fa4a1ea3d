import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';
import type { ConfigurationProblem } from './problems.js';
import { suggest } from './suggest.js';

/** A YAML file being checked. Problems are collected, never thrown, so that one run names them all. */
interface YamlFile {
  readonly name: string;
  readonly lines: LineCounter;
  readonly problems: ConfigurationProblem[];
}

/** A place in a YAML file: a value (null: absent or empty) and the keys that lead to it. */
export interface Field {
  readonly file: YamlFile;
  readonly node: Node | null;
  readonly path: string;
  /** Where to point when `node` is null: offset in the file. */
  readonly offset: number;
}

const MAX_YAML_CHARACTERS = 1_000_000;

/** Parses a file; undefined (and problems) when it is not YAML, is too large, or uses anchors. */
export function readYaml(name: string, text: string, problems: ConfigurationProblem[]): Field | undefined {
  const file: YamlFile = { name, lines: new LineCounter(), problems };
  const whole: Field = { file, node: null, path: '', offset: 0 };
  if (text.length > MAX_YAML_CHARACTERS) {
    report(whole, { found: `${text.length} characters`, expected: `at most ${MAX_YAML_CHARACTERS}` });
    return undefined;
  }
  try {
    const document = parseDocument(text, { lineCounter: file.lines, prettyErrors: false, stringKeys: true });
    for (const { message, pos } of document.errors) {
      report(
        { ...whole, offset: pos[0] },
        { found: `YAML that is not well-formed (${message})`, expected: 'YAML 1.2' },
      );
    }
    if (document.errors.length > 0) return undefined;
    let bounded = true;
    visit(document, {
      Alias(_, alias) {
        bounded = false;
        report(
          { ...whole, node: alias },
          { found: 'an alias', expected: 'the value itself (aliases are not used here)' },
        );
      },
    });
    return bounded ? { ...whole, node: document.contents } : undefined;
  } catch {
    // The parser recurses; nesting of thousands of levels ends here.
    report(whole, { found: 'YAML that cannot be read', expected: 'fewer nested levels' });
    return undefined;
  }
}

/** Adds a problem at the field. */
export function report(
  { file, node, path, offset }: Field,
  { found, expected, suggestion }: { found: string; expected: string; suggestion?: string | undefined },
): void {
  const { line, col } = file.lines.linePos(node?.range?.[0] ?? offset);
  file.problems.push({
    file: file.name,
    line: Math.max(line, 1),
    column: Math.max(col, 1),
    path,
    found,
    expected,
    suggestion,
  });
}

/** A short description of what stands at a field, for messages. */
export function describe({ node }: Field): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  if (!isScalar(node) || isAlias(node)) return 'nothing';
  if (node.value === null) return 'nothing';
  const text = String(node.value);
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 57)}...` : text);
}

/** `"a", "b" or "c"`, shortened to eight. */
export function alternatives(words: Iterable<string>): string {
  const all = [...words].map((word) => JSON.stringify(word));
  if (all.length > 8) return `one of ${all.slice(0, 8).join(', ')} and ${all.length - 8} more`;
  return all.length < 2 ? (all[0] ?? 'nothing') : `${all.slice(0, -1).join(', ')} or ${all.at(-1) ?? ''}`;
}

export const isMapping = (field: Field): boolean => isMap(field.node);
export const isList = (field: Field): boolean => isSeq(field.node);
export const isEmpty = ({ node }: Field): boolean =>
  node === null || (isScalar(node) && node.value === null && (node.source ?? '') === '');

/** Key and value of each pair of a mapping; a problem when there is no mapping. An absent one is empty. */
export function entriesOf(
  field: Field,
  expected = 'a mapping',
): readonly (readonly [key: string, value: Field, at: Field])[] {
  if (isEmpty(field)) return [];
  if (!isMap(field.node)) {
    report(field, { found: describe(field), expected });
    return [];
  }
  return field.node.items.map(({ key, value }) => {
    const node = isScalar(key) ? key : null;
    const name = node === null ? '' : (node.source ?? String(node.value));
    const path = field.path === '' ? name : `${field.path}.${name}`;
    const offset = node?.range?.[0] ?? field.offset;
    return [
      name,
      { file: field.file, node: value as Node | null, path, offset },
      { file: field.file, node, path, offset },
    ] as const;
  });
}

/** Values by key, where only these keys may stand. */
export function mappingOf<K extends string>(field: Field, keys: readonly K[]): Partial<Record<K, Field>> {
  const found: Partial<Record<K, Field>> = {};
  for (const [name, value, at] of entriesOf(field, `a mapping with ${alternatives(keys)}`)) {
    const key = keys.find((known) => known === name);
    if (key === undefined) {
      report(at, { found: 'an unknown key', expected: alternatives(keys), suggestion: suggest(name, keys) });
    } else {
      found[key] = value;
    }
  }
  return found;
}

/** The elements of a list; a single value is a list of one. */
export function elementsOf(field: Field): readonly Field[] {
  if (isEmpty(field)) return [];
  if (!isSeq(field.node)) return [field];
  return field.node.items.map((item, i) => ({
    file: field.file,
    node: item as Node | null,
    path: `${field.path}[${i}]`,
    offset: field.node?.range?.[0] ?? field.offset,
  }));
}

/** Any scalar as it is written (`007` stays `007`); a problem for mappings, lists and nothing. */
export function textOf(field: Field, expected = 'a text'): string | undefined {
  const { node } = field;
  if (isScalar(node) && node.value !== null) {
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
  }
  report(field, { found: describe(field), expected });
  return undefined;
}

/** A text that is one of the words, or undefined with a problem. */
export function wordOf<W extends string>(field: Field, words: readonly W[]): W | undefined {
  const text = textOf(field, alternatives(words));
  if (text === undefined) return undefined;
  const word = words.find((known) => known === text);
  if (word === undefined) {
    report(field, { found: describe(field), expected: alternatives(words), suggestion: suggest(text, words) });
  }
  return word;
}

export function booleanOf(field: Field): boolean | undefined {
  if (isScalar(field.node) && typeof field.node.value === 'boolean') return field.node.value;
  report(field, { found: describe(field), expected: 'true or false' });
  return undefined;
}

export function numberOf(
  field: Field,
  { min, max, whole }: { min: number; max: number; whole: boolean },
): number | undefined {
  const value = isScalar(field.node) ? field.node.value : undefined;
  if (typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value))) return value;
  report(field, { found: describe(field), expected: `a ${whole ? 'whole ' : ''}number from ${min} to ${max}` });
  return undefined;
}
