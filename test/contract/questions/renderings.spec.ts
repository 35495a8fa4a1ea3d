import { afterAll, beforeAll, expect, describe, it, jest } from '@jest/globals';
import { openImageStore } from '#cache';
import { region } from './asking.js';
import { type RunningLine, startLine } from './running-line.fixture.js';
import { day } from './small-world.js';

jest.setTimeout(60_000);

const CONFIG = {
  'datasets/clinic.yaml': 'unit: visits\ncategories: [respiratory, fever]\nflags: [N, Y]\nunflagged: N\n',
  'feeds/clinics.yaml': `
dataset: clinic
name: '{facility}_{period}_v{version}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: value }
`,
};

const REGIONS = ['county:42091', 'county:34023'];
const CATEGORIES = ['respiratory', 'fever'];
const WINDOWS = {
  early: { from: day('2024-01-01'), to: day('2024-01-10') },
  late: { from: day('2024-01-11'), to: day('2024-01-20') },
};

const fileOf = (facility: string, zip: string, rows: readonly (readonly [string, string, number])[]): string =>
  `facility,zip,day,category,flag,value\n${rows.map(([on, category, value]) => `${facility},${zip},${on},${category},N,${value}\n`).join('')}`;

const twoDays = (respiratory: number, fever: number): [string, string, number][] => [
  ['2024-01-05', 'respiratory', respiratory],
  ['2024-01-05', 'fever', fever],
  ['2024-01-15', 'respiratory', 9],
  ['2024-01-15', 'fever', 4],
];

describe('a changed count redraws only the charts that show it', () => {
  let line: RunningLine;
  let drawn = 0;

  beforeAll(async () => {
    const images = openImageStore({ maxBytes: 1 << 24 });
    line = await startLine({
      config: CONFIG,
      images: {
        get: (digest) => images.get(digest),
        put(digest, image) {
          drawn++;
          images.put(digest, image);
        },
      },
    });
    await send('A_x_v1.csv', fileOf('A', '19401', twoDays(5, 2)));
    await send('B_x_v1.csv', fileOf('B', '19403', twoDays(6, 3)));
    await send('C_x_v1.csv', fileOf('C', '07001', twoDays(7, 1)));
  });
  afterAll(() => line.close());

  let hour = 0;
  const send = (name: string, content: string): Promise<{ duplicate: boolean }> =>
    line.send({ feed: 'clinics', name, content, at: new Date(Date.UTC(2024, 0, 21, ++hour)).toISOString() });

  /** Asks for every chart; gives the names of those that were drawn anew. */
  async function drawnAnew(): Promise<string[]> {
    const names: string[] = [];
    for (const place of REGIONS) {
      for (const category of CATEGORIES) {
        for (const [window, days] of Object.entries(WINDOWS)) {
          const before = drawn;
          await line.analytics.chart({ dataset: 'clinic', regions: [region(place)], categories: [category], ...days, width: 300, height: 200, format: 'svg', show: 'both', theme: 'light' }); // prettier-ignore
          if (drawn > before) names.push(`${category} in ${place}, ${window}`);
        }
      }
    }
    return names;
  }

  it('draws each chart once', async () => {
    expect(await drawnAnew()).toHaveLength(8);
    expect(await drawnAnew()).toEqual([]);
  });

  it('draws the one chart that shows one changed cell, and once', async () => {
    await send('A_x_v2.csv', fileOf('A', '19401', twoDays(50, 2).slice(0, 2)));
    expect(await drawnAnew()).toEqual(['respiratory in county:42091, early']);
    expect(await drawnAnew()).toEqual([]);
  });

  it('draws nothing for a file that is sent again, nor for one that says the same in a new version', async () => {
    const content = fileOf('A', '19401', twoDays(50, 2).slice(0, 2));
    expect((await send('A_x_v2.csv', content)).duplicate).toBe(true);
    expect(await drawnAnew()).toEqual([]);
    expect((await send('A_x_v3.csv', content)).duplicate).toBe(false);
    expect(await drawnAnew()).toEqual([]);
  });

  it('draws the charts of a region whose completeness changed, also where the count did not', async () => {
    // A fourth clinic reports zeros for one day: it takes part from then on, and reports only that day.
    await send('D_x_v1.csv', fileOf('D', '07001', [['2024-01-05', 'fever', 0]]));
    expect(await drawnAnew()).toEqual([
      'respiratory in county:34023, early',
      'respiratory in county:34023, late',
      'fever in county:34023, early',
      'fever in county:34023, late',
    ]);
    expect(await drawnAnew()).toEqual([]);
  });

  it('draws the chart in which a reported zero became one', async () => {
    await send('D_x_v2.csv', fileOf('D', '07001', [['2024-01-05', 'fever', 1]]));
    expect(await drawnAnew()).toEqual(['fever in county:34023, early']);
  });
});
