import { identifier, literal } from './literal.js';
import type { Asked } from './request.js';

/** Settings that differ from chdb's own defaults, so that the engine behaves like a server. A request may change them. */
const DEFAULTS: ReadonlyArray<readonly [string, string]> = [
  ['output_format_json_quote_64bit_integers', '1'],
  ['implicit_select', '0'],
  ['allow_introspection_functions', '0'],
];

export interface PreambleOptions {
  readonly asked: Asked;
  /** Value of `log_comment`, by which the statement can be killed. */
  readonly tag: string;
  /** False on a connection of a session, which has its defaults already and must not become read-only for good. */
  readonly fresh: boolean;
  readonly querySeconds: number;
}

/** Statements to run before the one asked for, on the same connection and in the same call. Ends in `; `. */
export function preamble({ asked, tag, fresh, querySeconds }: PreambleOptions): string {
  const settings = new Map<string, string>(fresh ? DEFAULTS : []);
  if (fresh) settings.set('max_execution_time', String(querySeconds));
  settings.set('log_comment', tag);
  for (const [name, value] of asked.settings) settings.set(name, value);
  const readonly = settings.get('readonly');
  settings.delete('readonly');
  for (const [name, value] of asked.parameters) settings.set(`param_${name}`, value);
  // Last, because nothing can be set after it.
  const level = asked.method === 'GET' && readonly !== '1' ? '2' : readonly;
  if (fresh && level !== undefined) settings.set('readonly', level);
  const use = asked.database === undefined || asked.database === '' ? '' : `USE ${identifier(asked.database)}; `;
  const pairs = [...settings].map(([name, value]) => `${name} = ${literal(value)}`);
  return `${use}SET ${pairs.join(', ')}; `;
}
