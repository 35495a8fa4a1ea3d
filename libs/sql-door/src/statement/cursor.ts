import type { Relations } from './relations.js';
import { quoteName, quoteText, refused, tokenize, type Token } from './tokens.js';

const END: Token = { kind: 'end', value: 'the end' };
/** Nesting of brackets, subqueries and operators. */
const DEPTH_LIMIT = 120;
const SUBQUERY_LIMIT = 200;

/**
 * A place in the statement, and the statement as it will be sent: rebuilt token by token, names quoted, texts escaped,
 * without comments, so that the engine cannot read it otherwise than it was read here.
 */
export class Cursor {
  readonly relations: Relations;
  /** Reads a whole query (SELECT, UNION, WITH); set by whoever composes the grammar. */
  readonly query: (cursor: Cursor) => void;
  /** What a table of the system is called where it was given a name: drivers go on to use the whole one. */
  readonly renamed = new Map<string, string>();
  /** Names given by WITH, innermost last. */
  readonly scopes: Set<string>[] = [];
  readonly #tokens: readonly Token[];
  readonly #written: string[] = [];
  #at = 0;
  #depth = 0;
  #subqueries = 0;

  constructor(statement: string, relations: Relations, query: (cursor: Cursor) => void) {
    this.relations = relations;
    this.query = query;
    this.#tokens = tokenize(statement);
  }

  get sql(): string {
    return this.#written.join(' ').replaceAll(` \u0000 `, '.');
  }

  peek(ahead = 0): Token {
    return this.#tokens[this.#at + ahead] ?? END;
  }

  /** Reads a text of its own by the same rules. */
  within(text: string): Cursor {
    return new Cursor(text, this.relations, this.query);
  }

  /** The next token is the symbol, or the unquoted word, whatever its case. */
  sees(what: string, ahead = 0): boolean {
    const { kind, value } = this.peek(ahead);
    return kind === 'symbol' ? value === what : kind === 'word' && value.toUpperCase() === what;
  }

  seesAny(...what: readonly string[]): boolean {
    return what.some((one) => this.sees(one));
  }

  seesInOrder(...what: readonly string[]): boolean {
    return what.every((one, index) => this.sees(one, index));
  }

  /** Passes over the token without writing it. */
  skip(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  /** Writes the keyword or symbol when it comes next. */
  accept(what: string): boolean {
    if (!this.sees(what)) return false;
    this.skip();
    this.write(what);
    return true;
  }

  acceptInOrder(...what: readonly string[]): boolean {
    if (!this.seesInOrder(...what)) return false;
    for (const one of what) this.accept(one);
    return true;
  }

  acceptAny(...what: readonly string[]): boolean {
    return what.some((one) => this.accept(one));
  }

  expect(...what: readonly string[]): void {
    for (const one of what) if (!this.accept(one)) throw this.unexpected(one);
  }

  write(text: string): void {
    this.#written.push(text);
  }

  /** Writes a dot that joins its neighbours. */
  writeDot(): void {
    this.#written.push('\u0000');
  }

  writeName(name: string): void {
    this.write(quoteName(name));
  }

  writeText(text: string): void {
    this.write(quoteText(text));
  }

  /** The next token as an identifier, quoted or not; undefined when it is none. */
  name(): string | undefined {
    const { kind, value } = this.peek();
    return kind === 'word' || kind === 'name' ? value : undefined;
  }

  takeName(expected: string): string {
    const name = this.name();
    if (name === undefined) throw this.unexpected(expected);
    this.skip();
    return name;
  }

  unexpected(expected?: string): Error {
    const { kind, value } = this.peek();
    const found = kind === 'end' ? value : kind === 'text' ? 'a text' : value.slice(0, 60);
    return refused(expected === undefined ? `found ${found}` : `found ${found}, expected ${expected}`);
  }

  /** Reads something nested, up to a limit. */
  nested(read: () => void): void {
    if (++this.#depth > DEPTH_LIMIT) throw refused(`the statement is nested more than ${DEPTH_LIMIT} deep`);
    read();
    this.#depth--;
  }

  /** `( query )`, with the bracket already read. */
  subquery(): void {
    if (++this.#subqueries > SUBQUERY_LIMIT) throw refused(`more than ${SUBQUERY_LIMIT} subqueries`);
    this.nested(() => this.query(this));
    this.expect(')');
  }

  /** One or more, with commas. */
  list(read: () => void): void {
    do read();
    while (this.accept(','));
  }

  isInScope(name: string): boolean {
    return this.scopes.some((scope) => scope.has(name));
  }
}
