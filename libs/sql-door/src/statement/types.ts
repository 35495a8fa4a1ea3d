import type { Cursor } from './cursor.js';
import { isAllowedType } from './functions.js';
import { refused } from './tokens.js';

/** `Nullable(Decimal(9, 2))`, `DateTime('UTC')`, `Enum8('a' = 1)`. */
export function type(cursor: Cursor): void {
  cursor.nested(() => {
    const name = cursor.takeName('a type');
    if (!isAllowedType(name)) throw refused(`the type ${name.slice(0, 60)}`);
    cursor.write(name);
    if (!cursor.accept('(')) return;
    cursor.list(() => {
      const { kind } = cursor.peek();
      if (kind === 'number') cursor.write(cursor.skip().value);
      else if (kind === 'text') {
        cursor.writeText(cursor.skip().value);
        if (!cursor.accept('=')) return;
        cursor.accept('-');
        if (cursor.peek().kind !== 'number') throw cursor.unexpected('a number');
        cursor.write(cursor.skip().value);
      } else type(cursor);
    });
    cursor.expect(')');
  });
}

/** `{name:Type}`: the value comes beside the statement, and is never read as SQL. */
export function parameter(cursor: Cursor): void {
  cursor.expect('{');
  const name = cursor.takeName('the name of a parameter');
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name)) throw refused('the name of a parameter');
  cursor.write(name);
  cursor.expect(':');
  type(cursor);
  cursor.expect('}');
}

/** `'Nullable(UInt8)'`: a type as a text, held to the same list. */
export function typeInText(cursor: Cursor): void {
  if (cursor.peek().kind !== 'text') throw cursor.unexpected('a type');
  const written = cursor.skip().value;
  const inner = cursor.within(written);
  type(inner);
  if (inner.peek().kind !== 'end') throw inner.unexpected('the end of the type');
  cursor.writeText(written);
}
