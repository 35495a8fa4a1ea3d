import { BellwetherError } from '#vocabulary';

/** One mistake in the configuration: where it stands, what was found there, and what was expected instead. */
export interface ConfigurationProblem {
  /** Relative to the configuration folder. */
  readonly file: string;
  /** Line and column, both from 1. */
  readonly line: number;
  readonly column: number;
  /** Keys from the top of the file, joined by dots: `record.category.map`; empty for the whole file. */
  readonly path: string;
  /** Never the text of a secret. */
  readonly found: string;
  readonly expected: string;
  /** The known word that is most like the one found. */
  readonly suggestion: string | undefined;
}

const MAX_LISTED = 100;

/** `feeds/hhs.yaml:12:3 record.categry: found an unknown key, expected one of …; did you mean "category"?` */
export function formatProblem({ file, line, column, path, found, expected, suggestion }: ConfigurationProblem): string {
  const place = `${file}:${line}:${column}${path === '' ? '' : ` ${path}`}`;
  return `${place}: found ${found}, expected ${expected}${suggestion === undefined ? '' : `; did you mean "${suggestion}"?`}`;
}

/** The one error of a configuration: all problems, one a line; {@link problemsOf} gives them as data. */
export function configurationError(folder: string, problems: readonly ConfigurationProblem[]): BellwetherError {
  const sorted = [...problems].sort(
    (a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) || a.line - b.line || a.column - b.column,
  );
  const listed = sorted.slice(0, MAX_LISTED).map(formatProblem);
  if (sorted.length > MAX_LISTED) listed.push(`and ${sorted.length - MAX_LISTED} more`);
  const count = `${sorted.length} ${sorted.length === 1 ? 'problem' : 'problems'} in ${folder}`;
  return new BellwetherError('CONFIG_INVALID', [count, ...listed].join('\n'), {}, { cause: { problems: sorted } });
}

/** The problems of an error from loadConfiguration; empty for any other error. */
export function problemsOf(error: unknown): readonly ConfigurationProblem[] {
  if (!(error instanceof BellwetherError) || error.code !== 'CONFIG_INVALID') return [];
  const cause = error.cause;
  return typeof cause === 'object' && cause !== null && 'problems' in cause && Array.isArray(cause.problems)
    ? (cause.problems as readonly ConfigurationProblem[])
    : [];
}
