import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readStatement, type InsertStatement, type PlainStatement } from './statement.js';
import { tokenAt, tokensOf } from './tokens.js';

const plain = (sql: string): PlainStatement => {
  const statement = readStatement(sql);
  if (statement.kind === 'insert') throw new Error('an insert with data');
  return statement;
};
const insert = (sql: string): InsertStatement => {
  const statement = readStatement(sql);
  if (statement.kind === 'plain') throw new Error('no insert with data');
  return statement;
};

describe('a statement', () => {
  it('is split at the FORMAT clause that ends it', () => {
    expect(plain('SELECT 1 FORMAT JSON')).toMatchObject({
      verb: 'SELECT',
      body: 'SELECT 1 ',
      tail: 'FORMAT JSON',
      format: 'JSON',
    });
    expect(plain('select 1 format CSV settings a=1;')).toMatchObject({
      tail: 'format CSV settings a=1',
      format: 'CSV',
    });
    expect(plain('SELECT format FROM t')).toMatchObject({
      body: 'SELECT format FROM t',
      tail: undefined,
      format: undefined,
    });
    expect(plain("SELECT 'FORMAT JSON'")).toMatchObject({ tail: undefined });
    expect(plain('SELECT format FORMAT JSON')).toMatchObject({ body: 'SELECT format ', format: 'JSON' });
    expect(plain('SELECT (SELECT 1 AS format) -- FORMAT CSV')).toMatchObject({ body: 'SELECT (SELECT 1 AS format)' });
  });

  it('has a verb and an object', () => {
    expect(plain(' /* x */ create temporary table t (a Int8)')).toMatchObject({ verb: 'CREATE', object: 'TEMPORARY' });
    expect(plain('(SELECT 1)')).toMatchObject({ verb: 'SELECT', object: '' });
  });

  it('stands alone', () => {
    for (const sql of ['SELECT 1; SELECT 2', 'SELECT 1;;x', ';', '', '-- nothing', '/* open']) {
      expect(() => readStatement(sql)).toThrow('(SYNTAX_ERROR)');
    }
    expect(plain("SELECT ';' AS `;` ; ; -- x").body).toBe("SELECT ';' AS `;`");
  });

  it('reads and writes no file of the server', () => {
    expect(() => readStatement("SELECT 1 INTO OUTFILE 'x'")).toThrow('INTO OUTFILE is not allowed');
    expect(() => readStatement("INSERT INTO t FROM INFILE 'x' FORMAT CSV")).toThrow('FROM INFILE is not allowed');
  });
});

describe('an insert', () => {
  it('tells where its data starts', () => {
    const cases: readonly (readonly [head: string, data: string, format: string])[] = [
      ['INSERT INTO t FORMAT CSV\n', '1,2', 'CSV'],
      ['INSERT INTO t FORMAT CSV\r\n', '\n1,2', 'CSV'],
      ['insert into t (a, b) format JSONEachRow ', '{"a":1}', 'JSONEachRow'],
      ['INSERT INTO t VALUES', ' (1)', 'Values'],
      ['INSERT INTO values VALUES', '(1)', 'Values'],
      ['INSERT INTO db.format FORMAT CSV\n', '1', 'CSV'],
      ['INSERT INTO t (format, `values`) FORMAT TSV\n', 'x', 'TSV'],
      ["INSERT INTO FUNCTION file('FORMAT CSV') FORMAT Native\n", '\0', 'Native'],
      ['INSERT INTO t SETTINGS a = 1 FORMAT RowBinary\n', 'SELECT', 'RowBinary'],
      ["INSERT INTO t SELECT x FROM input('x Int8') FORMAT CSV\n", '1', 'CSV'],
    ];
    for (const [head, data, format] of cases) {
      const found = insert(head + data);
      expect([head, found.dataAt, found.format]).toEqual([head, head.length, format]);
    }
  });

  it('from a SELECT has no data, even with a column called format', () => {
    expect(plain('INSERT INTO t SELECT format FROM u').verb).toBe('INSERT');
    expect(plain('INSERT INTO t SELECT 1').verb).toBe('INSERT');
  });

  it('can be told to read a file instead', () => {
    const squeezed = (sql: string): string => insert(sql).fromFile("'f'").replace(/\s+/g, ' ');
    expect(squeezed('INSERT INTO t (a) FORMAT CSV\n1')).toBe(
      "INSERT INTO t (a) FROM INFILE 'f' COMPRESSION 'none' FORMAT CSV",
    );
    expect(squeezed('INSERT INTO t SETTINGS a = 1 VALUES (1)')).toBe(
      "INSERT INTO t FROM INFILE 'f' COMPRESSION 'none' SETTINGS a = 1 FORMAT Values",
    );
    expect(squeezed("INSERT INTO t SELECT x + 1 FROM input('x Int8') WHERE x > 0 FORMAT CSV\n1")).toBe(
      "INSERT INTO t SELECT x + 1 FROM file('f', 'CSV', 'x Int8') WHERE x > 0 ",
    );
  });
});

describe('tokens', () => {
  it('cover a text without overlap, whatever it is', () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      '`',
      '\\',
      '(',
      ')',
      '[',
      ']',
      '--',
      '/*',
      '*/',
      '\n',
      '$',
      '$a$',
      ' ',
      'word',
      '1',
      ';',
      '#',
      '\0',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const sql = pieces.join('');
        let at = 0;
        for (let token = tokenAt(sql, 0); token !== undefined; token = tokenAt(sql, token.end)) {
          if (token.start < at || token.end <= token.start || token.end > sql.length) return false;
          at = token.end;
        }
        tokensOf(sql);
        return true;
      }),
      { numRuns: 500 },
    );
  });

  it('end a quoted text where ClickHouse does', () => {
    // Escaped by doubling, by a backslash, and a backslash that is itself escaped.
    for (const quoted of [
      "'a''b'",
      String.raw`'a\'b'`,
      String.raw`'a\\'`,
      '`a``b`',
      String.raw`'\\\''`,
      "$x$ ' $$ $x$",
    ]) {
      expect(tokenAt(`${quoted} rest`, 0)).toMatchObject({ kind: 'quoted', text: quoted });
    }
  });

  it('of a long statement are found in one go', () => {
    const sql = `SELECT 1 WHERE x IN (${"'it''s', ".repeat(300_000)}'end') FORMAT CSV`;
    expect(plain(sql).format).toBe('CSV');
  });
});
