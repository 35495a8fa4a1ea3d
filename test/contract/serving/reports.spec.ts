import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { issueKey, parseKeyFile } from '#access';
import { type ServingLine, startServingLine } from './serving-line.fixture.js';

jest.setTimeout(120_000);

const CONFIG = {
  'datasets/clinic.yaml': `
title: Clinic visits
unit: visits
absence: zero
categories: { fever: Fever, rash: Rash }
flags: { N: Not flagged, Y: Flagged }
unflagged: N
`,
  'feeds/clinics.yaml': `
title: Clinics
dataset: clinic
archives: [plain]
name: '{facility}_x_v{version}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: value }
`,
  // Only what the zips of this test need; the rest of the map is unknown.
};
const HEAD = 'facility,zip,day,category,flag,value\n';
const SATURDAY = '2024-03-09';
const FORMATS = ['html', 'pdf', 'csv'] as const;

/** Ten weeks of one clinic, 10 fevers a day and on the last day 24; and one that has reported an earlier day only. */
function tenWeeks(): string {
  const last = Date.parse(`${SATURDAY}T00:00:00Z`);
  const rows = Array.from({ length: 70 }, (_, i) => {
    const day = new Date(last - i * 86_400_000).toISOString().slice(0, 10);
    return `A,19401,${day},fever,N,${i === 0 ? 24 : 10}\n`;
  });
  return HEAD + rows.join('');
}

describe('a report', () => {
  let line: ServingLine;
  let asOf = '';
  const before = new Map<string, Buffer>();
  const issued = { all: issueKey(), county: issueKey() };
  const as = (who: keyof typeof issued): Record<string, string> => ({ authorization: `Bearer ${issued[who].key}` });
  const path = (kind: string, more: string): string => `/v1/reports/${kind}?dataset=clinic&date=${SATURDAY}&${more}`;
  const get = async (address: string): Promise<Buffer> => {
    const answer = await line.get(address, as('all'));
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const csv = async (kind: string, more: string): Promise<Record<string, string>[]> => {
    const [head = '', ...lines] = (await get(path(kind, `${more}&format=csv`))).toString().trim().split('\r\n');
    const names = head.split(',');
    return lines.map((text) => Object.fromEntries(text.split(',').map((value, i) => [names[i] ?? '', value])));
  };

  beforeAll(async () => {
    const keys = parseKeyFile(
      `principals:
  - { id: all, key: "${issued.all.hash}", roles: [analyst], datasets: "*", regions: "*", facilities: "*", feeds: "*" }
  - { id: county, key: "${issued.county.hash}", roles: [analyst], datasets: "*", regions: ["county:42091"], facilities: "*", feeds: "*" }
`,
      'keys.yaml',
    );
    line = await startServingLine({ config: CONFIG, keys });
    await line.send({ feed: 'clinics', name: 'A_x_v1.csv', content: tenWeeks() });
    await line.send({ feed: 'clinics', name: 'B_x_v1.csv', content: `${HEAD}B,07001,2024-03-07,fever,N,5\n` });
    await pause(1100);
    asOf = new Date(Math.floor(Date.now() / 1000) * 1000).toISOString().replace('.000', '');
    for (const kind of ['daily', 'weekly']) {
      for (const format of FORMATS)
        before.set(`${kind} ${format}`, await get(path(kind, `as_of=${asOf}&format=${format}`)));
    }
  });
  afterAll(() => line.close());

  it('of a day says by hand: 24 against 10, one of two has reported, a category nobody mentions is a zero', async () => {
    const rows = await csv('daily', `as_of=${asOf}`);
    const whole = rows.filter(({ region }) => region === 'nation:us');
    expect(whole).toMatchObject([
      { category: 'fever', from: SATURDAY, to: SATURDAY, count: '24', status: 'reported', expected: '10', reporting: '1', participating: '2', completeness: '0.5' },
      { category: 'rash', count: '0', status: 'reported' },
    ]); // prettier-ignore
    // Eight Saturdays of 10: the deviation is that of Poisson counts.
    expect(Number(whole[0]?.['sd'])).toBeCloseTo((24 - 10) / Math.sqrt(10), 2);
  });

  it('of a week adds up its days: six of 10, one of 24, and 5 of the other clinic', async () => {
    const rows = await csv('weekly', `as_of=${asOf}`);
    const [fever] = rows.filter(({ region }) => region === 'nation:us');
    expect(fever).toMatchObject({ from: '2024-03-03', to: SATURDAY, count: '89', reporting: '8', participating: '10' });
    // 70 a week of 7 facility-days, and so 10 × 8.
    expect(fever).toMatchObject({ expected: '80' });
  });

  it('takes any day of a week for the week', async () => {
    const sunday = `/v1/reports/weekly?dataset=clinic&date=2024-03-03&as_of=${asOf}&format=csv`;
    expect((await get(sunday)).equals(before.get('weekly csv')!)).toBe(true);
  });

  it('for the same instant has the same bytes, also after later data have arrived', async () => {
    await pause(1100);
    await line.send({ feed: 'clinics', name: 'A_x_v2.csv', content: `${HEAD}A,19401,${SATURDAY},fever,N,99\n` });
    await line.send({ feed: 'clinics', name: 'B_x_v2.csv', content: `${HEAD}B,07001,${SATURDAY},fever,N,6\n` });
    await pause(1100);
    const [now] = (await csv('daily', 'region=nation:us')).filter(({ region }) => region === 'nation:us');
    expect(now).toMatchObject({ count: '105', reporting: '2' });
    for (const kind of ['daily', 'weekly']) {
      for (const format of FORMATS) {
        const again = await get(path(kind, `as_of=${asOf}&format=${format}`));
        expect([kind, format, again.equals(before.get(`${kind} ${format}`)!)]).toEqual([kind, format, true]);
      }
    }
  });

  it('says which instant it speaks of, and asked for that is the same', async () => {
    const answer = await line.get(path('daily', 'format=pdf'), as('all'));
    expect(answer.headers.get('content-type')).toBe('application/pdf');
    const bytes = Buffer.from(await answer.arrayBuffer());
    const pinned = answer.headers.get('content-location') ?? '';
    expect(pinned).toMatch(/as_of=\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ&format=pdf$/);
    const again = await line.get(pinned, as('all'));
    expect(Buffer.from(await again.arrayBuffer()).equals(bytes)).toBe(true);
    const etag = again.headers.get('etag') ?? '';
    expect((await line.get(pinned, { ...as('all'), 'if-none-match': etag })).status).toBe(304);
  });

  it('is refused where its region is out of reach', async () => {
    expect((await line.get(path('daily', 'region=nation:us'), as('county'))).status).toBe(403);
    expect((await line.get(path('daily', 'region=county:34023'), as('county'))).status).toBe(403);
    expect(
      (await line.get(`/v1/charts/map.svg?dataset=clinic&category=fever&day=${SATURDAY}`, as('county'))).status,
    ).toBe(403);
  });
});
