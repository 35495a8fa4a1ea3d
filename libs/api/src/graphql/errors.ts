import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { BellwetherError, problemOf } from '#vocabulary';
import { knownError } from '../problem/problem.filter.js';
import type { ApiLog } from '../services.js';

/** The error behind the errors that the executor wrapped around it. */
function origin(error: unknown): unknown {
  return error instanceof GraphQLError && error.originalError ? origin(error.originalError) : error;
}

/** Names of the schema that resemble a wrong one would tell it to who may not read it. */
const withoutSuggestion = (message: string): string => message.replace(/ Did you mean [^?]*\?$/, '');

/**
 * A GraphQL error with the code and remedy of our table in `extensions`. What the language itself finds wrong
 * (syntax, types, bounds) is REQUEST_INVALID with its own message; a fault of ours is INTERNAL, and in the log.
 */
export function formattedError(formatted: GraphQLFormattedError, error: unknown, log: ApiLog): GraphQLFormattedError {
  const cause = origin(error);
  const known =
    cause instanceof GraphQLError
      ? new BellwetherError('REQUEST_INVALID', withoutSuggestion(cause.message))
      : knownError(cause);
  const { code, detail, remedy, title, status } = problemOf(known ?? cause);
  if (status >= 500) log.error({ err: cause, code }, 'a GraphQL field failed');
  const { locations, path } = formatted;
  return {
    message: known ? detail : title,
    ...(locations ? { locations } : {}),
    ...(path ? { path } : {}),
    extensions: { code, remedy },
  };
}
