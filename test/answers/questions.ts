import { join } from 'node:path';
import { type Analytics } from '#analytics';
import { type Level, formatDay, parseDay } from '#vocabulary';
import type { Engine } from '#warehouse';
import { type Comparison, compareLines, readTable } from './tables.js';

const wide = (dataset: string): { dataset: string; from: number; to: number } => ({
  dataset,
  from: 0,
  to: parseDay('2050-01-01')!,
});

/** A region's value as the answers write it: empty when no number is in it. */
const regionValue = (value: number, reported: number): string => (reported > 0 ? String(value) : '');
/** A facility's value as the answers write it. */
const factOf = ([value, reported, suppressed]: readonly [number, number, number]): string =>
  reported > 0 ? String(value) : suppressed > 0 ? 'suppressed' : 'missing';

type Cell = [string, string, string, string, string, number, number, number];

/** Every cell of one level, straight from the views that analysts see. */
async function cellsOf(engine: Engine, dataset: string, level: Level): Promise<Cell[]> {
  const rows = await engine.rows<[string, string, string, string, string, string, string, string]>(
    `SELECT level, region, category, flag, toString(day), v, n, s FROM (
       SELECT level, region, day, argMax((category, flag, value, reported, suppressed), rev) AS newest FROM rollups
       WHERE dataset = {dataset:String} AND level = {level:String} GROUP BY level, region, day)
     ARRAY JOIN newest.1 AS category, newest.2 AS flag, newest.3 AS v, newest.4 AS n, newest.5 AS s`,
    { dataset, level },
  );
  return rows.map(([, region, category, flag, day, v, n, s]) => [
    level,
    region,
    category,
    flag,
    day,
    Number(v),
    Number(n),
    Number(s),
  ]);
}

export async function compareCounts(engine: Engine, dataset: string, answers: string): Promise<Comparison> {
  const expected = readTable(join(answers, 'counts.csv')).filter(({ feed }) => feed === dataset);
  const found = await cellsOf(engine, dataset, 'facility');
  return compareLines(
    `${dataset} counts`,
    expected.map((r) => [r['facility'], r['category'], r['flag'], r['day'], r['value']].join()),
    found.map(([, facility, category, flag, day, v, n, s]) =>
      [facility, category, flag, day, factOf([v, n, s])].join(),
    ),
  );
}

export async function compareRegions(engine: Engine, dataset: string, answers: string): Promise<Comparison> {
  const expected = readTable(join(answers, 'regions.csv')).filter(({ feed }) => feed === dataset);
  const found: string[] = [];
  for (const level of ['zip', 'county', 'state'] as const) {
    const rows = await engine.rows<[string, string, string, string, string, string, string, string]>(
      `SELECT region, category, flag, toString(day), v, n, s, m FROM (
         SELECT region, day, argMax((category, flag, value, reported, suppressed, missing), rev) AS newest FROM rollups
         WHERE dataset = {dataset:String} AND level = {level:String} GROUP BY region, day)
       ARRAY JOIN newest.1 AS category, newest.2 AS flag, newest.3 AS v, newest.4 AS n, newest.5 AS s, newest.6 AS m`,
      { dataset, level },
    );
    for (const [region, category, flag, day, v, n, s, m] of rows) {
      found.push([level, region, category, flag, day, regionValue(Number(v), Number(n)), s, m].join());
    }
  }
  const line = (r: Record<string, string>): string =>
    [r['level'], r['region'], r['category'], r['flag'], r['day'], r['value'], r['suppressed'], r['missing']].join();
  return compareLines(`${dataset} regions`, expected.map(line), found);
}

export async function compareEventRegions(engine: Engine, dataset: string, answers: string): Promise<Comparison> {
  const expected = readTable(join(answers, 'regions_by_event.csv')).filter(({ feed }) => feed === dataset);
  const found = await cellsOf(engine, dataset, 'event_zip');
  return compareLines(
    `${dataset} regions by event`,
    expected.map((r) => [r['zip'], r['category'], r['flag'], r['day'], r['value']].join()),
    found.map(([, zip, category, flag, day, v]) => [zip, category, flag, day, v].join()),
  );
}

/** Through the port that the doors use: total and flags as of the instants of the answers. */
export async function compareAsOf(analytics: Analytics, dataset: string, answers: string): Promise<Comparison> {
  const expected = readTable(join(answers, 'counts_asof.csv')).filter(({ feed }) => feed === dataset);
  const found: string[] = [];
  const instants = [...new Set(expected.map((row) => row['as_of']!))];
  for (const instant of instants) {
    const rows = expected.filter((row) => row['as_of'] === instant);
    const regions = [...new Set(rows.map((row) => row['facility']!))].map((code) => ({
      level: 'facility' as const,
      code,
    }));
    const days = rows.map((row) => parseDay(row['day']!)!);
    const from = days.reduce((a, b) => Math.min(a, b));
    const to = days.reduce((a, b) => Math.max(a, b));
    const categories = [...new Set(rows.map((row) => row['category']!))];
    const wanted = new Set(rows.map((r) => [r['facility'], r['category'], r['flag'], r['day']].join()));
    for (const flag of new Set(rows.map((row) => row['flag']!))) {
      for (const group of chunks(regions, Math.max(1, Math.floor(900 / categories.length)))) {
        const { series } = await analytics.series({
          dataset,
          categories,
          regions: group,
          from,
          to,
          flag,
          asOf: Date.parse(instant),
        });
        for (const { region, category, total, status } of series) {
          for (const [i, value] of total.entries()) {
            const day = formatDay(from + i);
            const key = [region.code, category, flag, day].join();
            const fact = status[i] === 'reported' ? String(value) : status[i]!;
            // What is absent from the answers must be nothing here: missing, or the zero that absence means.
            if (wanted.has(key) || (fact !== 'missing' && fact !== '0')) found.push(`${instant},${key},${fact}`);
          }
        }
      }
    }
  }
  const line = (r: Record<string, string>): string =>
    [r['as_of'], r['facility'], r['category'], r['flag'], r['day'], r['value']].join();
  return compareLines(`${dataset} counts as of ${instants.length} instants`, expected.map(line), found);
}

function* chunks<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size);
}

/** Through the port: reporting and participating, on the days that occur. */
export async function compareCompleteness(analytics: Analytics, dataset: string, answers: string): Promise<Comparison> {
  const expected = readTable(join(answers, 'completeness.csv')).filter(({ feed }) => feed === dataset);
  const days = new Set(expected.map((row) => row['day']!));
  const sorted = [...days].sort();
  const found: string[] = [];
  for (const level of ['zip', 'county', 'state'] as const) {
    const codes: string[] = [];
    for (let cursor: string | undefined; ;) {
      const { items, next } = await analytics.regions({ dataset, level, limit: 1000, cursor });
      codes.push(...items.map(({ region }) => region.code));
      if (next === null) break;
      cursor = next;
    }
    const { from, to } = { ...wide(dataset), from: parseDay(sorted[0]!)!, to: parseDay(sorted.at(-1)!)! };
    for (const group of chunks(codes, 200)) {
      const answer = await analytics.completeness({
        dataset,
        regions: group.map((code) => ({ level, code })),
        from,
        to,
      });
      for (const { region, days: list } of answer.regions) {
        for (const { day, reporting, participating } of list) {
          const text = formatDay(day);
          if (participating > 0 && days.has(text))
            found.push([level, region.code, text, reporting, participating].join());
        }
      }
    }
  }
  const line = (r: Record<string, string>): string =>
    [r['level'], r['region'], r['day'], r['reporting'], r['participating']].join();
  return compareLines(`${dataset} completeness`, expected.map(line), found);
}

/** Our codes in the words of the answers. */
const REASONS: Readonly<Record<string, string>> = {
  ARCHIVE_TRUNCATED: 'truncated',
  ARCHIVE_WRONG_PASSWORD: 'wrong-password',
  ARCHIVE_CHECKSUM: 'bad-checksum',
  ARCHIVE_NESTED: 'nested-archive',
  ARCHIVE_UNSAFE_NAME: 'unsafe-name',
  FILE_CONFLICT_MARKERS: 'conflict-markers',
  FILE_COLUMN_MISSING: 'missing-column',
  VALUE_NEGATIVE: 'negative-count',
  VALUE_NOT_A_NUMBER: 'non-numeric-count',
  VALUE_BAD_DATE: 'bad-date',
};

/** Every refused file and record, by the path it was sent under. */
export async function compareRejected(
  engine: Engine,
  { dataset, answers, pathOf }: { dataset: string; answers: string; pathOf: ReadonlyMap<string, string> },
): Promise<Comparison> {
  const expected = readTable(join(answers, 'rejected.csv')).filter(({ feed }) => feed === dataset);
  const rows = await engine.rows<[string, string, number, string, string]>(
    `SELECT submission, facility, record, field, code FROM row_faults FINAL
     INNER JOIN (SELECT submission, any(facility) AS facility, any(feed) AS feed FROM ledger GROUP BY submission) AS ledger USING submission
     WHERE feed = {dataset:String}`,
    { dataset },
  );
  const line = (r: Record<string, string>): string =>
    [r['path'], r['facility'], r['scope'], r['record'], r['field'], r['reason']].join();
  return compareLines(
    `${dataset} rejected`,
    expected.map(line),
    rows.map(([submission, facility, record, field, code]) => {
      const scope = record === 0 ? ['file', '', ''] : ['row', record, field];
      return [pathOf.get(submission) ?? submission, facility, ...scope, REASONS[code] ?? code].join();
    }),
  );
}

/** Children add up to their parent at every level, category, flag and day, unknown regions included. */
export async function compareDrillDown(engine: Engine, dataset: string): Promise<Comparison> {
  const totals = await engine.rows<[string, string]>(
    `SELECT level, toString(cityHash64(groupArray(line))) FROM (
       SELECT level, concat(toString(day), category, flag, toString(sum(v)), ',', toString(sum(n)), ',', toString(sum(s)), ',', toString(sum(m))) AS line FROM (
         SELECT level, region, day, argMax((category, flag, value, reported, suppressed, missing), rev) AS newest FROM rollups
         WHERE dataset = {dataset:String} AND level != 'event_zip' GROUP BY level, region, day)
       ARRAY JOIN newest.1 AS category, newest.2 AS flag, newest.3 AS v, newest.4 AS n, newest.5 AS s, newest.6 AS m
       GROUP BY level, day, category, flag ORDER BY level, day, category, flag)
     GROUP BY level ORDER BY level`,
    { dataset },
  );
  const nation = totals.find(([level]) => level === 'nation')?.[1] ?? '';
  const levels = ['county', 'facility', 'hhs', 'nation', 'state', 'zip'];
  return compareLines(
    `${dataset} drill-down`,
    levels.map((level) => `${level} ${nation}`),
    totals.map((row) => row.join(' ')),
  );
}
