/** A token outside brackets; a bracketed group is one token of kind `group`. Offsets are into the text. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'group' | 'semicolon' | 'other';
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

// Sticky patterns, each a loop over one class of characters, so that none can run away on a long text.
const SPACES = /[ \t\r\n\f\v\0]*/y;
const WORD = /[A-Za-z0-9_][A-Za-z0-9_$]*/y;
const HEREDOC = /\$\w*\$/y;
/** What means nothing within brackets: all but quotes, brackets and beginnings of comments and heredocs. */
const FILLING = /[^'"`()[\]{}\-#/$]*/y;

/** Where a match of a sticky pattern at `at` ends; `at` where it does not match. */
function past(pattern: RegExp, sql: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(sql) ? pattern.lastIndex : at;
}

/** Where `what` ends, looked for from `at` on; the end of the text where it is not found. */
function pastNext(what: string, sql: string, at: number): number {
  const found = sql.indexOf(what, at);
  return found < 0 ? sql.length : found + what.length;
}

/** The end of the quoted piece that starts at `at`; doubling and backslash both escape the quote. */
function pastQuoted(sql: string, at: number): number {
  const quote = sql[at]!;
  let i = at + 1;
  for (;;) {
    const end = sql.indexOf(quote, i);
    if (end < 0) return sql.length;
    let backslashes = 0;
    while (end - 1 - backslashes >= i && sql[end - 1 - backslashes] === '\\') backslashes += 1;
    if (backslashes % 2 === 1) i = end + 1;
    else if (sql[end + 1] === quote) i = end + 2;
    else return end + 1;
  }
}

/** The end of the white space and comments at `at`. */
function pastBlank(sql: string, at: number): number {
  let i = at;
  for (;;) {
    i = past(SPACES, sql, i);
    if (sql.startsWith('--', i) || sql.startsWith('#!', i) || sql.startsWith('# ', i)) i = pastNext('\n', sql, i);
    else if (sql.startsWith('/*', i)) i = pastNext('*/', sql, i + 2);
    else return i;
  }
}

/** The end of a `$tag$ … $tag$` string at `at`, or `at` where there is none. */
function pastHeredoc(sql: string, at: number): number {
  const open = past(HEREDOC, sql, at);
  return open === at ? at : pastNext(sql.slice(at, open), sql, open);
}

/** The end of the bracketed group that opens at `at`; quotes and comments inside do not count. */
function pastGroup(sql: string, at: number): number {
  let depth = 0;
  let i = at;
  while (i < sql.length) {
    i = pastBlank(sql, past(FILLING, sql, i));
    const c = sql[i];
    if (c === "'" || c === '"' || c === '`') i = pastQuoted(sql, i);
    else if (c === '$') i = Math.max(i + 1, pastHeredoc(sql, i));
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
export function tokenAt(sql: string, at: number): Token | undefined {
  const start = pastBlank(sql, at);
  const c = sql[start];
  if (c === undefined) return undefined;
  const made = (kind: Token['kind'], end: number): Token => ({ kind, start, end, text: sql.slice(start, end) });
  const word = past(WORD, sql, start);
  if (word > start) return made('word', word);
  if (c === "'" || c === '"' || c === '`') return made('quoted', pastQuoted(sql, start));
  if (c === '(' || c === '[' || c === '{') return made('group', pastGroup(sql, start));
  if (c === ';') return made('semicolon', start + 1);
  const heredoc = c === '$' ? pastHeredoc(sql, start) : start;
  return heredoc > start ? made('quoted', heredoc) : made('other', start + 1);
}

/** All tokens, those within brackets too, without the brackets. */
export function tokensOf(sql: string, at = 0): Token[] {
  const tokens: Token[] = [];
  for (let token = tokenAt(sql, at); token !== undefined; token = tokenAt(sql, token.end)) {
    if (token.kind === 'group') tokens.push(...tokensOf(sql.slice(0, token.end - 1), token.start + 1));
    else tokens.push(token);
  }
  return tokens;
}
