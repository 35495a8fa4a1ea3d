import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BellwetherError } from '#vocabulary';
import { HOSTILE } from '../hostile.fixture.js';
import { READABLE } from '../readable.fixture.js';
import { checkStatement, type Checked } from './check-statement.js';
import type { Relations } from './relations.js';

const RELATIONS: Relations = {
  database: 'bellwether_views',
  views: ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'],
  filters: {},
};
const check = (statement: string, relations = RELATIONS): Checked => checkStatement(statement, relations);
const refusal = (statement: string): string | undefined => {
  try {
    check(statement);
    return undefined;
  } catch (error) {
    if (error instanceof BellwetherError && error.code === 'SQL_REFUSED') return error.detail;
    throw error;
  }
};

/** What a change of case or spaces makes of some of them: system.tables as it may be read, a name of no view, one comment. */
const TURNED_HARMLESS = /system\.tables|WITH REGION_DAILY|WITH `FACILITIES`|^\/\* \/\*\*\/ SELECT \/\*\*\/ 1$/;

describe('the statements that are refused', () => {
  it('are at least five hundred, and none of them passes', () => {
    expect(HOSTILE.length).toBeGreaterThan(500);
    expect(HOSTILE.filter((statement) => refusal(statement) === undefined)).toEqual([]);
  });

  it('are refused in capitals, in small letters, and with comments between the words, too', () => {
    const variants = HOSTILE.filter((statement) => statement.length < 1_000).flatMap((statement) => [
      statement.toUpperCase(),
      statement.toLowerCase(),
      statement.replaceAll(' ', ' /**/ '),
      `/* SELECT 1 */ ${statement} -- FORMAT CSV`,
    ]);
    expect(
      variants.filter((statement) => refusal(statement) === undefined && !TURNED_HARMLESS.test(statement)),
    ).toEqual([]);
  });

  it.each([
    [`SELECT file('/etc/passwd')`, 'the function file'],
    [`SELECT * FROM url('http://x')`, 'the table function url'],
    ['SELECT * FROM bellwether.slots', 'bellwether.slots is no view'],
    ['SELECT 1 SETTINGS readonly=0', 'found SETTINGS, expected the end'],
    [`SELECT 1 INTO OUTFILE 'x'`, 'found INTO, expected the end'],
    ['KILL QUERY WHERE 1', 'found KILL, expected SELECT'],
    ['SELECT 1 FORMAT Template', 'the format Template'],
    [`SELECT 'a'::JSON`, 'the type JSON'],
  ])('%s names the offending token', (statement, detail) => {
    expect(refusal(statement)).toBe(detail);
  });

  it('are told apart in no time, whatever they are made of', () => {
    const pieces = [
      ...[
        'SELECT',
        'FROM',
        '(',
        ')',
        ',',
        '.',
        '*',
        "'",
        '"',
        '`',
        '--',
        '/*',
        '*/',
        ';',
        '{',
        '}',
        ':',
        '->',
        '::',
        '[',
        ']',
        '\\',
        '\n',
      ],
      ...[
        'WITH',
        'AS',
        'IN',
        'NOT',
        'UNION',
        'ALL',
        'EXCEPT',
        'JOIN',
        'ON',
        'CASE',
        'WHEN',
        'END',
        'INTERVAL',
        'BETWEEN',
        'AND',
        'OVER',
      ],
      ...[
        'region_daily',
        'facilities',
        'bellwether',
        'secret',
        'file',
        'count',
        'day',
        '1',
        'x',
        'system',
        'tables',
        'FORMAT',
        'CSV',
        '?',
      ],
    ];
    const soup = fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((words) => `SELECT ${words.join(' ')}`);
    fc.assert(
      fc.property(soup, (statement) => {
        const detail = refusal(statement); // throws nothing else, and ends
        return detail === undefined || detail.length < 300;
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the statement that goes on', () => {
  it('is rebuilt: names quoted, texts escaped, comments gone, relations whole', () => {
    expect(check(`select Day d, 'it''s \\'so\\'\\n' -- x\n from region_daily /* y */ limit 5;`)).toEqual({
      sql: "SELECT `Day` AS `d` , 'it\\'s \\'so\\'\n' FROM `bellwether_views`.`region_daily` AS `region_daily` LIMIT 5",
      format: undefined,
    });
    expect(check('SELECT 1 FORMAT JSON').format).toBe('JSON');
  });

  it('can be read again, to the same statement', () => {
    for (const statement of READABLE) {
      const { sql } = check(statement);
      if (/system\./.test(sql) || !/^(SELECT|WITH|\()/i.test(statement)) continue; // what stands for them is not for callers
      expect(check(sql).sql).toBe(sql);
    }
  });

  it('holds a text as it was meant, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        fc.pre(!text.includes('\0'));
        const written = `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
        const { sql } = check(`SELECT ${written}`);
        // An independent reader: everything between the first and the last quote, unescaped.
        const inside = sql.slice('SELECT '.length + 1, -1).replace(/\\(.)/gs, '$1');
        return sql.endsWith("'") && inside === text && !/(^|[^\\])(\\\\)*'/.test(sql.slice('SELECT '.length + 1, -1));
      }),
      { numRuns: 500 },
    );
  });

  it('reads a view under the filter of the reader, wherever it stands', () => {
    const filters = { region_daily: "`dataset` = 'ed'" };
    const { sql } = check(
      `WITH w AS (SELECT * FROM region_daily) SELECT bellwether_views.region_daily.day FROM bellwether_views.region_daily
       JOIN w ON 1 WHERE day IN region_daily AND 1 IN (SELECT 1 FROM facilities UNION ALL SELECT 1 FROM region_daily r)`,
      { ...RELATIONS, filters },
    );
    const reads = sql.split('`bellwether_views`.`region_daily`').length - 1;
    const filtered = sql.split("(SELECT * FROM `bellwether_views`.`region_daily` WHERE `dataset` = 'ed')").length - 1;
    expect([reads, filtered]).toEqual([4, 4]);
    expect(sql).toContain('SELECT `region_daily`.`day` FROM');
  });
});

describe('the statements of analysts and their tools', () => {
  it.each(READABLE)('%s', (statement) => {
    expect(refusal(statement)).toBeUndefined();
  });
});
