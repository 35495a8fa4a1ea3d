import {
  type ASTVisitor,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Bounds of one GraphQL operation. docs/limits.md lists them. */
export const BOUNDS = {
  /** Tokens of the document; beyond them parsing stops. */
  tokens: 4000,
  depth: 8,
  aliases: 20,
  /** Fields, each as often as fragments repeat it, and {@link BOUNDS.question} for each question. */
  cost: 600,
  question: 50,
  /** Of a look at the schema: the query of GraphiQL must pass. */
  introspectionDepth: 20,
} as const;

/**
 * Validation rule: refuses an operation beyond {@link BOUNDS}. Fragments count as often as they are spread, and the
 * walk stops at the first bound it meets, so that its own work is bounded too. A spread of a fragment within itself
 * is left to the standard rules; the depth stops it here.
 */
export function boundedOperation(context: ValidationContext): ASTVisitor {
  function check(operation: OperationDefinitionNode): void {
    let cost = 0;
    let aliases = 0;
    const refuse = (what: string): GraphQLError =>
      new GraphQLError(`The operation is too large: ${what}`, { nodes: operation });

    /** Returns what is wrong; undefined when all of it is within bounds. `depth` counts fields from 1. */
    function walk(set: SelectionSetNode, at: { depth: number; deepest: number; spreads: number }): string | undefined {
      const { depth, deepest, spreads } = at;
      if (depth > deepest) return `fields nest deeper than ${deepest}`;
      for (const selection of set.selections) {
        let problem: string | undefined;
        if (selection.kind === Kind.FIELD) {
          const introspection = selection.name.value.startsWith('__');
          cost += depth === 1 && !introspection ? BOUNDS.question : 1;
          if (selection.alias) aliases++;
          if (cost > BOUNDS.cost) return `it costs more than ${BOUNDS.cost}`;
          if (aliases > BOUNDS.aliases) return `more than ${BOUNDS.aliases} aliases`;
          const below = { depth: depth + 1, deepest: introspection ? BOUNDS.introspectionDepth : deepest, spreads };
          problem = selection.selectionSet && walk(selection.selectionSet, below);
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          problem =
            spreads > BOUNDS.introspectionDepth
              ? 'fragments nest too deeply'
              : walk(selection.selectionSet, { ...at, spreads: spreads + 1 });
        } else {
          const fragment = context.getFragment(selection.name.value);
          cost++;
          if (cost > BOUNDS.cost) return `it costs more than ${BOUNDS.cost}`;
          if (fragment)
            problem =
              spreads > BOUNDS.introspectionDepth
                ? 'fragments nest too deeply'
                : walk(fragment.selectionSet, { ...at, spreads: spreads + 1 });
        }
        if (problem !== undefined) return problem;
      }
      return undefined;
    }

    const problem = walk(operation.selectionSet, { depth: 1, deepest: BOUNDS.depth, spreads: 0 });
    if (problem !== undefined) context.reportError(refuse(problem));
  }
  return { OperationDefinition: check };
}
