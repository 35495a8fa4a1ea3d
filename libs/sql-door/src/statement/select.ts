import type { Cursor } from './cursor.js';
import { alias, aliased, beginsQuery, expression, orderList, windowOf } from './expression.js';
import { relationFor } from './relations.js';
import { refused } from './tokens.js';

/** A whole query: WITH, SELECTs joined by UNION and kin, brackets around them. */
export function query(cursor: Cursor): void {
  cursor.scopes.push(new Set());
  const named = withClause(cursor);
  if (named || !cursor.accept('(')) select(cursor);
  else cursor.subquery();
  while (cursor.seesAny('UNION', 'EXCEPT', 'INTERSECT')) {
    cursor.acceptAny('UNION', 'EXCEPT', 'INTERSECT');
    cursor.acceptAny('ALL', 'DISTINCT');
    if (cursor.accept('(')) cursor.subquery();
    else cursor.nested(() => (withClause(cursor), select(cursor)));
  }
  cursor.scopes.pop();
}

function withClause(cursor: Cursor): boolean {
  if (!cursor.accept('WITH')) return false;
  if (cursor.sees('RECURSIVE')) throw cursor.unexpected();
  cursor.list(() => {
    const { kind } = cursor.peek();
    if ((kind !== 'word' && kind !== 'name') || !cursor.sees('AS', 1) || !cursor.sees('(', 2)) return aliased(cursor);
    const name = cursor.takeName('a name');
    // Else a reader of a view under a filter might reach the view itself, where we and the engine disagree on scopes.
    if (cursor.relations.views.includes(name)) throw refused(`WITH ${name}: the name of a view`);
    cursor.writeName(name);
    cursor.expect('AS', '(');
    if (!beginsQuery(cursor)) throw cursor.unexpected('SELECT');
    cursor.subquery();
    // Not before: inside its own query the name is still the view.
    cursor.scopes.at(-1)?.add(name);
  });
  return true;
}

function select(cursor: Cursor): void {
  cursor.expect('SELECT');
  if (cursor.accept('DISTINCT') && cursor.accept('ON')) {
    cursor.expect('(');
    cursor.list(() => expression(cursor));
    cursor.expect(')');
  }
  cursor.accept('ALL');
  if (cursor.sees('TOP') && cursor.peek(1).kind === 'number') {
    cursor.expect('TOP');
    count(cursor);
  }
  cursor.list(() => aliased(cursor));
  if (cursor.accept('FROM')) from(cursor);
  if (cursor.accept('WHERE')) expression(cursor);
  if (cursor.acceptInOrder('GROUP', 'BY')) groupBy(cursor);
  if (cursor.accept('HAVING')) expression(cursor);
  if (cursor.accept('WINDOW')) {
    cursor.list(() => {
      cursor.writeName(cursor.takeName('a window'));
      cursor.expect('AS');
      windowOf(cursor);
    });
  }
  if (cursor.accept('QUALIFY')) expression(cursor);
  if (cursor.acceptInOrder('ORDER', 'BY') && !cursor.accept('ALL')) orderList(cursor);
  limits(cursor);
}

function groupBy(cursor: Cursor): void {
  if (cursor.acceptInOrder('GROUPING', 'SETS')) {
    cursor.expect('(');
    cursor.list(() => expression(cursor));
    cursor.expect(')');
  } else if (!cursor.accept('ALL')) cursor.list(() => expression(cursor));
  while (cursor.sees('WITH') && ['ROLLUP', 'CUBE', 'TOTALS'].some((word) => cursor.sees(word, 1))) {
    cursor.expect('WITH');
    cursor.acceptAny('ROLLUP', 'CUBE', 'TOTALS');
  }
}

/** LIMIT n [OFFSET m] | LIMIT m, n | LIMIT n BY …; OFFSET n ROWS; FETCH FIRST n ROWS ONLY. */
function limits(cursor: Cursor): void {
  while (cursor.accept('LIMIT')) {
    count(cursor);
    if (cursor.acceptAny(',', 'OFFSET')) count(cursor);
    if (cursor.accept('BY')) cursor.list(() => expression(cursor));
    cursor.acceptInOrder('WITH', 'TIES');
  }
  if (cursor.accept('OFFSET')) {
    count(cursor);
    cursor.acceptAny('ROWS', 'ROW');
  }
  if (!cursor.accept('FETCH')) return;
  if (!cursor.acceptAny('FIRST', 'NEXT')) throw cursor.unexpected('FIRST');
  count(cursor);
  if (!cursor.acceptAny('ROWS', 'ROW')) throw cursor.unexpected('ROWS');
  if (!cursor.acceptInOrder('WITH', 'TIES')) cursor.expect('ONLY');
}

function count(cursor: Cursor): void {
  if (cursor.peek().kind === 'number') cursor.write(cursor.skip().value);
  else if (cursor.sees('{')) expression(cursor);
  else throw cursor.unexpected('a number');
}

const JOIN_WORDS = ['GLOBAL', 'ANY', 'ALL', 'ASOF', 'SEMI', 'ANTI', 'INNER', 'LEFT', 'RIGHT', 'FULL', 'OUTER', 'CROSS'];

function from(cursor: Cursor): void {
  table(cursor);
  for (;;) {
    if (cursor.accept(',')) table(cursor);
    else if (cursor.seesInOrder('ARRAY', 'JOIN') || cursor.seesInOrder('LEFT', 'ARRAY', 'JOIN')) {
      cursor.accept('LEFT');
      cursor.expect('ARRAY', 'JOIN');
      cursor.list(() => aliased(cursor));
    } else if (cursor.seesAny('JOIN', ...JOIN_WORDS)) join(cursor);
    else return;
  }
}

function join(cursor: Cursor): void {
  while (cursor.acceptAny(...JOIN_WORDS)) {
    // the engine knows which of them go together
  }
  cursor.expect('JOIN');
  table(cursor);
  if (cursor.accept('ON')) expression(cursor);
  else if (cursor.accept('USING')) {
    const bracket = cursor.accept('(');
    cursor.list(() => cursor.writeName(cursor.takeName('a column')));
    if (bracket) cursor.expect(')');
  }
}

/** `VALUES ((1, 'a'), (2, NULL))`, as the JDBC driver writes it: rows of literals, without a structure. */
function rows(cursor: Cursor): void {
  cursor.expect('VALUES', '(');
  cursor.list(() => {
    cursor.expect('(');
    cursor.list(() => literal(cursor));
    cursor.expect(')');
  });
  cursor.expect(')');
}

function literal(cursor: Cursor): void {
  cursor.accept('-');
  const { kind, value } = cursor.peek();
  if (kind === 'number') cursor.write(cursor.skip().value);
  else if (kind === 'text') cursor.writeText(cursor.skip().value);
  else if (!cursor.acceptAny('NULL', 'TRUE', 'FALSE')) throw refused(`${value.slice(0, 60)} in a row of VALUES`);
}

/** A view, a name given by WITH, a subquery, or joined tables in brackets; a name before a bracket is a table function. */
function table(cursor: Cursor): void {
  if (cursor.accept('(')) {
    if (beginsQuery(cursor)) cursor.subquery();
    else {
      cursor.nested(() => from(cursor));
      cursor.expect(')');
    }
    alias(cursor);
    return;
  }
  if (cursor.seesInOrder('VALUES', '(', '(')) {
    rows(cursor);
    alias(cursor);
    return;
  }
  const first = cursor.takeName('a view');
  const second = cursor.sees('.') ? (cursor.skip(), cursor.takeName('a view')) : undefined;
  const written = second === undefined ? first : `${first}.${second}`;
  if (cursor.sees('(')) throw refused(`the table function ${written.slice(0, 60)}`);
  if (cursor.sees('.')) throw cursor.unexpected('a view');
  if (second === undefined && cursor.isInScope(first)) {
    cursor.writeName(first);
    alias(cursor);
    return;
  }
  const [database, name] = second === undefined ? [undefined, first] : [first, second];
  const relation = relationFor(cursor.relations, database, name);
  if (relation === undefined) throw refused(`${written.slice(0, 120)} is no view`);
  cursor.write(relation);
  const given = alias(cursor);
  if (given !== undefined) {
    if (database !== undefined) cursor.renamed.set(`${database}.${name}`, given);
    return;
  }
  if (database !== undefined) cursor.renamed.delete(`${database}.${name}`);
  cursor.write('AS');
  cursor.writeName(name);
}
