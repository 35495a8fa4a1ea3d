import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
  valueFromASTUntyped,
} from 'graphql';
import { LEAST, type Weight, weightOf } from './weights.js';

/** Bounds of one GraphQL operation. docs/limits.md lists them. */
export const BOUNDS = {
  /** Tokens of the document; beyond them parsing stops. */
  tokens: 4000,
  depth: 8,
  aliases: 20,
  /** The same name again in one list of fields. */
  repeats: 20,
  directives: 5,
  /** What an operation may cost: a field 1, as often as fragments repeat it; a question as weights.ts says. */
  cost: 1000,
  /** Of a look at the schema: the query of GraphiQL must pass. */
  introspectionDepth: 20,
} as const;

/** Where a walk is, and what the question above costs there. */
interface At {
  readonly depth: number;
  readonly deepest: number;
  readonly spreads: number;
  readonly weight: Weight;
}

type Variables = Readonly<Record<string, unknown>>;

const NOTHING: Weight = { once: 0, each: 0, named: {} };

/** Variables as the operation gets them: its defaults, and over them what was given. */
function inForce({ variableDefinitions = [] }: OperationDefinitionNode, given: Variables): Variables {
  const defaults = variableDefinitions.flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  );
  return { ...Object.fromEntries(defaults), ...given };
}

const given = ({ arguments: written = [] }: FieldNode, variables: Variables): Variables =>
  Object.fromEntries(
    written
      .map(({ name, value }) => [name.value, valueFromASTUntyped(value, variables)] as const)
      .filter(([, value]) => value !== undefined),
  );

const costly = (cost: number): string =>
  `it costs ${Math.ceil(cost)} or more, and ${BOUNDS.cost} is the most; ask for fewer regions, days, categories, items or pixels at once, or in several operations`;

const namedIn = ({ named }: Weight, field: string): number => (Object.hasOwn(named, field) ? Number(named[field]) : 0);

const sizedIn = ({ sized }: Weight, field: string) => (sized && Object.hasOwn(sized, field) ? sized[field] : undefined);

/**
 * What an operation costs, and what is too large about it, by {@link BOUNDS}; undefined when nothing is. Fragments count as often as they
 * are spread, and the walk stops at the first bound it meets, so that its own work is bounded too. A spread of a
 * fragment within itself is left to the standard rules; the depth stops it here. Without variables (undefined), what
 * the arguments make of a question is left out.
 */
function excess(
  operation: OperationDefinitionNode,
  {
    fragmentOf,
    variables,
  }: {
    readonly fragmentOf: (name: string) => FragmentDefinitionNode | null | undefined;
    readonly variables?: Variables | undefined;
  },
): { readonly cost: number; readonly what: string | undefined } {
  let [cost, aliases, directives] = [0, 0, 0];
  const values = variables && inForce(operation, variables);

  function directed({ directives: given = [] }: { readonly directives?: readonly unknown[] | undefined }): boolean {
    directives += given.length;
    return directives > BOUNDS.directives;
  }

  /** `depth` counts fields from 1. */
  function walk(set: SelectionSetNode, at: At): string | undefined {
    const { depth, deepest, spreads } = at;
    if (depth > deepest) return `fields nest deeper than ${deepest}`;
    const names = new Map<string, number>();
    for (const selection of set.selections) {
      if (directed(selection)) return `more than ${BOUNDS.directives} directives`;
      let problem: string | undefined;
      if (selection.kind === Kind.FIELD) {
        const introspection = selection.name.value.startsWith('__');
        const isQuestion = depth === 1 && !introspection;
        const weight = isQuestion
          ? values
            ? weightOf(selection.name.value, given(selection, values))
            : LEAST
          : at.weight;
        const sized =
          isQuestion || !values ? undefined : sizedIn(weight, selection.name.value)?.(given(selection, values));
        cost +=
          1 + (isQuestion ? weight.once : weight.each + namedIn(weight, selection.name.value) + (sized?.once ?? 0));
        if (selection.alias) aliases++;
        const name = (selection.alias ?? selection.name).value;
        const again = (names.get(name) ?? -1) + 1;
        names.set(name, again);
        if (cost > BOUNDS.cost) return costly(cost);
        if (aliases > BOUNDS.aliases) return `more than ${BOUNDS.aliases} aliases`;
        if (again > BOUNDS.repeats) return `one field more than ${BOUNDS.repeats} times again`;
        const reach = introspection ? BOUNDS.introspectionDepth : deepest;
        const below = { depth: depth + 1, deepest: reach, spreads, weight: sized ?? weight };
        problem = selection.selectionSet && walk(selection.selectionSet, below);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        problem =
          spreads > BOUNDS.introspectionDepth
            ? 'fragments nest too deeply'
            : walk(selection.selectionSet, { ...at, spreads: spreads + 1 });
      } else {
        const fragment = fragmentOf(selection.name.value);
        cost++;
        if (cost > BOUNDS.cost) return costly(cost);
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

  if (directed(operation)) return { cost, what: `more than ${BOUNDS.directives} directives` };
  const what = walk(operation.selectionSet, { depth: 1, deepest: BOUNDS.depth, spreads: 0, weight: NOTHING });
  return { cost, what };
}

const tooLarge = (what: string, operation: OperationDefinitionNode): GraphQLError =>
  new GraphQLError(`The operation is too large: ${what}`, { nodes: operation });

/** Validation rule: refuses an operation beyond {@link BOUNDS}. */
export function boundedOperation(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(operation) {
      const { what } = excess(operation, { fragmentOf: (name) => context.getFragment(name) });
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

/** Each operation of a document with what it costs, and what is too large about it. */
const weighed = ({ definitions }: DocumentNode, variables: Variables) => {
  const fragments = new Map(
    definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])),
  );
  return definitions.flatMap((one) =>
    one.kind === Kind.OPERATION_DEFINITION
      ? [{ operation: one, ...excess(one, { fragmentOf: (name) => fragments.get(name), variables }) }]
      : [],
  );
};

/**
 * The same of a whole document and its variables, before its types are looked at: work that grows with it is done for
 * none too large.
 */
export function excessOf(document: DocumentNode, variables: Variables | null | undefined): GraphQLError | undefined {
  for (const { operation, what } of weighed(document, variables ?? {}))
    if (what !== undefined) return tooLarge(what, operation);
  return undefined;
}

/** What a document costs, of {@link BOUNDS}; where it is refused, as far as it was looked at. Throws for what is not GraphQL. */
export const costOf = (text: string, variables: Variables = {}): number =>
  Math.max(0, ...weighed(parse(text, { maxTokens: BOUNDS.tokens }), variables).map(({ cost }) => cost));
