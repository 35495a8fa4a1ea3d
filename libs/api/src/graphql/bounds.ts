import {
  type ASTVisitor,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  type SelectionSetNode,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';

/** Bounds of one GraphQL operation. docs/limits.md lists them. */
export const BOUNDS = {
  /** Tokens of the document; beyond them parsing stops. */
  tokens: 4000,
  depth: 8,
  aliases: 20,
  /** The same name again in one list of fields. */
  repeats: 20,
  directives: 5,
  /** Fields, each as often as fragments repeat it, and {@link BOUNDS.question} for each question. */
  cost: 600,
  question: 50,
  /** Of a look at the schema: the query of GraphiQL must pass. */
  introspectionDepth: 20,
} as const;

/**
 * What is too large about an operation, by {@link BOUNDS}; undefined when nothing is. Fragments count as often as they
 * are spread, and the walk stops at the first bound it meets, so that its own work is bounded too. A spread of a
 * fragment within itself is left to the standard rules; the depth stops it here.
 */
function excess(
  operation: OperationDefinitionNode,
  fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined,
): string | undefined {
  let [cost, aliases, directives] = [0, 0, 0];

  function directed({ directives: given = [] }: { readonly directives?: readonly unknown[] | undefined }): boolean {
    directives += given.length;
    return directives > BOUNDS.directives;
  }

  /** `depth` counts fields from 1. */
  function walk(set: SelectionSetNode, at: { depth: number; deepest: number; spreads: number }): string | undefined {
    const { depth, deepest, spreads } = at;
    if (depth > deepest) return `fields nest deeper than ${deepest}`;
    const names = new Map<string, number>();
    for (const selection of set.selections) {
      if (directed(selection)) return `more than ${BOUNDS.directives} directives`;
      let problem: string | undefined;
      if (selection.kind === Kind.FIELD) {
        const introspection = selection.name.value.startsWith('__');
        cost += depth === 1 && !introspection ? BOUNDS.question : 1;
        if (selection.alias) aliases++;
        const name = (selection.alias ?? selection.name).value;
        const again = (names.get(name) ?? -1) + 1;
        names.set(name, again);
        if (cost > BOUNDS.cost) return `it costs more than ${BOUNDS.cost}`;
        if (aliases > BOUNDS.aliases) return `more than ${BOUNDS.aliases} aliases`;
        if (again > BOUNDS.repeats) return `one field more than ${BOUNDS.repeats} times again`;
        const below = { depth: depth + 1, deepest: introspection ? BOUNDS.introspectionDepth : deepest, spreads };
        problem = selection.selectionSet && walk(selection.selectionSet, below);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        problem =
          spreads > BOUNDS.introspectionDepth
            ? 'fragments nest too deeply'
            : walk(selection.selectionSet, { ...at, spreads: spreads + 1 });
      } else {
        const fragment = fragmentOf(selection.name.value);
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

  if (directed(operation)) return `more than ${BOUNDS.directives} directives`;
  return walk(operation.selectionSet, { depth: 1, deepest: BOUNDS.depth, spreads: 0 });
}

const tooLarge = (what: string, operation: OperationDefinitionNode): GraphQLError =>
  new GraphQLError(`The operation is too large: ${what}`, { nodes: operation });

/** Validation rule: refuses an operation beyond {@link BOUNDS}. */
export function boundedOperation(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const what = excess(operation, (name) => context.getFragment(name));
      if (what !== undefined) context.reportError(tooLarge(what, operation));
    },
  };
}

/** What an operation is held to beside {@link excessOf}; without introspection nobody may read the schema. */
export const rulesOf = (introspection: boolean): readonly ValidationRule[] => [
  ...specifiedRules,
  boundedOperation,
  ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
];

/** The same of a whole document, before its types are looked at: work that grows with it is done for none too large. */
export function excessOf({ definitions }: DocumentNode): GraphQLError | undefined {
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])),
  );
  for (const one of definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION) continue;
    const what = excess(one, (name) => fragments.get(name));
    if (what !== undefined) return tooLarge(what, one);
  }
  return undefined;
}
