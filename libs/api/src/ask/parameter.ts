import { BellwetherError } from '#vocabulary';
import { nearest } from './nearest.js';

/** The JSON Schema of one value, as OpenAPI shows it. */
type ValueSchema = Readonly<Record<string, unknown>>;

/**
 * One parameter of a question: read the same way at every door, and shown in the OpenAPI document from the same
 * definition. `read` gets the texts given (none when absent) and throws REQUEST_INVALID that names the parameter.
 */
export interface Parameter<T> {
  readonly description: string;
  readonly schema: ValueSchema;
  readonly example?: string;
  readonly required: boolean;
  /** May be given several times, or once with commas. */
  readonly many: boolean;
  read(texts: readonly string[], name: string): T;
}

export type Parameters = Readonly<Record<string, Parameter<unknown>>>;
export type Asked<P extends Parameters> = { readonly [K in keyof P]: P[K] extends Parameter<infer T> ? T : never };

export const invalid = (name: string, problem: string): BellwetherError =>
  new BellwetherError('REQUEST_INVALID', `${name}: ${problem}`);

interface One<T> {
  readonly description: string;
  readonly schema?: ValueSchema;
  readonly example?: string;
  /** Undefined when the text is not a value. */
  parse(text: string): T | undefined;
  /** What a value looks like, for the error. */
  readonly expected: string;
}

function readOne<T>({ parse, expected }: One<T>, texts: readonly string[], name: string): T | undefined {
  if (texts.length === 0) return undefined;
  if (texts.length > 1) throw invalid(name, 'give it once');
  const value = parse(texts[0]!);
  if (value === undefined) throw invalid(name, `expected ${expected}`);
  return value;
}

const shown = <T>({ description, schema = { type: 'string' }, example }: One<T>) => ({
  description,
  schema,
  ...(example === undefined ? {} : { example }),
});

export function required<T>(one: One<T>): Parameter<T> {
  return {
    ...shown(one),
    required: true,
    many: false,
    read(texts, name) {
      const value = readOne(one, texts, name);
      if (value === undefined) throw invalid(name, `is required; expected ${one.expected}`);
      return value;
    },
  };
}

export function optional<T>(one: One<T>): Parameter<T | undefined> {
  return { ...shown(one), required: false, many: false, read: (texts, name) => readOne(one, texts, name) };
}

export function withDefault<T extends string | number>(one: One<T>, otherwise: NoInfer<T>): Parameter<T> {
  return {
    ...shown({ ...one, schema: { type: 'string', ...one.schema, default: otherwise } }),
    required: false,
    many: false,
    read: (texts, name) => readOne(one, texts, name) ?? otherwise,
  };
}

/** One to `most` values, each once; repeated parameters and commas both separate. */
export function list<T>(one: One<T>, most: number): Parameter<readonly T[]> {
  const schema = { type: 'array', minItems: 1, maxItems: most, items: one.schema ?? { type: 'string' } };
  return {
    ...shown({ ...one, schema }),
    required: true,
    many: true,
    read(texts, name) {
      const parts = [...new Set(texts.flatMap((text) => text.split(',')).filter((part) => part !== ''))];
      if (parts.length === 0) throw invalid(name, `is required; expected ${one.expected}`);
      if (parts.length > most) throw invalid(name, `at most ${most} at once`);
      return parts.map((part) => {
        const value = one.parse(part);
        if (value === undefined) throw invalid(name, `expected ${one.expected}`);
        return value;
      });
    },
  };
}

/** The same, or none. */
export function optionalList<T>(one: One<T>, most: number): Parameter<readonly T[] | undefined> {
  const { read: readAll, ...shape } = list(one, most);
  return { ...shape, required: false, read: (texts, name) => (texts.length === 0 ? undefined : readAll(texts, name)) };
}

function textsOf(given: unknown, name: string): readonly string[] {
  if (given === undefined || given === null) return [];
  const texts: readonly unknown[] = Array.isArray(given) ? given : [given];
  return texts.map((text) => {
    if (typeof text === 'string') return text;
    if (typeof text === 'number' && Number.isFinite(text)) return String(text);
    throw invalid(name, 'expected text');
  });
}

/** Reads all parameters of a table from what a door was given. An unknown name is an error that names the nearest. */
export function read<P extends Parameters>(parameters: P, given: Readonly<Record<string, unknown>>): Asked<P> {
  const known = Object.keys(parameters);
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(parameters, name)) continue;
    const like = nearest(name, known);
    const hint = like === undefined ? 'there are no parameters here' : `did you mean "${like}"?`;
    throw new BellwetherError('REQUEST_INVALID', `${JSON.stringify(name.slice(0, 64))} is not a parameter; ${hint}`);
  }
  const entries = Object.entries(parameters).map(([name, parameter]) => {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    return [name, parameter.read(textsOf(value, name), name)] as const;
  });
  return Object.fromEntries(entries) as Asked<P>;
}
