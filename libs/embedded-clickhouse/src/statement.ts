import { exception } from './exception.js';
import { tokenAt, type Token } from './tokens.js';

/** A statement whose data follows it: INSERT … VALUES, INSERT … FORMAT x, INSERT … SELECT … FROM input(…) FORMAT x. */
export interface InsertStatement {
  readonly kind: 'insert';
  /** Name of the data's format, `Values` for VALUES. */
  readonly format: string;
  /** Where in the text the data starts. */
  readonly dataAt: number;
  /** The statement as it stands, without its data. */
  readonly head: string;
  /** The same statement, reading its data from a file of this name (a literal of SQL). */
  readonly fromFile: (path: string) => string;
  /** True where only `fromFile` will do: the engine reads nothing from input() but says that all is well. */
  readonly onlyFromFile: boolean;
}

/** Any other statement. */
export interface PlainStatement {
  readonly kind: 'plain';
  /** The first word in upper case: SELECT, WITH, CREATE, INSERT (for INSERT … SELECT), … */
  readonly verb: string;
  /** The second word in upper case, empty where it is no word. */
  readonly object: string;
  /** The statement up to its FORMAT clause, without trailing semicolons and comments. */
  readonly body: string;
  /** `FORMAT x` with the SETTINGS behind it, if the statement says so. */
  readonly tail: string | undefined;
  /** The format named there. */
  readonly format: string | undefined;
}

export type Statement = InsertStatement | PlainStatement;

/** `FORMAT name` with nothing but SETTINGS after it; a column called `format` is followed by something else. */
const TAIL = /^FORMAT\s+(\w+)\s*(?:SETTINGS\s[^;]*)?$/i;

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
  return (upper(first) === 'INSERT' ? readInsert(text, first) : undefined) ?? readPlain(text, first);
}

function upper(token: Token | undefined): string {
  return token?.kind === 'word' ? token.text.toUpperCase() : '';
}

/** Words after which VALUES or FORMAT is the name of a table. */
const BEFORE_A_NAME = new Set(['INTO', 'TABLE', 'FUNCTION', '.']);

/** The insert that starts with `first`, or undefined where no data follows it (INSERT … SELECT). */
function readInsert(text: string, first: Token): InsertStatement | undefined {
  let settings: Token | undefined;
  let select: Token | undefined;
  let input: Token | undefined;
  let before: Token = first;
  for (let token = tokenAt(text, first.end); token !== undefined; token = tokenAt(text, token.end)) {
    const word = upper(token);
    const previous = upper(before) || before.text;
    if (previous === 'FROM' && word === 'INFILE') refuseFile('FROM INFILE');
    if (token.kind === 'semicolon') return undefined;
    if (token.kind === 'group' && previous === 'INPUT') input = token;
    if (word === 'SELECT' || word === 'WITH') select ??= token;
    else if (word === 'SETTINGS' && select === undefined) settings ??= token;
    else if (word === 'VALUES' && select === undefined && !BEFORE_A_NAME.has(previous)) {
      return insertOf(text, { format: 'Values', clause: token, dataAt: token.end, settings });
    } else if (word === 'FORMAT' && !BEFORE_A_NAME.has(previous)) {
      const name = tokenAt(text, token.end);
      if (name?.kind === 'word') {
        const found = { format: name.text, clause: token, dataAt: startOfData(text, name.end), settings };
        if (select === undefined) return insertOf(text, found);
        if (input !== undefined) return throughInput(text, found, input);
      }
    }
    before = token;
  }
  return undefined;
}

interface Found {
  readonly format: string;
  /** The word FORMAT or VALUES. */
  readonly clause: Token;
  readonly dataAt: number;
  /** The word SETTINGS before it, if there is one. */
  readonly settings: Token | undefined;
}

function insertOf(text: string, { format, clause, dataAt, settings }: Found): InsertStatement {
  const target = text.slice(0, (settings ?? clause).start);
  const between = settings === undefined ? '' : text.slice(settings.start, clause.start);
  return {
    kind: 'insert',
    format,
    dataAt,
    head: text.slice(0, dataAt).trimEnd(),
    fromFile: (path) => `${target} FROM INFILE ${path} COMPRESSION 'none' ${between} FORMAT ${format}`,
    onlyFromFile: false,
  };
}

function throughInput(text: string, { format, clause, dataAt }: Found, input: Token): InsertStatement {
  const structure = input.text.slice(1, -1).trim();
  const before = text.slice(0, input.start).replace(/input\s*$/i, '');
  const after = text.slice(input.end, clause.start);
  return {
    kind: 'insert',
    format,
    dataAt,
    head: text.slice(0, dataAt).trimEnd(),
    fromFile: (path) => `${before}file(${path}, '${format}'${structure === '' ? '' : `, ${structure}`})${after}`,
    onlyFromFile: true,
  };
}

/** After the format's name: spaces, a semicolon, at most one line end belong to the statement; the rest is data. */
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

function readPlain(text: string, first: Token): PlainStatement {
  let before: Token | undefined;
  let object: string | undefined;
  let end = first.start;
  let ended = false;
  const formats: number[] = [];
  for (let token: Token | undefined = first; token !== undefined; token = tokenAt(text, token.end)) {
    if (token.kind === 'semicolon') {
      ended = true;
      continue;
    }
    if (ended) {
      const at = `failed at position ${token.start + 1}`;
      throw exception('SYNTAX_ERROR', `Syntax error (Multi-statements are not allowed): ${at}`);
    }
    const word = upper(token);
    if (upper(before) === 'INTO' && word === 'OUTFILE') refuseFile('INTO OUTFILE');
    if (word === 'FORMAT') formats.push(token.start);
    if (before !== undefined) object ??= word;
    before = token;
    end = token.end;
  }
  const formatAt = formats.reverse().find((at) => TAIL.test(text.slice(at, end)));
  const tail = formatAt === undefined ? undefined : text.slice(formatAt, end);
  return {
    kind: 'plain',
    verb: first.kind === 'group' ? 'SELECT' : upper(first),
    object: object ?? '',
    body: text.slice(first.start, formatAt ?? end),
    tail,
    format: tail === undefined ? undefined : TAIL.exec(tail)?.[1],
  };
}
