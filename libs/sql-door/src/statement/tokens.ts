import { BellwetherError } from '#vocabulary';

/** `word`: a name or keyword as written. `name`: a quoted identifier. `text`: a string literal. Values are unescaped. */
export interface Token {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'symbol' | 'end';
  readonly value: string;
}

/** Characters of a statement and number of its tokens. */
export const STATEMENT_LIMIT = 262_144;
const TOKEN_LIMIT = 20_000;

const SPACE = /[ \t\r\n\f\v]+/y;
const COMMENT = /--[^\n]*|\/\*[^]*?\*\//y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
// A fraction after a name or bracket would be a tuple's element (`t.1`), so a number begins with a digit here.
const NUMBER = /(?:0x[0-9A-Fa-f]{1,64}|0b[01]{1,256}|\d{1,100}(?:\.\d{0,100})?(?:[eE][+-]?\d{1,4})?)(?![A-Za-z0-9_])/y;
const SYMBOL = /<=>|::|->|\|\||<=|>=|<>|!=|==|[-+*/%=<>(),.;:?[\]{}]/y;

export function refused(detail: string): BellwetherError {
  return new BellwetherError('SQL_REFUSED', detail);
}

/**
 * Splits a statement as ClickHouse's lexer does, for the part of its language that is read here. Comments vanish.
 * Refused: here-documents, `#` comments, variables, anything outside ASCII that is not quoted, the character 0.
 */
export function tokenize(statement: string): readonly Token[] {
  if (statement.length > STATEMENT_LIMIT) throw refused(`the statement exceeds ${STATEMENT_LIMIT} characters`);
  if (statement.includes('\0')) throw refused('the statement holds the character 0');
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(statement)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  while (at < statement.length) {
    if (match(SPACE) !== undefined || match(COMMENT) !== undefined) continue;
    if (tokens.length >= TOKEN_LIMIT) throw refused(`the statement has more than ${TOKEN_LIMIT} tokens`);
    const quote = statement[at];
    if (quote === "'" || quote === '"' || quote === '`') {
      const quoted = readQuoted(statement, at);
      tokens.push({ kind: quote === "'" ? 'text' : 'name', value: quoted.value });
      at = quoted.end;
      continue;
    }
    if (statement.startsWith('/*', at)) throw refused('a comment without end');
    const word = match(WORD);
    if (word !== undefined) {
      tokens.push({ kind: 'word', value: word });
      continue;
    }
    const number = match(NUMBER);
    if (number !== undefined) {
      tokens.push({ kind: 'number', value: number });
      continue;
    }
    const symbol = match(SYMBOL);
    if (symbol === undefined) throw refused(`found ${JSON.stringify(statement.slice(at, at + 12))}`);
    tokens.push({ kind: 'symbol', value: symbol });
  }
  return tokens;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  b: '\b',
  f: '\f',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '`': '`',
  '/': '/',
};

/** Doubled quotes and the escapes whose meaning is the same everywhere; others (`\x00`, `\0`, `\N`, `\e`) are refused. */
function readQuoted(statement: string, start: number): { value: string; end: number } {
  const quote = statement[start];
  let value = '';
  for (let at = start + 1; at < statement.length; at++) {
    const character = statement[at];
    if (character === '\\') {
      at++;
      const escape = statement[at] ?? '';
      const meant = ESCAPES[escape];
      // LIKE patterns: `\%` and `\_` keep their backslash, as in ClickHouse.
      if (meant !== undefined) value += meant;
      else if (escape === '%' || escape === '_') value += `\\${escape}`;
      else throw refused(`the escape \\${escape.slice(0, 1)} in a quoted text`);
    } else if (character === quote) {
      if (statement[at + 1] !== quote) return { value, end: at + 1 };
      value += character;
      at++;
    } else value += character;
  }
  throw refused(`a quoted text without end`);
}

/** A string literal that every lexer reads as exactly this value. */
export function quoteText(value: string): string {
  return `'${escape(value, "'")}'`;
}

/** A quoted identifier: never a keyword. */
export function quoteName(value: string): string {
  return `\`${escape(value, '`')}\``;
}

function escape(value: string, quote: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`);
}
