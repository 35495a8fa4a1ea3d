import { identifier, literal } from './literal.js';
import type { Asked } from './request.js';

/** Settings that differ from chdb's own defaults, so that the engine behaves like a server. A request may change them. */
const DEFAULTS: ReadonlyArray<readonly [string, string]> = [
  ['output_format_json_quote_64bit_integers', '1'],
  ['implicit_select', '0'],
  ['allow_introspection_functions', '0'],
];

/** What a request needs set on its connection before its statement runs. */
export interface Preparation {
  readonly database: string | undefined;
  /** In the order to be set; `readonly` last, because nothing can be set after it. */
  readonly settings: ReadonlyMap<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
}

/** The preparation of a request that has a connection to itself. `querySeconds` is the default time limit. */
export function preparationOf(asked: Asked, querySeconds: number): Preparation {
  const settings = new Map([...DEFAULTS, ['max_execution_time', String(querySeconds)] as const, ...asked.settings]);
  const readonly = settings.get('readonly');
  settings.delete('readonly');
  // 2 allows settings, not writing: a GET has no effects.
  const level = asked.method === 'GET' && readonly !== '1' ? '2' : readonly;
  if (level !== undefined) settings.set('readonly', level);
  return { database: asked.database, settings, parameters: asked.parameters };
}

/** What a new session starts with. */
export function sessionStart(querySeconds: number, tag: string): string {
  return `SET ${assignments([...DEFAULTS, ['max_execution_time', String(querySeconds)], ['log_comment', tag]])}`;
}

/**
 * The preparation of a request within a session: what the session itself has set stays. `readonly` cannot be taken back
 * once set, so it is left out here, and the statement is judged by its verb.
 */
export function sessionPreparationOf(asked: Asked): Preparation {
  const settings = new Map(asked.settings);
  settings.delete('readonly');
  return { database: asked.database, settings, parameters: asked.parameters };
}

/**
 * Equal for two preparations after which a connection is in the same state, but for the values of parameters, which are
 * set for each request. Their names count: a stale parameter must not answer for a missing one.
 */
export function likenessOf({ database, settings, parameters }: Preparation): string {
  return JSON.stringify([database ?? '', [...settings], [...parameters.keys()].sort()]);
}

/** The statements of a preparation, to run in one call with the statement proper. Ends in `; ` or is empty. */
export function preamble({ database, settings, parameters }: Preparation, tag: string): string {
  const readonly = settings.get('readonly');
  const pairs = [
    ...[...settings].filter(([name]) => name !== 'readonly'),
    ['log_comment', tag] as const,
    ...parameterPairs(parameters),
    ...(readonly === undefined ? [] : [['readonly', readonly] as const]),
  ];
  return `${use(database)}SET ${assignments(pairs)}; `;
}

/** The preamble on a connection that is prepared already: the values of the parameters. */
export function parameterPreamble({ parameters }: Preparation): string {
  return parameters.size === 0 ? '' : `SET ${assignments(parameterPairs(parameters))}; `;
}

function parameterPairs(parameters: ReadonlyMap<string, string>): (readonly [string, string])[] {
  return [...parameters].map(([name, value]) => [`param_${name}`, value] as const);
}

function use(database: string | undefined): string {
  return database === undefined || database === '' ? '' : `USE ${identifier(database)}; `;
}

function assignments(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, value]) => `${name} = ${literal(value)}`).join(', ');
}
