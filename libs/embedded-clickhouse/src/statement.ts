import { exception } from './exception.js';

/** A top-level token: a word, a literal, a bracketed group is skipped as one token of kind `group`. */
interface Token {
  readonly kind: 'word' | 'quoted' | 'group' | 'number' | 'semicolon' | 'other';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

const SPACE = /[ \t\r\n\f\v\0]/;
const WORD_START = /[A-Za-z_]/;
const WORD = /[A-Za-z0-9_$]/;

/** End of a quoted piece that starts at `at`; both doubling and backslash escape the quote. */
function endOfQuoted(sql: string, at: number): number {
  const quote = sql[at];
  let i = at + 1;
  while (i < sql.length) {
    const c = sql[i];
    if (c === '\\') i += 2;
    else if (c === quote) {
      if (sql[i + 1] !== quote) return i + 1;
      i += 2;
    } else i += 1;
  }
  return sql.length;
}

/** End of white space and comments that start at `at` (`--`, `#!`, `# `, nested-free block comments). */
function endOfBlank(sql: string, at: number): number {
  let i = at;
  for (;;) {
    while (i < sql.length && SPACE.test(sql[i]!)) i += 1;
    const two = sql.slice(i, i + 2);
    if (two === '--' || two === '#!' || two === '# ') {
      const end = sql.indexOf('\n', i);
      i = end < 0 ? sql.length : end + 1;
    } else if (two === '/*') {
      const end = sql.indexOf('*/', i + 2);
      i = end < 0 ? sql.length : end + 2;
    } else return i;
  }
}

/** End of a `$tag$ … $tag$` string at `at`, or `at` where there is none. */
function endOfHeredoc(sql: string, at: number): number {
  const tag = /^\$\w*\$/.exec(sql.slice(at, at + 64))?.[0];
  if (tag === undefined) return at;
  const end = sql.indexOf(tag, at + tag.length);
  return end < 0 ? at : end + tag.length;
}

/** End of the bracketed group that opens at `at`; quotes and comments inside do not count. */
function endOfGroup(sql: string, at: number): number {
  let depth = 0;
  let i = at;
  while (i < sql.length) {
    i = endOfBlank(sql, i);
    const c = sql[i];
    if (c === "'" || c === '"' || c === '`') i = endOfQuoted(sql, i);
    else if (c === '$' && endOfHeredoc(sql, i) > i) i = endOfHeredoc(sql, i);
    else {
      if (c === '(' || c === '[' || c === '{') depth += 1;
      else if (c === ')' || c === ']' || c === '}') depth -= 1;
      i += 1;
      if (depth <= 0) return Math.min(i, sql.length);
    }
  }
  return sql.length;
}

/** The token at or after `at`, or undefined at the end. Reads no further than it must: data may follow a statement. */
function tokenAt(sql: string, at: number): Token | undefined {
  const start = endOfBlank(sql, at);
  const c = sql[start];
  if (c === undefined) return undefined;
  const made = (kind: Token['kind'], end: number): Token => ({ kind, start, end, text: sql.slice(start, end) });
  if (WORD_START.test(c)) {
    let end = start + 1;
    while (end < sql.length && WORD.test(sql[end]!)) end += 1;
    return made('word', end);
  }
  if (c === "'" || c === '"' || c === '`') return made('quoted', endOfQuoted(sql, start));
  if (c === '(' || c === '[' || c === '{') return made('group', endOfGroup(sql, start));
  if (c === ';') return made('semicolon', start + 1);
  if (c === '$' && endOfHeredoc(sql, start) > start) return made('quoted', endOfHeredoc(sql, start));
  if (/[0-9]/.test(c)) {
    let end = start + 1;
    while (end < sql.length && WORD.test(sql[end]!)) end += 1;
    return made('number', end);
  }
  return made('other', start + 1);
}

/** A statement that carries its data behind it. `head` is the SQL without data, `FORMAT x` or `VALUES` included. */
export interface InsertStatement {
  readonly kind: 'insert';
  readonly head: string;
  /** Name of the data's format, `Values` for VALUES. */
  readonly format: string;
  /** Where in the text the data starts. */
  readonly dataAt: number;
  /** Where FROM INFILE may stand: before SETTINGS and FORMAT or VALUES. */
  readonly infileAt: number;
  /** Where the FORMAT or VALUES clause starts, so that it can be written anew. */
  readonly formatAt: number;
  /** True for INSERT … SELECT … FROM input(…) FORMAT x, which cannot be read from a file. */
  readonly throughInput: boolean;
}

/** Any other statement. */
export interface PlainStatement {
  readonly kind: 'plain';
  /** The first word in upper case: SELECT, WITH, CREATE, INSERT (for INSERT … SELECT), … */
  readonly verb: string;
  /** The SQL without trailing semicolons, comments and space. */
  readonly sql: string;
  /** The format named in the statement itself, if any. */
  readonly format: string | undefined;
  /** Where INTO OUTFILE may stand: before the trailing FORMAT or SETTINGS after it, else at the end. */
  readonly outfileAt: number;
}

export type Statement = InsertStatement | PlainStatement;

/**
 * Reads as much of a statement as the server must know: its verb, its format, where data starts. Whether it is valid
 * SQL is for the engine to say.
 *
 * @throws ClickHouseException SYNTAX_ERROR for an empty query or for more than one statement;
 *   UNSUPPORTED_METHOD for INTO OUTFILE and FROM INFILE, which would touch the server's own files.
 */
export function readStatement(text: string): Statement {
  const first = tokenAt(text, 0);
  if (first === undefined || first.kind === 'semicolon') {
    throw exception('SYNTAX_ERROR', 'Syntax error: failed at position 1 (end of query): Empty query');
  }
  const verb = first.kind === 'word' ? first.text.toUpperCase() : first.kind === 'group' ? 'SELECT' : '';
  return verb === 'INSERT' ? readInsert(text, first.end) : readPlain(text, first.start, verb);
}

function readInsert(text: string, after: number): Statement {
  let settingsAt: number | undefined;
  let selects = false;
  let previous = 'INSERT';
  for (let token = tokenAt(text, after); token !== undefined; token = tokenAt(text, token.end)) {
    const word = token.kind === 'word' ? token.text.toUpperCase() : '';
    if (previous === 'FROM' && word === 'INFILE') refuseFile('FROM INFILE');
    if (word === 'SELECT' || word === 'WITH' || word === 'EXPLAIN') selects = true;
    else if (word === 'SETTINGS' && !selects) settingsAt ??= token.start;
    else if (word === 'VALUES' && !selects && previous !== 'INTO' && previous !== 'TABLE') {
      return insert(text, { format: 'Values', formatAt: token.start, dataAt: token.end, settingsAt, selects });
    } else if (word === 'FORMAT' && previous !== 'INTO' && previous !== 'TABLE' && previous !== '.') {
      const name = tokenAt(text, token.end);
      if (name?.kind === 'word') {
        return insert(text, {
          format: name.text,
          formatAt: token.start,
          dataAt: startOfData(text, name.end),
          settingsAt,
          selects,
        });
      }
    } else if (token.kind === 'semicolon') break;
    previous = word === '' ? token.text : word;
  }
  return readPlain(text, tokenAt(text, 0)!.start, 'INSERT');
}

interface InsertParts {
  readonly format: string;
  readonly formatAt: number;
  readonly dataAt: number;
  readonly settingsAt: number | undefined;
  readonly selects: boolean;
}

function insert(text: string, parts: InsertParts): InsertStatement {
  const { format, formatAt, dataAt, settingsAt, selects } = parts;
  const head = text.slice(0, dataAt).trimEnd();
  return { kind: 'insert', head, format, formatAt, dataAt, infileAt: settingsAt ?? formatAt, throughInput: selects };
}

/** After the format's name: spaces, then at most one line end, belong to the SQL; the rest is data. */
function startOfData(text: string, at: number): number {
  let i = at;
  while (text[i] === ' ' || text[i] === '\t') i += 1;
  if (text[i] === ';') i += 1;
  if (text[i] === '\r') i += 1;
  if (text[i] === '\n') i += 1;
  return i;
}

function refuseFile(clause: string): never {
  throw exception('UNSUPPORTED_METHOD', `${clause} is not allowed over HTTP`, 403);
}

function readPlain(text: string, start: number, verb: string): PlainStatement {
  let end = start;
  const formats: number[] = [];
  let previous = '';
  let ended = false;
  for (let token = tokenAt(text, start); token !== undefined; token = tokenAt(text, token.end)) {
    if (token.kind === 'semicolon') {
      ended = true;
      continue;
    }
    if (ended) {
      const at = `failed at position ${token.start + 1}`;
      throw exception('SYNTAX_ERROR', `Syntax error (Multi-statements are not allowed): ${at}`);
    }
    const word = token.kind === 'word' ? token.text.toUpperCase() : '';
    if (previous === 'INTO' && word === 'OUTFILE') refuseFile('INTO OUTFILE');
    if (word === 'FORMAT') formats.push(token.start);
    previous = word;
    end = token.end;
  }
  const formatAt = formats.reverse().find((at) => TAIL.test(text.slice(at, end)));
  return {
    kind: 'plain',
    verb,
    sql: text.slice(start, end),
    format: formatAt === undefined ? undefined : TAIL.exec(text.slice(formatAt, end))?.[1],
    outfileAt: (formatAt ?? end) - start,
  };
}

/** `FORMAT name` with nothing but SETTINGS after it; a column called `format` is followed by something else. */
const TAIL = /^FORMAT\s+(\w+)\s*(?:SETTINGS\s[\s\S]*)?$/i;
