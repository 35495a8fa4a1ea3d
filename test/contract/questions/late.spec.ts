import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { midnightOf, wallMinutes } from '#completeness';
import { type Day, dayAt, formatDay } from '#vocabulary';
import { region } from './asking.js';
import { type RunningLine, startLine } from './running-line.fixture.js';

jest.setTimeout(120_000);

const CONFIG = {
  'datasets/clinic.yaml': `
title: Clinic visits
unit: visits
timeZone: UTC
categories: { fever: Fever & chills }
`,
  'feeds/clinics.yaml': `
title: Clinics
dataset: clinic
archives: [plain]
name: '{facility}_{period}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, value: value }
`,
};

const DAYS = 16;
const HOUR = 60;

/** Punctual: always 90 minutes later in the day than it is now. Fickle: on every other day. Today neither has come. */
describe('who is late, and comes when', () => {
  let line: RunningLine;
  let today: Day;
  let now: number;

  beforeAll(async () => {
    line = await startLine({ config: CONFIG });
    today = dayAt(Date.now(), 'UTC');
    now = wallMinutes(Date.now(), { day: today, timeZone: 'UTC' });
    for (let ago = DAYS; ago >= 1; ago--) {
      const day = today - ago;
      const at = new Date(midnightOf(day, 'UTC') + (now + 90) * 60_000).toISOString();
      const head = 'facility,zip,day,category,value\n';
      for (const facility of ago % 2 === 0 ? ['PUNCTUAL', 'FICKLE'] : ['PUNCTUAL'])
        await line.send({ feed: 'clinics', name: `${facility}_${formatDay(day)}.csv`, content: `${head}${facility},19401,${formatDay(day)},fever,${ago}\n`, at }); // prettier-ignore
    }
  });
  afterAll(() => line.close());

  const lateBy = async (byHour: number | undefined) => {
    const answer = await line.analytics.late({ dataset: 'clinic', region: region('nation:us'), day: today, byHour, limit: 10 }); // prettier-ignore
    expect(answer).toMatchObject({ participating: 2, late: 2 });
    return new Map(answer.items.map((item) => [item.facility, item]));
  };

  it('a punctual one comes after its hour with near certainty, and not before it', async () => {
    // Half an hour is left to the minutes that pass while this runs.
    const before = (await lateBy((now + 50) / HOUR)).get('PUNCTUAL')!;
    const after = (await lateBy((now + 150) / HOUR)).get('PUNCTUAL')!;
    expect(before.reportsBy).toBeLessThan(0.1);
    expect(after.reportsBy).toBeGreaterThan(0.9);
    // What is known of any facility draws the mean towards the middle of what is left of the day: soon after midnight, by 0.84 hours.
    expect(Math.abs(after.expectedHour! - (now + 90) / HOUR)).toBeLessThan(1);
  });

  it('a fickle one comes about as often as it came on the days that are over', async () => {
    const { reportsBy, expectedHour } = (await lateBy(undefined)).get('FICKLE')!;
    // Days of which the report may still come are left out: 14 before, of which every other came.
    expect(Math.abs(reportsBy - 0.5)).toBeLessThan(0.15);
    // Half as many reports are drawn twice as far.
    expect(Math.abs(expectedHour! - (now + 90) / HOUR)).toBeLessThan(2);
  });

  it('an hour that is past is out of the question', async () => {
    for (const { reportsBy } of (await lateBy(0)).values()) expect(reportsBy).toBe(0);
  });
});
