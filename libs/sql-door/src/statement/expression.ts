import type { Cursor } from './cursor.js';
import { isAllowedFunction, TAKES_UNIT, UNITS } from './functions.js';
import { relationFor } from './relations.js';
import { refused } from './tokens.js';
import { parameter, type, typeInText } from './types.js';

const INFIX_SYMBOLS = ['=', '==', '!=', '<>', '<', '>', '<=', '>=', '<=>', '+', '-', '*', '/', '%', '||'];
const INFIX_WORDS = ['AND', 'OR', 'XOR', 'DIV', 'MOD', 'LIKE', 'ILIKE', 'REGEXP'];

/**
 * An expression. Precedence does not matter to what is allowed, so operators are read as a chain, and the engine groups
 * them: every operand is checked by itself.
 */
export function expression(cursor: Cursor): void {
  cursor.nested(() => {
    operand(cursor);
    while (continuation(cursor)) {
      // each call reads one more operator with its operand
    }
  });
}

/** `expr [AS] alias`; words that begin a clause are no aliases unless AS says so. */
export function aliased(cursor: Cursor): void {
  expression(cursor);
  alias(cursor);
}

const NOT_ALIASES: ReadonlySet<string> = new Set(
  `FROM WHERE PREWHERE GROUP HAVING ORDER LIMIT OFFSET FETCH UNION EXCEPT INTERSECT FORMAT INTO SETTINGS WINDOW QUALIFY WITH ON USING
   JOIN INNER LEFT RIGHT FULL CROSS OUTER SEMI ANTI ANY ALL ASOF GLOBAL PASTE ARRAY FINAL SAMPLE AND OR XOR NOT IN LIKE ILIKE
   BETWEEN IS DIV MOD REGEXP AS ASC DESC ASCENDING DESCENDING NULLS COLLATE WHEN THEN ELSE END OVER FILTER RESPECT IGNORE TO STEP
   BY ROWS RANGE GROUPS PARTITION INTERPOLATE TOTALS SELECT VALUES PARALLEL STALENESS TRUNCATE APPEND`.split(/\s+/),
);

export function alias(cursor: Cursor): string | undefined {
  const { kind, value } = cursor.peek();
  if (cursor.sees('AS')) cursor.skip();
  else if (kind === 'word' ? NOT_ALIASES.has(value.toUpperCase()) : kind !== 'name') return undefined;
  const name = cursor.takeName('an alias');
  cursor.write('AS');
  cursor.writeName(name);
  return name;
}

function continuation(cursor: Cursor): boolean {
  if (cursor.acceptAny(...INFIX_SYMBOLS)) {
    quantified(cursor);
    operand(cursor);
    return true;
  }
  if (cursor.acceptAny(...INFIX_WORDS)) {
    operand(cursor);
    return true;
  }
  if (cursor.accept('IS')) {
    cursor.accept('NOT');
    if (cursor.acceptInOrder('DISTINCT', 'FROM')) operand(cursor);
    else cursor.expect('NULL');
    return true;
  }
  if (cursor.accept('?')) {
    expression(cursor);
    cursor.expect(':');
    expression(cursor);
    return true;
  }
  if (cursor.sees('GLOBAL') && (cursor.sees('IN', 1) || cursor.seesInOrder('GLOBAL', 'NOT', 'IN'))) cursor.skip();
  const negated =
    cursor.sees('NOT') && ['IN', 'LIKE', 'ILIKE', 'BETWEEN', 'REGEXP'].some((word) => cursor.sees(word, 1));
  if (negated) cursor.accept('NOT');
  if (cursor.accept('IN')) {
    inRight(cursor);
    return true;
  }
  if (cursor.accept('BETWEEN')) {
    operand(cursor);
    while (!cursor.sees('AND')) if (!continuation(cursor)) throw cursor.unexpected('AND');
    cursor.expect('AND');
    operand(cursor);
    return true;
  }
  if (negated) {
    if (!cursor.acceptAny('LIKE', 'ILIKE', 'REGEXP')) throw cursor.unexpected();
    operand(cursor);
    return true;
  }
  return false;
}

/** `= ANY (SELECT …)`: the subquery is checked as any other. */
function quantified(cursor: Cursor): void {
  if (cursor.seesAny('ANY', 'ALL') && cursor.sees('(', 1) && cursor.sees('SELECT', 2)) cursor.acceptAny('ANY', 'ALL');
}

/**
 * What stands right of IN. A name there is not a column but a table, so it is a view, a name given by WITH, or refused;
 * a list holds values only.
 */
function inRight(cursor: Cursor): void {
  if (cursor.accept('(')) {
    if (beginsQuery(cursor)) return cursor.subquery();
    if (cursor.accept(')')) return;
    cursor.nested(() => cursor.list(() => member(cursor)));
    return cursor.expect(')');
  }
  if (cursor.accept('[')) {
    if (!cursor.sees(']')) cursor.nested(() => cursor.list(() => member(cursor)));
    return cursor.expect(']');
  }
  if (cursor.sees('{')) return parameter(cursor);
  tableAsSet(cursor);
}

function member(cursor: Cursor): void {
  const { kind } = cursor.peek();
  if (cursor.seesAny('(', '[')) return cursor.nested(() => inRight(cursor));
  const isCall = (kind === 'word' || kind === 'name') && cursor.sees('(', 1);
  if ((kind === 'word' || kind === 'name') && !isCall && !isLiteralWord(cursor)) return tableAsSet(cursor);
  expression(cursor);
}

function tableAsSet(cursor: Cursor): void {
  const first = cursor.takeName('a list, a subquery or a view');
  const second = cursor.sees('.') ? (cursor.skip(), cursor.takeName('a view')) : undefined;
  if (cursor.seesAny('.', '(')) throw cursor.unexpected('a list, a subquery or a view');
  if (second === undefined && cursor.isInScope(first)) return cursor.writeName(first);
  const [database, name] = second === undefined ? [undefined, first] : [first, second];
  const relation = relationFor(cursor.relations, database, name);
  if (relation === undefined)
    throw refused(`${[first, second].filter((part) => part !== undefined).join('.')} is no view`);
  cursor.write(relation);
}

export function beginsQuery(cursor: Cursor): boolean {
  let ahead = 0;
  while (cursor.sees('(', ahead)) ahead++;
  return cursor.sees('SELECT', ahead) || (cursor.sees('WITH', ahead) && cursor.peek(ahead + 1).kind !== 'symbol');
}

function isLiteralWord(cursor: Cursor): boolean {
  const { kind, value } = cursor.peek();
  if (kind !== 'word') return false;
  const next = cursor.peek(1);
  const word = value.toUpperCase();
  if (['NULL', 'TRUE', 'FALSE', 'INF', 'NAN', 'CASE', 'INTERVAL'].includes(word)) return true;
  return (word === 'DATE' || word === 'TIMESTAMP') && next.kind === 'text';
}

function operand(cursor: Cursor): void {
  while (cursor.acceptAny('-', '+', 'NOT')) {
    // any number of signs
  }
  primary(cursor);
  for (;;) {
    if (cursor.accept('[')) {
      expression(cursor);
      cursor.expect(']');
    } else if (cursor.accept('::')) type(cursor);
    else if (cursor.sees('.') && cursor.peek(1).kind === 'number') {
      cursor.skip();
      cursor.writeDot();
      cursor.write(cursor.skip().value);
    } else return;
  }
}

function primary(cursor: Cursor): void {
  const { kind, value } = cursor.peek();
  if (kind === 'number') return cursor.write(cursor.skip().value);
  if (kind === 'text') return cursor.writeText(cursor.skip().value);
  if (cursor.accept('*')) return exceptColumns(cursor);
  if (cursor.accept('(')) return bracketed(cursor);
  if (cursor.accept('[')) {
    if (!cursor.sees(']')) cursor.list(() => expression(cursor));
    return cursor.expect(']');
  }
  if (cursor.sees('{')) return parameter(cursor);
  if (kind === 'word' && special(cursor, value.toUpperCase())) return;
  if (kind !== 'word' && kind !== 'name') throw cursor.unexpected('an expression');
  if (cursor.sees('(', 1)) return call(cursor);
  if (cursor.sees('->', 1)) return lambda(cursor, [cursor.takeName('a parameter')]);
  if (kind === 'word' && NOT_ALIASES.has(value.toUpperCase())) throw cursor.unexpected('an expression');
  column(cursor);
}

/** Words that begin a form of their own; true when one was read. */
function special(cursor: Cursor, word: string): boolean {
  if (['NULL', 'TRUE', 'FALSE', 'INF', 'NAN'].includes(word) && !cursor.sees('(', 1)) return cursor.accept(word);
  if (word === 'CASE') {
    caseOf(cursor);
    return true;
  }
  if (word === 'INTERVAL' && !cursor.sees('(', 1)) {
    interval(cursor);
    return true;
  }
  if ((word === 'DATE' || word === 'TIMESTAMP') && cursor.peek(1).kind === 'text') {
    cursor.accept(word);
    cursor.writeText(cursor.skip().value);
    return true;
  }
  if (word === 'EXISTS' && cursor.sees('(', 1)) {
    cursor.expect('EXISTS', '(');
    if (!beginsQuery(cursor)) throw cursor.unexpected('SELECT');
    cursor.subquery();
    return true;
  }
  if (!cursor.sees('(', 1)) return false;
  if (word === 'CAST') castCall(cursor);
  else if (word === 'EXTRACT' && UNITS.has(cursor.peek(2).value.toUpperCase()) && cursor.sees('FROM', 3)) {
    cursor.expect('EXTRACT', '(');
    cursor.write(cursor.skip().value.toUpperCase());
    cursor.expect('FROM');
    expression(cursor);
    cursor.expect(')');
  } else if (word === 'TRIM' && ['BOTH', 'LEADING', 'TRAILING'].some((side) => cursor.sees(side, 2))) {
    cursor.expect('TRIM', '(');
    cursor.acceptAny('BOTH', 'LEADING', 'TRAILING');
    if (cursor.peek().kind !== 'text') throw cursor.unexpected('a text');
    cursor.writeText(cursor.skip().value);
    cursor.expect('FROM');
    expression(cursor);
    cursor.expect(')');
  } else return false;
  return true;
}

/** After `(`: a subquery, an expression, a tuple, or the parameters of a lambda. */
function bracketed(cursor: Cursor): void {
  if (beginsQuery(cursor)) return cursor.subquery();
  const names = lambdaNames(cursor);
  if (names !== undefined) {
    for (let skipped = 0; skipped < names.length * 2; skipped++) cursor.skip();
    for (const [index, name] of names.entries()) {
      if (index > 0) cursor.write(',');
      cursor.writeName(name);
    }
    cursor.write(')');
    cursor.expect('->');
    return expression(cursor);
  }
  if (cursor.accept(')')) return;
  cursor.nested(() =>
    cursor.list(() => {
      if (!cursor.sees(')')) aliased(cursor); // `(1,)` is a tuple of one
    }),
  );
  cursor.expect(')');
}

/** `a, b) ->` ahead. */
function lambdaNames(cursor: Cursor): string[] | undefined {
  const names: string[] = [];
  for (let ahead = 0; ; ahead += 2) {
    const { kind, value } = cursor.peek(ahead);
    if (kind !== 'word' && kind !== 'name') return undefined;
    names.push(value);
    if (cursor.sees(')', ahead + 1)) return cursor.sees('->', ahead + 2) ? names : undefined;
    if (!cursor.sees(',', ahead + 1)) return undefined;
  }
}

function lambda(cursor: Cursor, names: readonly string[]): void {
  for (const name of names) cursor.writeName(name);
  cursor.expect('->');
  expression(cursor);
}

/** `column`, `table.column`, `database.table.column`, `table.*`. The database goes: a filtered view has none. */
function column(cursor: Cursor): void {
  const parts = [cursor.takeName('a column')];
  while (cursor.sees('.') && (cursor.peek(1).kind === 'word' || cursor.peek(1).kind === 'name')) {
    cursor.skip();
    parts.push(cursor.takeName('a column'));
  }
  const star = cursor.sees('.') && cursor.sees('*', 1);
  const [first, second] = parts;
  const qualified = first === 'system' || first === cursor.relations.database;
  const dropped =
    parts.length + (star ? 1 : 0) > 2 && qualified && relationFor(cursor.relations, first, second ?? '') !== undefined;
  const alias = dropped ? cursor.renamed.get(`${first}.${second}`) : undefined;
  const shown = alias === undefined ? parts.slice(dropped ? 1 : 0) : [alias, ...parts.slice(2)];
  for (const [index, part] of shown.entries()) {
    if (index > 0) cursor.writeDot();
    cursor.writeName(part);
  }
  if (!star) return;
  cursor.skip();
  cursor.writeDot();
  cursor.skip();
  cursor.write('*');
  exceptColumns(cursor);
}

/** `* EXCEPT (a, b)`; EXCEPT SELECT is a set operation. */
function exceptColumns(cursor: Cursor): void {
  if (cursor.seesAny('APPLY', 'REPLACE', 'COLUMNS')) throw cursor.unexpected();
  if (!cursor.sees('EXCEPT') || !cursor.sees('(', 1) || cursor.sees('SELECT', 2)) return;
  cursor.expect('EXCEPT', '(');
  cursor.list(() => cursor.writeName(cursor.takeName('a column')));
  cursor.expect(')');
}

function call(cursor: Cursor): void {
  const name = cursor.takeName('a function');
  if (!isAllowedFunction(name)) throw refused(`the function ${name.slice(0, 60)}`);
  cursor.write(name);
  argumentsOf(cursor, TAKES_UNIT.has(name.toLowerCase()));
  if (cursor.sees('(')) argumentsOf(cursor, false);
  if (cursor.sees('FILTER') && cursor.sees('(', 1)) {
    cursor.expect('FILTER', '(', 'WHERE');
    expression(cursor);
    cursor.expect(')');
  }
  if (cursor.seesInOrder('RESPECT', 'NULLS') || cursor.seesInOrder('IGNORE', 'NULLS')) {
    cursor.acceptAny('RESPECT', 'IGNORE');
    cursor.expect('NULLS');
  }
  if (!cursor.accept('OVER')) return;
  if (cursor.sees('(')) windowOf(cursor);
  else cursor.writeName(cursor.takeName('a window'));
}

function argumentsOf(cursor: Cursor, takesUnit: boolean): void {
  cursor.expect('(');
  if (cursor.accept(')')) return;
  cursor.accept('DISTINCT');
  const { kind, value } = cursor.peek();
  if (takesUnit && kind === 'word' && UNITS.has(value.toUpperCase()) && cursor.sees(',', 1)) {
    cursor.write(cursor.skip().value.toUpperCase());
    cursor.expect(',');
  }
  cursor.nested(() =>
    cursor.list(() => {
      if (beginsQuery(cursor) && !cursor.sees('(')) throw cursor.unexpected('an expression');
      aliased(cursor);
    }),
  );
  cursor.expect(')');
}

/** `( [PARTITION BY …] [ORDER BY …] [ROWS | RANGE …] )` */
export function windowOf(cursor: Cursor): void {
  cursor.expect('(');
  if (cursor.acceptInOrder('PARTITION', 'BY')) cursor.list(() => expression(cursor));
  if (cursor.acceptInOrder('ORDER', 'BY')) orderList(cursor);
  if (cursor.acceptAny('ROWS', 'RANGE')) {
    if (cursor.accept('BETWEEN')) {
      frameBound(cursor);
      cursor.expect('AND');
    }
    frameBound(cursor);
  }
  cursor.expect(')');
}

function frameBound(cursor: Cursor): void {
  if (cursor.acceptInOrder('CURRENT', 'ROW')) return;
  if (!cursor.accept('UNBOUNDED')) {
    if (cursor.peek().kind !== 'number') throw cursor.unexpected('a number');
    cursor.write(cursor.skip().value);
  }
  if (!cursor.acceptAny('PRECEDING', 'FOLLOWING')) throw cursor.unexpected('PRECEDING or FOLLOWING');
}

export function orderList(cursor: Cursor): void {
  cursor.list(() => {
    aliased(cursor);
    cursor.acceptAny('ASC', 'DESC', 'ASCENDING', 'DESCENDING');
    if (cursor.accept('NULLS') && !cursor.acceptAny('FIRST', 'LAST')) throw cursor.unexpected('FIRST or LAST');
    if (!cursor.acceptInOrder('WITH', 'FILL')) return;
    for (const part of ['FROM', 'TO', 'STEP']) if (cursor.accept(part)) expression(cursor);
  });
}

function caseOf(cursor: Cursor): void {
  cursor.expect('CASE');
  if (!cursor.sees('WHEN')) expression(cursor);
  while (cursor.accept('WHEN')) {
    expression(cursor);
    cursor.expect('THEN');
    expression(cursor);
  }
  if (cursor.accept('ELSE')) expression(cursor);
  cursor.expect('END');
}

function interval(cursor: Cursor): void {
  cursor.expect('INTERVAL');
  const { kind, value } = cursor.peek();
  if (kind === 'text' && /^\d{1,9} [A-Za-z]{3,8}$/.test(value)) return cursor.writeText(cursor.skip().value);
  operand(cursor);
  const unit = cursor.peek();
  if (unit.kind !== 'word' || !UNITS.has(unit.value.toUpperCase())) throw cursor.unexpected('a unit of time');
  cursor.write(cursor.skip().value.toUpperCase());
}

/** `CAST(x AS Type)` or `CAST(x, 'Type')`. */
function castCall(cursor: Cursor): void {
  cursor.expect('CAST', '(');
  expression(cursor);
  if (cursor.accept('AS')) type(cursor);
  else {
    cursor.expect(',');
    typeInText(cursor);
  }
  cursor.expect(')');
}
