import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Auditor, openAuditor } from '#disclosure';
import { type Looked, observeDay, releaseDue } from '#release';
import { type Day, formatDay, parseDay, type Region, regionKey } from '#vocabulary';
import { releaseDays, releasedHistory, releasedRows } from '#warehouse';
import { seeded } from '../../crash/random.js';
import { type RunningLine, startLine } from '../../contract/questions/running-line.fixture.js';

jest.setTimeout(180_000);

const CONFIG = {
  'datasets/visits.yaml': 'categories: { fever: Fever, rash: Rash }\nsuppression: { threshold: 10 }\n',
  'feeds/clinics.yaml': [
    'dataset: visits',
    "name: '{facility}_{period}_v{version}.{ext}'",
    'record: { facility: clinic, zip: zip, day: day, category: syndrome, value: count }',
    '',
  ].join('\n'),
};
/** Of nine clinics in five counties of three states most have few visits; the last is in no known place. */
const ZIPS = ['19401', '19401', '18901', '19104', '19104', '07001', '07001', '10001', '00000'];
const USUAL = [4, 30, 3, 60, 6, 15, 5, 90, 12];
const FIRST: Day = parseDay('2026-03-02')!;
const DAYS = Array.from({ length: 4 }, (_, i) => FIRST + i);
const DAY_MS = 86_400_000;
const AFTER = (FIRST + 8) * DAY_MS;

describe('releases of a running warehouse', () => {
  let line: RunningLine;
  let auditor: Auditor;
  const chance = seeded(11);
  const versions = new Map<string, number>();
  let clock = AFTER;
  let looked: Looked = { periods: new Map() };
  const release = async (backlog = 0): Promise<number> => {
    const { engine, configuration } = line;
    const out = await releaseDue({ engine, configuration, looked, now: clock, backlog });
    return out.reduce((sum, { days }) => sum + days, 0);
  };

  async function report(clinic: number, day: Day): Promise<void> {
    const key = `${clinic} ${day}`;
    const version = (versions.get(key) ?? 0) + 1;
    versions.set(key, version);
    const row = (syndrome: string, usual: number): string =>
      `C${clinic},${ZIPS[clinic]!},${formatDay(day)},${syndrome},${chance.below(2 * usual + 1)}\n`;
    const content = `clinic,zip,day,syndrome,count\n${row('fever', USUAL[clinic]!)}${row('rash', 4)}`;
    const name = `C${clinic}_${formatDay(day)}_v${version}.csv`;
    await line.send({ feed: 'clinics', name, content, at: new Date(clock).toISOString() });
  }

  beforeAll(async () => {
    auditor = await openAuditor();
    line = await startLine({ config: CONFIG, now: () => clock });
    for (const day of DAYS) for (const clinic of ZIPS.keys()) if (chance.below(10) < 8) await report(clinic, day);
  });
  afterAll(() => line?.close());

  it('wait until a day is old enough, and while much is still to be read', async () => {
    clock = (FIRST + 2) * DAY_MS;
    expect(await release()).toBe(0);
    clock = AFTER;
    expect(await release(101)).toBe(0);
    expect(await release(100)).toBe(DAYS.length);
    expect(await release()).toBe(0);
  });

  it('give nothing away over weeks of late reports and corrections, and are the sums that they should be', async () => {
    for (let week = 0; week < 6; week++) {
      clock += DAY_MS;
      for (let files = 0; files < 9; files++) await report(chance.below(ZIPS.length), chance.of(DAYS));
      await release();
    }
    let [sought, releases] = [0, 0];
    for (const day of DAYS) {
      for (const { observed, protection } of await observeDay(line.engine, { dataset: 'visits', day })) {
        const audit = auditor.audit(observed, protection);
        expect(audit).toMatchObject({ derivable: [], wrong: [] });
        sought += audit.sought;
        releases += observed.releases.length;
      }
    }
    expect(sought).toBeGreaterThan(30);
    expect(releases).toBeGreaterThan(2 * 2 * DAYS.length);
  });

  it('are finished after a kill between the release and its numbers, with the same numbers', async () => {
    const before = await released();
    await line.engine.run('TRUNCATE TABLE released');
    expect(await released()).toEqual(new Map());
    looked = { periods: new Map() };
    await release();
    const days = await releaseDays(line.engine, 'visits');
    expect(days.every(({ last, written }) => last === written)).toBe(true);
    // What is written again is the last release; that of a day that had more is not what `as_of` was answered with.
    expect(await released()).toEqual(before);
  });

  it('are found out by the auditor when somebody has put a hidden number among them', async () => {
    const [day] = DAYS;
    const { last } = (await releaseDays(line.engine, 'visits')).find((one) => one.day === day)!;
    const seen = (await releasedHistory(line.engine, { dataset: 'visits', day: day! })).get(last)!;
    const hidden = ['42091', '42017', '42101', '34023', '36061'].find(
      (code) => !seen.get(`county:${code}`)?.has('rash'),
    )!;
    await line.engine.run(
      `INSERT INTO released SELECT dataset, 'county', '${hidden}', day, no, at, ['rash'], [3] FROM released WHERE day = toDate(${day!}) AND no = ${last} AND level = 'nation'`,
    );
    const rash = (await observeDay(line.engine, { dataset: 'visits', day: day! })).find(
      ({ category }) => category === 'rash',
    )!;
    const { wrong, derivable } = auditor.audit(rash.observed, rash.protection);
    expect([...wrong, ...derivable.map(({ cell }) => cell)].join()).toContain(`county:${hidden}`);
  });

  /** The newest released numbers of every state and county, by region, day and category. */
  async function released(): Promise<Map<string, number>> {
    const all = new Map<string, number>();
    const regions: Region[] = [
      { level: 'nation', code: 'us' },
      ...['PA', 'NJ', 'NY', 'unknown'].map((code): Region => ({ level: 'state', code })),
      ...['42091', '42017', '42101', '34023', '36061'].map((code): Region => ({ level: 'county', code })),
    ];
    for (const { level, code } of regions) {
      const asked = { dataset: 'visits', level, regions: [code], from: FIRST, to: FIRST + 10 };
      for (const days of (await releasedRows(line.engine, asked)).values())
        for (const [day, counts] of days)
          for (const [category, count] of counts) all.set(`${regionKey({ level, code })} ${day} ${category}`, count);
    }
    return all;
  }
});
