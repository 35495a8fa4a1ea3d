import { createHash } from 'node:crypto';
import { type GraphQLSchema, parse, specifiedRules, validate } from 'graphql';
import type { Principal } from '#access';
import { BellwetherError } from '#vocabulary';
import type { ApiLog } from '../services.js';
import { BOUNDS, boundedOperation, excessOf } from './bounds.js';

/** Operations that were agreed on: SHA-256 of the text (hex) → the text. */
export type Operations = ReadonlyMap<string, string>;

/** What a request says about its operation, at any door of GraphQL. */
export interface AskedOperation {
  readonly query?: unknown;
  /** `sha256:` and the hash (GraphQL over HTTP, appendix on persisted documents). */
  readonly documentId?: unknown;
  /** `{ persistedQuery: { version: 1, sha256Hash } }`, as Apollo's clients send it. */
  readonly extensions?: unknown;
}

const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** The operations in force, read again when the configuration has others; those before stay while the new are wrong. */
export function openOperations(
  current: () => ReadonlyMap<string, string>,
  { schema, log }: { readonly schema: () => GraphQLSchema; readonly log: ApiLog },
): () => Operations {
  let known: { readonly texts: ReadonlyMap<string, string>; readonly operations: Operations } | undefined;
  return () => {
    const texts = current();
    if (known?.texts === texts) return known.operations;
    let operations: Operations = known?.operations ?? new Map();
    try {
      operations = readOperations(texts, schema());
    } catch (error) {
      log.error({ detail: error instanceof Error ? error.message : '' }, 'the agreed operations are not valid');
    }
    known = { texts, operations };
    return operations;
  };
}

/**
 * The operations of a configuration by their hashes. Throws CONFIG_INVALID for one that the schema does not allow, or
 * that is beyond the bounds: `texts` are by name.
 */
function readOperations(texts: ReadonlyMap<string, string>, schema: GraphQLSchema): Operations {
  return new Map(
    [...texts].map(([name, text]) => {
      const refuse = (why: string): BellwetherError =>
        new BellwetherError('CONFIG_INVALID', `operations/${name}.graphql: ${why}`);
      try {
        const errors = validate(schema, parse(text, { maxTokens: BOUNDS.tokens }), [
          ...specifiedRules,
          boundedOperation,
        ]);
        if (errors[0]) throw refuse(errors[0].message);
      } catch (error) {
        throw error instanceof BellwetherError ? error : refuse('not a GraphQL document');
      }
      return [hashOf(text), text];
    }),
  );
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

function idIn({ documentId, extensions }: AskedOperation): string | undefined {
  if (documentId !== undefined) {
    const [, hash] = /^sha256:([0-9a-f]{64})$/i.exec(typeof documentId === 'string' ? documentId : '') ?? [];
    if (hash === undefined)
      throw new BellwetherError('REQUEST_INVALID', 'documentId: expected sha256: and 64 hex digits');
    return hash.toLowerCase();
  }
  const persisted = isObject(extensions) ? extensions['persistedQuery'] : undefined;
  if (!isObject(persisted)) return undefined;
  const hash = persisted['sha256Hash'];
  if (persisted['version'] !== 1 || typeof hash !== 'string' || !/^[0-9a-f]{64}$/i.test(hash))
    throw new BellwetherError(
      'REQUEST_INVALID',
      'persistedQuery: expected version 1 and a sha256Hash of 64 hex digits',
    );
  return hash.toLowerCase();
}

/**
 * The text of the operation that is asked: as given, or by the hash of one agreed on. Undefined: neither was given.
 * Throws NOT_FOUND for an unknown hash, REQUEST_INVALID where text and hash differ, FORBIDDEN where the principal is
 * held to agreed operations.
 */
export function textOf(
  asked: AskedOperation,
  { operations, principal }: { readonly operations: Operations; readonly principal: Principal | undefined },
): string | undefined {
  const { query } = asked;
  const id = idIn(asked);
  const text = typeof query === 'string' && query !== '' ? query : undefined;
  if (id !== undefined && text !== undefined && hashOf(text) !== id)
    throw new BellwetherError('REQUEST_INVALID', 'the hash is not that of the query');
  const known = id === undefined ? undefined : operations.get(id);
  if (id !== undefined && known === undefined && text === undefined)
    throw new BellwetherError('NOT_FOUND', 'no operation with this hash has been agreed on');
  const found = known ?? text;
  if (found !== undefined && principal?.persistedOnly === true && !operations.has(hashOf(found)))
    throw new BellwetherError('FORBIDDEN', `${principal.id} may send agreed operations only`);
  return found;
}

/** Texts without variables that were within the bounds, so that they need not be read again. */
const MOST_REMEMBERED = 1000;

/** What `variables` are: in the address they are JSON. What is neither is left to others, and costs nothing here. */
export function variablesOf(variables: unknown): Readonly<Record<string, unknown>> {
  if (typeof variables !== 'string') return isObject(variables) ? variables : {};
  try {
    const read: unknown = JSON.parse(variables);
    return isObject(read) ? read : {};
  } catch {
    return {};
  }
}

/** Checks operations against the bounds before anything else is done about them. What cannot be read is left to others. */
export function boundsCheck(): (text: string, variables: Readonly<Record<string, unknown>>) => Error | undefined {
  const seen = new Set<string>();
  return (text, variables) => {
    const isAlone = Object.keys(variables).length === 0;
    if (isAlone && seen.has(text)) return undefined;
    let problem: Error | undefined;
    try {
      problem = excessOf(parse(text, { maxTokens: BOUNDS.tokens, noLocation: true }), variables);
    } catch {
      return undefined;
    }
    if (problem) return problem;
    if (!isAlone) return undefined;
    if (seen.size >= MOST_REMEMBERED) seen.clear();
    if (text.length < 10_000) seen.add(text);
    return undefined;
  };
}
