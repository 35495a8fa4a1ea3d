import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Questions, SubmissionInfo } from '#analytics';
import type { StatusName } from '#vocabulary';
import { fileOf, outcome, questionsOf, region } from './asking.js';
import { type RunningLine, startLine } from './running-line.fixture.js';
import { SUBMISSIONS, day } from './small-world.js';
import { type Cell, type World, twinOf } from './twin.js';

jest.setTimeout(60_000);

const CONFIG = {
  'datasets/census.yaml': `
title: Census
unit: beds
kind: gauge
absence: missing
categories: { beds: Beds, staff: Staff }
flags: { a: Adult, c: Children }
`,
  'feeds/hospitals.yaml': `
title: Hospitals
dataset: census
archives: [plain]
name: '{facility}_{period}_v{version}.{ext}'
replace: file
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: { column: value, suppressed: ['*'], missing: [NA] } }
`,
};

const cell = (facility: string, on: number, category: string, said: number, value: number | StatusName): Cell => ({
  facility,
  day: day('2024-01-01') + on - 1,
  category,
  flag: category === 'staff' ? 'c' : 'a',
  status: typeof value === 'string' ? value : 'reported',
  value: typeof value === 'string' ? 0 : value,
  submission: said,
});

const NAMES = ['F1_w1_v1.csv', 'F2_w1_v1.csv', 'F3_w1_v1.csv', 'F4_w1_v1.csv', 'F1_w1_v2.csv', 'F3_w1_v2.csv'];

/** Files that replace files: what a later one leaves out is withdrawn. What is not mentioned is not known. */
const CELLS = [
  cell('F1', 1, 'beds', 0, 10),
  cell('F1', 1, 'staff', 0, 3),
  cell('F1', 2, 'beds', 0, 11),
  cell('F1', 5, 'beds', 0, 12),
  cell('F2', 1, 'beds', 1, 'suppressed'),
  cell('F2', 1, 'staff', 1, 'missing'),
  cell('F2', 2, 'beds', 1, 4),
  cell('F2', 2, 'staff', 1, 'suppressed'),
  cell('F3', 1, 'beds', 2, 0),
  cell('F4', 1, 'beds', 3, 5),
  cell('F1', 1, 'beds', 4, 12),
  cell('F1', 2, 'beds', 4, 'deleted'),
  cell('F1', 5, 'beds', 4, 'deleted'),
  cell('F3', 3, 'beds', 5, 1),
  cell('F3', 1, 'beds', 5, 'deleted'),
];

const submissionOf = (name: string, index: number): SubmissionInfo => {
  const rows = CELLS.filter(({ submission, status }) => submission === index && status !== 'deleted').length;
  const receivedAt = Date.parse('2024-01-06T12:00:00Z') + index * 3_600_000;
  return { ...SUBMISSIONS[0], feed: 'hospitals', name, facility: name.slice(0, 2), receivedAt, rowsRead: rows, rowsAccepted: rows }; // prettier-ignore
};

const WORLD: World = {
  dataset: {
    id: 'census',
    title: 'Census',
    unit: 'beds',
    kind: 'gauge',
    absence: 'missing',
    categories: [
      { id: 'beds', title: 'Beds' },
      { id: 'staff', title: 'Staff' },
    ],
    flags: [
      { id: 'a', title: 'Adult' },
      { id: 'c', title: 'Children' },
    ],
    unflagged: null,
    cadence: 'day',
    timeZone: 'America/New_York',
    firstDay: day('2024-01-01'),
    lastDay: day('2024-01-03'),
  },
  feeds: [
    {
      id: 'hospitals',
      title: 'Hospitals',
      dataset: 'census',
      enabled: true,
      formats: ['csv'],
      archives: ['plain'],
      submissions: 6,
      lastReceivedAt: Date.parse('2024-01-06T17:00:00Z'),
    },
  ],
  places: [
    { facility: 'F1', zip: '19401', county: '42091', state: 'PA', hhs: '3' },
    { facility: 'F2', zip: '19403', county: '42091', state: 'PA', hhs: '3' },
    { facility: 'F3', zip: '07001', county: '34023', state: 'NJ', hhs: '2' },
    { facility: 'F4', zip: 'unknown', county: 'unknown', state: 'unknown', hhs: 'unknown' },
  ],
  cells: CELLS,
  submissions: NAMES.map(submissionOf),
  errors: new Map(),
};

describe('what was stated and is withdrawn', () => {
  let line: RunningLine;
  let twin: Questions;

  beforeAll(async () => {
    line = await startLine({ config: CONFIG });
    const submissions: SubmissionInfo[] = [];
    for (const [index, info] of WORLD.submissions.entries()) {
      const { feed, name, receivedAt } = info;
      const at = new Date(receivedAt).toISOString();
      submissions.push({ ...info, ...(await line.send({ feed, name, content: fileOf(WORLD, index), at })) });
    }
    twin = twinOf({ ...WORLD, submissions: submissions.map((info, i) => ({ ...WORLD.submissions[i]!, submission: info.submission })) }); // prettier-ignore
  });
  afterAll(() => line.close());

  it.each(questionsOf(WORLD))('%s', async (_, ask) => {
    expect(await outcome(ask(line.analytics))).toEqual(await outcome(ask(twin)));
  });

  it('has four different values', async () => {
    const ask = { dataset: 'census', categories: ['beds'], from: day('2024-01-01'), to: day('2024-01-03') };
    const past = await line.analytics.series({ ...ask, regions: [region('facility:F3')], asOf: WORLD.submissions[4]!.receivedAt }); // prettier-ignore
    const { series } = await line.analytics.series({ ...ask, regions: ['F1', 'F2', 'F3'].map((f) => region(`facility:${f}`)) }); // prettier-ignore
    expect([...past.series, ...series].map(({ total, status }) => total.map((value, i) => value ?? status[i]))).toEqual(
      [
        [0, 'missing', 'missing'],
        [12, 'deleted', 'missing'],
        ['suppressed', 4, 'missing'],
        ['deleted', 'missing', 1],
      ],
    );
  });

  it('adds up: the regions of a level, the unknown one too, make the nation', async () => {
    const ask = { dataset: 'census', categories: ['beds', 'staff'], from: day('2024-01-01'), to: day('2024-01-05') };
    const nation = (await line.analytics.series({ ...ask, regions: [region('nation:us')] })).series;
    for (const level of ['hhs', 'state', 'county', 'zip'] as const) {
      const { items } = await line.analytics.regions({ dataset: 'census', level, limit: 10 });
      expect(items.some(({ region }) => region.code === 'unknown')).toBe(true);
      const { series } = await line.analytics.series({ ...ask, regions: items.map(({ region }) => region) });
      for (const { category, total } of nation) {
        const parts = series.filter((one) => one.category === category);
        const sums = total.map((_, i) => {
          const values = parts.flatMap((part) => part.total[i] ?? []);
          return values.length === 0 ? null : values.reduce((a, b) => a + b, 0);
        });
        expect([level, category, sums]).toEqual([level, category, total]);
      }
    }
  });
});
