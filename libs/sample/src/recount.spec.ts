import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { configure, Uint8ArrayReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { parse } from 'csv-parse/sync';
import { loadConfiguration } from '#registry';
import { parseDay } from '#vocabulary';
import { type GeneratedSample, generateSample, SMALL_SAMPLE } from './index.js';

configure({ useWebWorkers: false });

/**
 * A slow reader of the sample that shares nothing with its writer: archives by zip.js and zlib, rows by csv-parse, the
 * meaning of columns and codes from the feeds' documentation as it is repeated here and from config/codes.
 */

type Row = Record<string, string>;
interface Stated {
  facility: string;
  day: string;
  /** '' when the code is not known. */
  category: string;
  flag: string;
  value: string;
}

const codes = (id: string): Map<string, Row> =>
  new Map(
    parse<Row>(readFileSync(`config/codes/${id}.csv`), { columns: true }).map((row) => [
      Object.values(row)[0] ?? '',
      row,
    ]),
  );
const syndromes = codes('syndromes');
const dispositions = codes('dispositions');
const measures = codes('bed-measures');
const departments = codes('retail-departments');
const groups = codes('retail-groups');
const fixed = parse<Row>(readFileSync('config/codes/fixed-columns.csv'), { columns: true });

const dashed = (text = ''): string => text.replace(/^(....)(..)(..)$/, '$1-$2-$3');
const american = (text = ''): string => {
  const [month = '', day = '', year = ''] = text.split('/');
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`;
};
const slices = (feed: string, text: string): Row[] =>
  text
    .split(/\r?\n/)
    .filter((line) => line !== '')
    .map((line) =>
      Object.fromEntries(
        fixed
          .filter((column) => column['feed'] === feed)
          .map((column) => {
            const start = Number(column['start']) - 1;
            return [column['column'] ?? '', line.slice(start, start + Number(column['width'])).trim()];
          }),
      ),
    );
const table = (text: string, delimiter: string): Row[] => parse<Row>(text, { columns: true, delimiter });
const known = (category: string): string =>
  'cough-cold antifever-adult antifever-pediatric antidiarrheal electrolytes-pediatric thermometers throat-lozenges allergy'
    .split(' ')
    .includes(category)
    ? category
    : '';

const visit = (facility = '', day = '', syndrome = '', disposition = '', value = ''): Stated => ({
  facility,
  day,
  category: syndromes.get(syndrome)?.['syndrome'] ?? '',
  flag: dispositions.get(disposition)?.['flag'] ?? '',
  value,
});
const bed = (facility = '', day = '', measure = '', value = ''): Stated => ({
  facility,
  day,
  category: measures.get(measure)?.['category'] ?? '',
  flag: measures.get(measure)?.['flag'] ?? '',
  value,
});

const READERS: Record<string, (text: string) => Stated[]> = {
  'retail-csv': (text) =>
    table(text, ',').map((r) => ({
      facility: r['store'] ?? '',
      day: r['sale_date'] ?? '',
      category: known(r['category'] ?? ''),
      flag: r['promotion'] ?? '',
      value: r['units'] ?? '',
    })),
  'retail-pipe': (text) =>
    table(text, '|').map((r) => ({
      facility: r['STORE'] ?? '',
      day: american(r['DATE']),
      category: departments.get(r['DEPT'] ?? '')?.['category'] ?? '',
      flag: r['PROMO'] || 'U',
      value: r['QTY'] ?? '',
    })),
  'retail-fixed': (text) =>
    slices('retail-fixed', text).map((r) => ({
      facility: r['store'] ?? '',
      day: dashed(r['date']),
      category: groups.get(r['group'] ?? '')?.['category'] ?? '',
      flag: r['promotion'] ?? '',
      value: r['units'] ?? '',
    })),
  'ed-csv': (text) =>
    table(text, ',').map((r) => visit(r['facility'], r['visit_date'], r['syndrome'], r['disposition'], r['visits'])),
  'ed-pipe': (text) => table(text, '|').map((r) => visit(r['site'], dashed(r['day']), r['syn'], r['disp'], r['n'])),
  'ed-fixed': (text) =>
    slices('ed-fixed', text).map((r) =>
      visit(r['site'], dashed(r['date']), r['syndrome'], r['disposition'], r['visits']),
    ),
  'beds-wide': (text) =>
    table(text, ',').flatMap((r) =>
      [...measures.keys()].filter((key) => r[key] !== '').map((key) => bed(r['hospital'], r['date'], key, r[key])),
    ),
  'beds-long': (text) => table(text, '|').map((r) => bed(r['hospital'], r['census_date'], r['measure'], r['beds'])),
};

const DATASETS: Record<string, string> = { retail: 'otc-sales', ed: 'ed-visits', beds: 'hospital-beds' };
const datasetOf = (feed: string): string => DATASETS[feed.split('-')[0] ?? ''] ?? '';

async function membersOf(file: string, password: string | undefined): Promise<string[]> {
  const bytes = readFileSync(file);
  if (file.endsWith('.gz')) return [gunzipSync(bytes).toString()];
  if (!file.endsWith('.zip')) return [bytes.toString()];
  const reader = new ZipReader(new Uint8ArrayReader(bytes), {
    checkSignature: true,
    ...(password === undefined ? {} : { password }),
  });
  const texts: string[] = [];
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) texts.push(Buffer.from(await entry.getData(new Uint8ArrayWriter())).toString());
  }
  return texts;
}

describe('the archives of a sample, read back by a reader of its own', () => {
  const folder = mkdtempSync(join(tmpdir(), 'sample-'));
  const refused: string[] = [];
  /** dataset, category, flag, year → what is stated in the end */
  const totals = new Map<string, { sum: number; suppressed: number; missing: number }>();
  const reporting = new Map<string, Set<string>>();
  /** dataset, facility, day → cells */
  const slots = new Map<string, { order: number; cells: Map<string, string> }>();
  let rowErrors = 0;
  let rows = 0;
  let made: GeneratedSample;

  beforeAll(async () => {
    const today = parseDay('2026-11-21') ?? NaN;
    made = await generateSample({
      folder,
      today,
      seed: 7,
      threads: 0,
      geography: loadConfiguration('config').crosswalk.zips(),
      ...SMALL_SAMPLE,
    });
    const passwords = new Map(
      parse<Row>(readFileSync(join(folder, 'secrets/passwords.csv')), { columns: true }).map((row) => [
        row['sender'],
        row['password'],
      ]),
    );
    const manifest = parse<Row>(readFileSync(made.manifest), { columns: true });
    const visits = new Map<string, { version: number; key: string; cell: string }>();
    for (const { arrival_time: arrival = '', path = '', feed = '' } of manifest) {
      const [, sender, version] = /^([^_]+)_[^_]+_v(\d+)/.exec(basename(path)) ?? [];
      let texts: string[];
      try {
        texts = await membersOf(join(folder, path), passwords.get(sender));
      } catch {
        refused.push(path);
        continue;
      }
      if (feed === 'ed-visit-records') {
        for (const text of texts) {
          const attribute = (pattern: RegExp): string => pattern.exec(text)?.[1] ?? '';
          const { category, flag } = visit(
            '',
            '',
            attribute(/<complaint code="(\w+)"/),
            attribute(/<disposition code="(\w)"/),
          );
          const key = `ed-visits|${attribute(/<facility code="(\w+)"/)}|${attribute(/<arrived>(.{10})T/)}`;
          const id = attribute(/<visit id="([^"]+)"/);
          const of = Number(attribute(/version="(\d+)">/));
          if (of > (visits.get(id)?.version ?? 0)) visits.set(id, { version: of, key, cell: `${category}|${flag}` });
        }
        rows += texts.length;
        continue;
      }
      const stated = texts.flatMap((text) => READERS[feed]?.(text) ?? []);
      rows += feed === 'beds-wide' ? new Set(stated.map(({ facility, day }) => facility + day)).size : stated.length;
      const order = Number(version) * 1e14 + Date.parse(arrival);
      const fresh = new Map<string, Map<string, string>>();
      for (const { facility, day, category, flag, value } of stated) {
        const isValue = /^\d+$/.test(value) || (feed.startsWith('beds') && ['NA', '-999999'].includes(value));
        if (!facility || parseDay(day) === undefined || !category || !flag || !isValue) {
          rowErrors++;
          continue;
        }
        const key = `${datasetOf(feed)}|${facility}|${day}`;
        const cells = fresh.get(key) ?? new Map<string, string>();
        fresh.set(key, cells.set(`${category}|${flag}`, value));
      }
      for (const [key, cells] of fresh) if (order > (slots.get(key)?.order ?? 0)) slots.set(key, { order, cells });
    }
    for (const { key, cell } of visits.values()) {
      const slot = slots.get(key) ?? { order: 0, cells: new Map<string, string>() };
      slots.set(key, slot);
      slot.cells.set(cell, String(Number(slot.cells.get(cell) ?? 0) + 1));
    }
    for (const [slot, { cells }] of slots) {
      const [dataset = '', facility = '', day = ''] = slot.split('|');
      const who = reporting.get(`${dataset}|${day}`) ?? new Set();
      reporting.set(`${dataset}|${day}`, who.add(facility));
      for (const [cell, value] of cells) {
        const key = `${dataset}|${cell}|${day.slice(0, 4)}`;
        const total = totals.get(key) ?? { sum: 0, suppressed: 0, missing: 0 };
        totals.set(key, total);
        if (value === 'NA') total.missing++;
        else if (value === '-999999') total.suppressed++;
        else total.sum += Number(value);
      }
    }
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('hold the expected total of every category, flag and year', () => {
    const expected = made.expected.totals.map((total) => [
      `${total.dataset}|${total.category}|${total.flag}|${total.year}`,
      { sum: total.sum, suppressed: total.suppressed, missing: total.missing },
    ]);
    const nothing = { sum: 0, suppressed: 0, missing: 0 };
    const found = expected.map(([key]) => [key, totals.get(String(key)) ?? nothing]);
    expect(found).toEqual(expected);
    expect([...totals.keys()].sort()).toEqual(
      expect.arrayContaining(['ed-visits|ili|discharged|2026', 'otc-sales|allergy|U|2026']),
    );
    expect(totals.get('otc-sales|cough-cold|N|2026')?.sum).toBeGreaterThan(1000);
  });

  it('hold the expected number of reporting facilities of every day', () => {
    for (const [dataset, days] of Object.entries(made.expected.reporting)) {
      for (const [day, count] of Object.entries(days))
        expect([dataset, day, reporting.get(`${dataset}|${day}`)?.size ?? 0]).toEqual([dataset, day, count]);
    }
  });

  it('hold the expected cells: a zero, a missing and a suppressed one are not the same', () => {
    expect(made.expected.cells.length).toBeGreaterThan(20);
    for (const { dataset, facility, day, category, flag, status, value } of made.expected.cells) {
      const slot = slots.get(`${dataset}|${facility}|${day}`);
      const text = slot?.cells.get(`${category}|${flag}`);
      const found =
        !slot || text === 'NA'
          ? 'missing'
          : text === '-999999'
            ? 'suppressed'
            : text === undefined && dataset === 'hospital-beds'
              ? 'missing'
              : 'reported';
      expect([facility, day, category, flag, found]).toEqual([facility, day, category, flag, status]);
      if (status === 'reported') expect(Number(text ?? 0)).toBe(value);
    }
  });

  it('cannot be read just where damage is announced, and hold as many rows in error as announced', () => {
    expect(refused.sort()).toEqual(made.expected.refused.map(({ path }) => path).sort());
    expect(refused).toHaveLength(3);
    expect(rowErrors).toBe(made.expected.rowErrors.length);
    expect(rowErrors).toBeGreaterThan(0);
  });

  it('are counted in files and rows, all but the unreadable ones', () => {
    expect(rows).toBeLessThanOrEqual(made.rows);
    expect(rows).toBeGreaterThan(made.rows * 0.99);
  });

  it('have passwords that only their owner can read', () => {
    expect(statSync(join(folder, 'secrets/passwords.csv')).mode & 0o777).toBe(0o400);
  });
});
