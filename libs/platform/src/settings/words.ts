import { BellwetherError } from '#vocabulary';
import { DEFINITIONS, type Definition, type SettingName } from './definitions.js';

/** What was said about one setting, and where: `BELLWETHER_API_PORT`, `--api-port`, `CLICKHOUSE_PASSWORD_FILE`. */
interface Word {
  readonly text: string;
  readonly where: string;
}

export type Words = ReadonlyMap<SettingName, Word>;

export interface Sources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Without node and script. */
  readonly argv: readonly string[];
  /** Reads the file of a secret; throws when it cannot. */
  readonly readFile: (path: string) => string;
}

const NAMES = Object.keys(DEFINITIONS) as SettingName[];
const definitionOf = (name: SettingName): Definition<unknown> => DEFINITIONS[name];

/** Every word said, by setting; the command line goes before the environment. What cannot be placed is a problem. */
export function gatherWords({ env, argv, readFile }: Sources, problems: string[]): Words {
  const words = new Map<SettingName, Word>();
  for (const name of NAMES) {
    const word = fromEnvironment(definitionOf(name), { env, readFile, problems });
    if (word !== undefined) words.set(name, word);
  }
  for (const [name, word] of fromCommandLine(argv, problems)) words.set(name, word);
  problems.push(...misspelt(env));
  return words;
}

function fromEnvironment(
  { variable, secret }: Definition<unknown>,
  { env, readFile, problems }: Omit<Sources, 'argv'> & { problems: string[] },
): Word | undefined {
  const direct = env[variable];
  const file = secret === true ? env[`${variable}_FILE`] : undefined;
  if (direct !== undefined && direct !== '' && file !== undefined && file !== '') {
    problems.push(`${variable}: found also ${variable}_FILE, expected one of the two`);
  }
  if (direct !== undefined && direct !== '') return { text: direct, where: variable };
  if (file === undefined || file === '') return undefined;
  try {
    return { text: readFile(file).replace(/\r?\n$/, ''), where: `${variable}_FILE` };
  } catch {
    problems.push(`${variable}_FILE: found ${file}, expected a file that can be read`);
    return undefined;
  }
}

/** `--option VALUE`, `--option=VALUE`, `--switch`. */
export function fromCommandLine(argv: readonly string[], problems: string[]): Map<SettingName, Word> {
  const words = new Map<SettingName, Word>();
  const rest = [...argv];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, option, equals, inline] = /^--([a-z][a-z-]*)(=(.*))?$/s.exec(argument) ?? [];
    const name = NAMES.find((candidate) => option !== undefined && definitionOf(candidate).option === option);
    if (option === undefined || name === undefined) {
      problems.push(`command line: found ${argument}, expected ${OPTIONS}`);
      continue;
    }
    const isSwitch = definitionOf(name).isSwitch === true;
    const text = equals !== undefined ? inline : isSwitch ? 'on' : rest.shift();
    if (text === undefined) problems.push(`--${option}: found nothing, expected ${definitionOf(name).expected}`);
    else words.set(name, { text, where: `--${option}` });
  }
  return words;
}

const OPTIONS = NAMES.flatMap((name) => definitionOf(name).option ?? [])
  .map((option) => `--${option}`)
  .join(', ');

/** A variable that is one or two letters away from a setting is a slip, not somebody else's variable. */
function misspelt(env: Sources['env']): string[] {
  const known = NAMES.flatMap((name) => [definitionOf(name).variable, `${definitionOf(name).variable}_FILE`]);
  return Object.keys(env)
    .filter((variable) => variable.startsWith('BELLWETHER_') && !known.includes(variable))
    .flatMap((variable) => {
      const meant = known.find((candidate) => distance(candidate, variable) <= 2);
      return meant === undefined ? [] : [`${variable}: found a name that is no setting, expected ${meant}`];
    });
}

/** Letters to change, add or drop (Levenshtein), one row of the table at a time. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** The value of one setting; a problem names where it was said, what was found (never a secret) and what was expected. */
export function valueOf<T>(definition: Definition<T>, word: Word | undefined, problems: string[]): T | undefined {
  const text = word?.text ?? definition.otherwise;
  if (text === undefined) return undefined;
  const parsed = definition.schema.safeParse(text);
  if (parsed.success) return parsed.data;
  const shown = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  const found = definition.secret === true ? `${text.length} characters (not shown)` : JSON.stringify(shown);
  problems.push(`${word?.where ?? definition.variable}: found ${found}, expected ${definition.expected}`);
  return undefined;
}

export function refuseIf(problems: readonly string[]): void {
  if (problems.length > 0) throw new BellwetherError('CONFIG_INVALID', problems.join('; '));
}
