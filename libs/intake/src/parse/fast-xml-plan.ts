import type { XmlPath } from './xml-path.js';

/** An element on the way to selected values: what to do with its text, its attributes and its children. */
export interface PlanNode {
  readonly text: number[];
  readonly attributes: PlanBranch[];
  readonly children: PlanBranch[];
}

interface PlanBranch {
  readonly name: Uint8Array;
  /** Of an attribute: the selectors that take it. Of a child: none. */
  readonly slots: number[];
  readonly node: PlanNode;
}

export interface FastPlan {
  /** Names from the root to the record; or one name, for an element anywhere. */
  readonly record: readonly Uint8Array[];
  readonly anywhere: boolean;
  readonly root: PlanNode;
  /** Number of selectors. */
  readonly width: number;
}

const newNode = (): PlanNode => ({ text: [], attributes: [], children: [] });

function branch(branches: PlanBranch[], name: string): PlanBranch {
  const bytes = Buffer.from(name);
  let found = branches.find((candidate) => bytes.equals(candidate.name));
  if (!found) branches.push((found = { name: bytes, slots: [], node: newNode() }));
  return found;
}

/**
 * The selectors as a tree of names, where each is a plain path of child elements without namespace; undefined when one
 * is not, and the safe path is the only one.
 */
export function fastPlan(
  record: XmlPath,
  selectors: readonly { readonly path: XmlPath; readonly all: boolean }[],
): FastPlan | undefined {
  const recordNames =
    plainNames(record, 'child') ?? (record.steps.length === 1 ? plainNames(record, 'descendant') : undefined);
  if (!recordNames) return undefined;
  const anywhere = record.steps[0]?.axis === 'descendant' || !record.absolute;
  if (anywhere && recordNames.length > 1) return undefined;
  const root = newNode();
  for (const [slot, { path, all }] of selectors.entries()) {
    const names = plainNames(path, 'child');
    if (!names || path.absolute || all) return undefined;
    const node = names.reduce((parent, name) => branch(parent.children, name).node, root);
    if (!path.attribute) node.text.push(slot);
    else if (path.attribute.uri === '' && path.attribute.local !== undefined) {
      branch(node.attributes, path.attribute.local).slots.push(slot);
    } else return undefined;
  }
  return { record: recordNames.map((name) => Buffer.from(name)), anywhere, root, width: selectors.length };
}

function plainNames({ steps }: XmlPath, axis: 'child' | 'descendant'): string[] | undefined {
  const names = steps.flatMap((step) => {
    const isPlain = step.axis === axis && step.test.uri === '' && step.predicates.length === 0;
    return isPlain && step.test.local !== undefined ? [step.test.local] : [];
  });
  return names.length === steps.length ? names : undefined;
}
