import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Configuration, Feed } from './index.js';
import { loadConfiguration } from './index.js';

const MAKER = '../shared/tools/submissions/make.mjs';
const DATA = '../shared/data';
const isHere = existsSync(MAKER) && existsSync(DATA);
if (!isHere) console.warn('SKIPPED: real-feeds.spec.ts needs ../shared/tools and ../shared/data');

/** The four real feeds by configuration alone, against files as their senders would send them. */
(isHere ? describe : describe.skip)('the configuration of the four real feeds', () => {
  let work: string;
  let configuration: Configuration;
  const table = (path: string): string[][] =>
    readFileSync(path, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => line.split(','));

  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), 'registry-'));
    const out = join(work, 'out');
    const plans = 'hhs,dispatch,retail,eicr';
    execFileSync(process.execPath, [MAKER, '--plan', plans, '--data', DATA, '--out', out, '--limit', '5'], {
      stdio: 'pipe',
    });
    const folder = join(work, 'config');
    cpSync('test/answers/config', folder, { recursive: true });
    mkdirSync(join(folder, 'codes'), { recursive: true });
    for (const name of readdirSync(join(out, 'codes')))
      copyFileSync(join(out, 'codes', name), join(folder, 'codes', name));
    copyFileSync(join(out, 'senders.csv'), join(folder, 'codes/senders.csv'));
    for (const name of ['zip_main_county.csv.gz', 'state_codes_table.csv.gz']) {
      copyFileSync(join(DATA, 'us-geography', name), join(folder, 'geography', name));
    }
    configuration = loadConfiguration(folder);
  }, 120_000);
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  const feed = (id: string): Feed => {
    const found = configuration.feeds.get(id);
    if (found === undefined) throw new Error(`no feed ${id}`);
    return found;
  };

  it('loads all four', () => {
    expect([...configuration.feeds.keys()]).toEqual(['dispatch', 'eicr', 'hhs', 'retail']);
    expect([...configuration.datasets.keys()]).toEqual(['dispatch', 'eicr', 'hhs', 'retail']);
  });

  it('reads facility and version from the name of every file made', () => {
    const [header = [], ...rows] = table(join(work, 'out/manifest.csv'));
    const at = (row: string[], column: string): string => row[header.indexOf(column)] ?? '';
    expect(rows.length).toBeGreaterThanOrEqual(20);
    for (const row of rows) {
      const groups = feed(at(row, 'feed')).name?.exec(basename(at(row, 'path')))?.groups;
      expect(groups).toMatchObject({ facility: at(row, 'facility'), version: at(row, 'version') });
      expect(at(row, 'path')).toContain(`/${groups?.['period']?.slice(0, 10)}/`);
    }
  });

  it('knows the layout of every sender', () => {
    const [, ...rows] = table(join(work, 'out/senders.csv'));
    for (const [id = '', facility = '', layout] of rows) {
      const { layouts, layoutTable } = feed(id);
      const chosen = layoutTable ? layoutTable.map.rows.get(facility)?.[layoutTable.column] : layouts[0]?.id;
      expect(chosen).toBe(layout);
      expect(layouts.map((known) => known.id)).toContain(layout);
    }
  });

  it('places the fixed columns as the table of columns says', () => {
    const [, ...rows] = table(join(work, 'out/codes/columns.csv'));
    for (const id of ['hhs', 'dispatch', 'retail']) {
      const fixed = feed(id).layouts.find((layout) => layout.format === 'fixed');
      const expected = rows
        .filter(([of]) => of === id)
        .map(([, name, start, width]) => ({ name, start: Number(start), width: Number(width) }));
      expect(fixed?.columns).toEqual(expected);
    }
  });

  it('takes all 60 hospital measures from the wide layout', () => {
    const wide = feed('hhs').layouts.find(({ id }) => id === 'csv')?.wide;
    expect(wide?.map.rows.size).toBe(60);
    expect(wide?.map.rows.get('total_beds_7_day_sum')).toMatchObject({ category: 'beds', flag: 'total' });
  });

  it('knows every closure of its own feed and no other', () => {
    const [, ...rows] = table(join(work, 'out/codes/closures.csv'));
    for (const id of ['hhs', 'dispatch', 'retail', 'eicr']) {
      expect(feed(id).closures.size).toBe(rows.filter(([of]) => of === id).length);
    }
    expect(feed('dispatch').closures.get('3A3')).toBe(Date.UTC(2016, 3, 28) / 86_400_000);
  });

  it('uses the geography of its own folder', () => {
    const { crosswalk } = configuration;
    expect(crosswalk.stateOf(crosswalk.countyOf('00601', 0))).toBe('PR');
    expect(crosswalk.countyOf('00601', 0)).toBe('72001');
    expect(crosswalk.zips().length).toBe(32_976);
  });

  it('keeps apart what is missing and what is suppressed', () => {
    expect(feed('hhs').record.value).toMatchObject({ missing: ['NA'], suppressed: ['-999999'] });
  });
});
