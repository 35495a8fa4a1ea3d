import { BellwetherError } from '#vocabulary';

interface Described<T> {
  /** Of the product. */
  readonly default: T;
  /** Of the reference implementation. */
  readonly reference: T;
  /** What it does, in a sentence. */
  readonly says: string;
  /** Undefined for what is not a value of this parameter. */
  read(value: unknown): T | undefined;
}

export interface NumberParameter extends Described<number> {
  readonly kind: 'whole' | 'number';
  /** Both may be taken. */
  readonly least: number;
  readonly most: number;
}

export interface ChoiceParameter<T extends string> extends Described<T> {
  readonly kind: 'choice';
  readonly choices: readonly T[];
}

export interface FlagParameter extends Described<boolean> {
  readonly kind: 'flag';
}

/** What may be set of a method; plain enough to be shown as JSON. */
export type Parameter = NumberParameter | ChoiceParameter<string> | FlagParameter;
export type Parameters = Readonly<Record<string, Parameter>>;

/** The values of parameters, each of its type. */
export type OptionsOf<P extends Parameters> = {
  readonly [K in keyof P]: P[K] extends Described<infer T> ? T : never;
} & {
  /** Copy the reference implementation, its quirks included. */
  readonly compat?: boolean;
};

interface Bounded {
  readonly default: number;
  readonly reference?: number;
  readonly least: number;
  readonly most: number;
  readonly says: string;
}

const within = ({ least, most }: Bounded, value: number): number | undefined =>
  value >= least && value <= most ? value : undefined;

const numberOf = (value: unknown): number =>
  typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;

export function whole(given: Bounded): NumberParameter {
  const read = (value: unknown): number | undefined => {
    const number = numberOf(value);
    return Number.isInteger(number) ? within(given, number) : undefined;
  };
  return { kind: 'whole', reference: given.default, ...given, read };
}

export function real(given: Bounded): NumberParameter {
  return { kind: 'number', reference: given.default, ...given, read: (value) => within(given, numberOf(value)) };
}

export function choice<const T extends string>(given: {
  readonly choices: readonly T[];
  readonly default: NoInfer<T>;
  readonly reference?: NoInfer<T>;
  readonly says: string;
}): ChoiceParameter<T> {
  const read = (value: unknown): T | undefined => given.choices.find((known) => known === value);
  return { kind: 'choice', reference: given.default, ...given, read };
}

export function flag(given: { readonly default: boolean; readonly reference?: boolean; readonly says: string }): FlagParameter {
  const read = (value: unknown): boolean | undefined =>
    value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
  return { kind: 'flag', reference: given.default, ...given, read };
} // prettier-ignore

/** `default 28, from 7 to 366`. */
export function describeParameter(parameter: Parameter): string {
  const { kind, default: usual, reference } = parameter;
  const bounds =
    kind === 'choice' ? parameter.choices.join(' | ') : kind === 'flag' ? 'true | false' : `${parameter.least} to ${parameter.most}`; // prettier-ignore
  return `${bounds}; default ${usual}${reference === usual ? '' : `, the reference ${reference}`}`;
}

/** The reference implementation's values. */
export function referenceOf<P extends Parameters>(parameters: P): OptionsOf<P> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { reference }]) => [name, reference]),
  ) as OptionsOf<P>;
}

/**
 * Options from values that came from outside. With `compat: true`, what is not given is the reference's, else the
 * product's. REQUEST_INVALID for a name that is not known and a value out of bounds.
 */
export function readOptions<P extends Parameters>(parameters: P, given: Readonly<Record<string, unknown>>): OptionsOf<P> {
  const { compat: isCompat = false, ...named } = given;
  const compat = isCompat === true || isCompat === 'true';
  for (const name of Object.keys(named)) {
    if (!Object.hasOwn(parameters, name))
      throw new BellwetherError('REQUEST_INVALID', `${name}: no such parameter; there are ${Object.keys(parameters).join(', ')}, compat`); // prettier-ignore
  }
  const read = Object.entries(parameters).map(([name, parameter]) => {
    const value = named[name];
    if (value === undefined) return [name, compat ? parameter.reference : parameter.default];
    const found = parameter.read(value);
    if (found === undefined)
      throw new BellwetherError('REQUEST_INVALID', `${name}: expected ${describeParameter(parameter)}`);
    return [name, found];
  });
  return { ...Object.fromEntries(read), compat } as OptionsOf<P>;
} // prettier-ignore
