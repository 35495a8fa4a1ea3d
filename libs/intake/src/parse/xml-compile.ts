import type { XmlLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import { selectorsFor } from './columns.js';
import type { Selectors } from './contract.js';
import { fastPlan, type FastPlan } from './fast-xml-plan.js';
import { childPath, compilePath, type XmlPath } from './xml-path.js';

export interface CompiledSelector {
  readonly path: XmlPath;
  readonly all: boolean;
}

/** What a layout and its selectors mean, compiled once however many members there are. */
export interface CompiledXml {
  readonly record: XmlPath;
  readonly columns: readonly string[];
  readonly selectors: readonly CompiledSelector[];
  /** undefined: only the safe path understands these paths. */
  readonly fast: FastPlan | undefined;
}

const compiled = new WeakMap<XmlLayout, WeakMap<Selectors, CompiledXml>>();

export function compileXml(layout: XmlLayout, selectors: Selectors): CompiledXml {
  let ofLayout = compiled.get(layout);
  if (!ofLayout) compiled.set(layout, (ofLayout = new WeakMap()));
  const known = ofLayout.get(selectors);
  if (known) return known;
  const { namespaces, paths } = layout;
  const columns = Object.keys(paths);
  const record = compilePath(layout.record, namespaces);
  const chosen = selectorsFor(selectors, columns).map(({ column, all = false }) => {
    const path = Object.hasOwn(paths, column) ? paths[column] : undefined;
    return { path: path === undefined ? childPath(column, namespaces) : compilePath(path, namespaces), all };
  });
  if (record.attribute || record.steps.some((step) => step.predicates.some(({ kind }) => kind === 'position'))) {
    throw new BellwetherError('CONFIG_INVALID', `record path ${layout.record}: neither a position nor an attribute`);
  }
  const fresh = { record, columns, selectors: chosen, fast: fastPlan(record, chosen) };
  ofLayout.set(selectors, fresh);
  return fresh;
}
