import { type Random } from '../../crash/random.js';

type Schema = Readonly<Record<string, unknown>>;

export interface DocumentedParameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly schema: Schema;
  readonly example?: unknown;
}

export interface DocumentedOperation {
  readonly operationId: string;
  readonly parameters?: readonly DocumentedParameter[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { schema: Schema }>> }>>;
}

/** `valid`: as the document says. `invalid`: one parameter is not, and the request has to be refused for it. */
export interface GeneratedRequest {
  readonly kind: 'valid' | 'invalid' | 'wild';
  readonly path: string;
  readonly method: string;
  readonly query: string;
  /** What was made wrong. */
  readonly wrong?: string;
}

/** Names that mean something in the small world: without them most valid requests would ask for what is not there. */
const MEANT: Readonly<Record<string, readonly string[]>> = {
  dataset: ['clinic'],
  category: ['respiratory', 'fever'],
  region: ['nation:us', 'state:PA', 'county:42091', 'county:34023', 'zip:19401', 'facility:F1'],
  parent: ['state:PA', 'county:42091'],
  within: ['state:PA', 'nation:us'],
  flag: ['N', 'Y'],
  feed: ['clinics', 'labs'],
  facility: ['F1', 'F2'],
  day: ['2024-01-01', '2024-01-02'],
  from: ['2023-12-31', '2024-01-01'],
  to: ['2024-01-02', '2024-01-03'],
  date: ['2024-01-02'],
  on: ['2024-01-03'],
  as_of: ['2024-01-03', '2024-01-04T06:00:00Z'],
  since: ['2024-01-02', '2024-01-03T00:00:00Z'],
  epiweeks: ['202401', '202401-202402'],
  period: ['LAST_7_DAYS', 'THIS_MONTH', 'LAST_2_EPIWEEKS'],
  issues: ['2024-01-02', '2024-01-01..2024-01-05'],
  name: ['F1_x.csv'],
  reason: ['a test'],
  code: ['FILE_MALFORMED'],
  closed_on: ['2024-03-31'],
  until: [new Date(Date.now() + 86_400_000).toISOString()],
  rule: ['clinic'],
};

/** Parameters that exclude each other are never given together in a valid request. */
const EITHER: readonly (readonly string[])[] = [
  ['period', 'epiweeks', 'from'],
  ['period', 'epiweeks', 'to'],
  ['as_of', 'lag'],
  ['as_of', 'marks'],
  ['lag', 'marks'],
];

const isList = ({ schema }: DocumentedParameter): boolean => schema['type'] === 'array';
const itemOf = ({ schema }: DocumentedParameter): Schema => (schema['items'] ?? schema) as Schema;
const numberIn = (schema: Schema, name: string): number | undefined =>
  typeof schema[name] === 'number' ? schema[name] : undefined;

/** Values that the schema allows, its bounds included. */
function validValues(parameter: DocumentedParameter): string[] {
  const item = itemOf(parameter);
  const { enum: names, type } = item;
  if (Array.isArray(names)) return names.filter((name): name is string => typeof name === 'string');
  if (type === 'integer') {
    const [least, most] = [numberIn(item, 'minimum') ?? 0, numberIn(item, 'maximum') ?? 100];
    return [least, Math.min(most, least + 1), Math.min(most, 300), most].map(String);
  }
  if (type === 'boolean') return ['true', 'false'];
  const meant =
    MEANT[parameter.name] ?? [parameter.example].flat().filter((one): one is string => typeof one === 'string');
  return [...meant];
}

/** Values that the schema does not allow. */
function invalidValues(parameter: DocumentedParameter): string[] {
  const item = itemOf(parameter);
  const { enum: names, type, format, pattern } = item;
  if (Array.isArray(names)) return ['nothing', String(names[0]).toUpperCase() + 'X', ' '];
  if (type === 'integer') {
    const [least, most] = [numberIn(item, 'minimum'), numberIn(item, 'maximum')];
    return [
      'x',
      '1.5',
      '1e3',
      '-1',
      ...(least === undefined || least === 0 ? [] : [String(least - 1)]),
      ...(most === undefined ? [] : [String(most + 1)]),
    ];
  }
  if (type === 'boolean') return ['yes', '1'];
  if (format === 'date') return ['2024-02-30', '20240101', '2024-1-1', 'yesterday', '2024-01-01T00:00:00Z'];
  const found: string[] = [];
  if (typeof pattern === 'string') {
    const like = ['nothing', '!', 'x:y', '1234567', 'LAST_7_SEASONS', 'county:', ':42091', '2024-13-01'];
    found.push(...like.filter((text) => !new RegExp(pattern).test(text)));
  }
  const longest = numberIn(item, 'maxLength');
  if (longest !== undefined) found.push('x'.repeat(longest + 1));
  return found;
}

export interface Chooser {
  readonly random: Random;
  readonly path: string;
  readonly method: string;
  readonly operation: DocumentedOperation;
}

const queryOf = (pairs: readonly (readonly [string, string])[]): string =>
  new URLSearchParams(pairs.map(([name, value]): [string, string] => [name, value])).toString();

/** What the words of the document ask for beyond its schemas: at least one of several. */
const ALSO: Readonly<Record<string, [string, string]>> = {
  '/v1/dead-letters/replay': ['feed', 'labs'],
  '/v1/dead-letters/discard': ['feed', 'labs'],
};

/** A request in which every parameter is as the document says. */
function validPairs({ random, path, operation }: Chooser): [string, string][] {
  const also = ALSO[path];
  const given = (operation.parameters ?? []).filter((one) => one.in === 'query');
  const chosen = new Set<string>();
  const pairs: [string, string][] = [];
  for (const parameter of given) {
    if (parameter.required !== true && random.chance(0.6)) continue;
    if (EITHER.some((group) => group.includes(parameter.name) && group.some((other) => chosen.has(other)))) continue;
    // A page of somewhere else has no cursor here.
    if (parameter.name === 'cursor') continue;
    const values = validValues(parameter);
    if (values.length === 0) continue;
    chosen.add(parameter.name);
    const most = numberIn(parameter.schema, 'maxItems') ?? 1;
    const some = isList(parameter)
      ? Array.from({ length: 1 + random.below(Math.min(3, most)) }, () => random.of(values))
      : [random.of(values)];
    if (isList(parameter) && random.chance(0.5)) pairs.push([parameter.name, [...new Set(some)].join(',')]);
    else for (const value of some) pairs.push([parameter.name, value]);
  }
  if (also && !chosen.has(also[0])) pairs.push(also);
  return tooManyToForesee(pairs) ? pairs.filter(([name]) => name !== 'marks') : pairs;
}

/** Nowcasts mark four lines at most. */
function tooManyToForesee(pairs: readonly (readonly [string, string])[]): boolean {
  const all = (name: string): string[] =>
    pairs.filter(([one]) => one === name).flatMap(([, value]) => value.split(','));
  return all('marks').includes('nowcast') && all('region').length * all('category').length > 4;
}

/** Everything that is required, and one parameter that is not as the document says. */
function invalidRequest(chooser: Chooser): GeneratedRequest | undefined {
  const { random, path, method, operation } = chooser;
  const all = (operation.parameters ?? []).filter((one) => one.in === 'query');
  const required = all.filter((one) => one.required === true);
  const base = required.map((one): [string, string] => [one.name, validValues(one)[0] ?? 'x']);
  const how = random.below(5);
  if (how === 0 && required.length > 0) {
    const { name } = random.of(required);
    return {
      kind: 'invalid',
      path,
      method,
      wrong: `${name} is not given`,
      query: queryOf(base.filter(([other]) => other !== name)),
    };
  }
  if (how === 1)
    return { kind: 'invalid', path, method, wrong: 'no such parameter', query: queryOf([...base, ['colour', 'red']]) };
  const parameter = all.length > 0 ? random.of(all) : undefined;
  if (!parameter) return undefined;
  const others = base.filter(([name]) => name !== parameter.name);
  if (how === 2 && !isList(parameter)) {
    const value = validValues(parameter)[0];
    if (value === undefined) return undefined;
    return {
      kind: 'invalid',
      path,
      method,
      wrong: `${parameter.name} twice`,
      query: queryOf([...others, [parameter.name, value], [parameter.name, value]]),
    };
  }
  const most = numberIn(parameter.schema, 'maxItems');
  if (how === 3 && isList(parameter) && most !== undefined && most <= 100 && !itemOf(parameter)['enum']) {
    const many = Array.from({ length: most + 1 }, (_, i) =>
      parameter.name === 'region' ? `zip:${10_000 + i}` : `x${i}`,
    );
    return {
      kind: 'invalid',
      path,
      method,
      wrong: `${parameter.name}: ${most + 1} of them`,
      query: queryOf([...others, [parameter.name, many.join(',')]]),
    };
  }
  const values = invalidValues(parameter);
  if (values.length === 0) return undefined;
  const value = random.of(values);
  return {
    kind: 'invalid',
    path,
    method,
    wrong: `${parameter.name}=${value.slice(0, 40)}`,
    query: queryOf([...others, [parameter.name, value]]),
  };
}

const WILD = [
  '',
  '\u0000',
  "' OR 1=1 --",
  '../../etc/passwd',
  'x'.repeat(3000),
  '-271821-04-20',
  '9999-12-31',
  '🦠',
  '%00',
  '{}',
  '[]',
  '99999999999',
  'NaN',
  'null',
];

/** Anything at all under the names of the document. */
function wildRequest({ random, path, method, operation }: Chooser): GeneratedRequest {
  const all = (operation.parameters ?? []).filter((one) => one.in === 'query');
  const pairs = all.flatMap((parameter): [string, string][] => {
    if (random.chance(0.3)) return [];
    const values = [...validValues(parameter), ...WILD];
    return [[parameter.name, random.of(values)]];
  });
  return { kind: 'wild', path, method, query: queryOf(pairs) };
}

export function generate(chooser: Chooser): GeneratedRequest {
  const kind = chooser.random.below(10);
  if (kind < 5)
    return { kind: 'valid', path: chooser.path, method: chooser.method, query: queryOf(validPairs(chooser)) };
  const invalid = kind < 8 ? invalidRequest(chooser) : undefined;
  return invalid ?? wildRequest(chooser);
}
