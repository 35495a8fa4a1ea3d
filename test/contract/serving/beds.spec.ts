import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type ServingLine, startServingLine } from './serving-line.fixture.js';

jest.setTimeout(120_000);

const shipped = (path: string): string => readFileSync(join(import.meta.dirname, '../../../config', path), 'utf8');
const DAY = '2024-03-09';
/** A census as hospitals send it: one withholds how many are taken, one has not said it, one is over its beds. */
const CENSUS = `hospital,zip,date,staffed,staffed_ped,occupied,occupied_ped,icu_staffed,icu_occupied
H1,19401,${DAY},200,20,150,10,20,18
H2,19401,${DAY},80,8,88,4,10,10
H3,19403,${DAY},60,0,-999999,0,6,0
H4,07001,${DAY},40,0,NA,0,4,NA
H5,07001,${DAY},0,0,0,0,0,0
`;

describe('the board of beds', () => {
  let line: ServingLine;
  const board = async (query: string): Promise<Record<string, unknown>> => {
    const answer = await line.get(`/v1/boards/beds?dataset=hospital-beds&${query}`);
    expect(answer.status).toBe(200);
    return (await answer.json()) as Record<string, unknown>;
  };

  beforeAll(async () => {
    const paths = ['datasets/hospital-beds.yaml', 'codes/bed-measures.csv'];
    const feed = shipped('feeds/beds-wide.yaml').replace(/^password:.*$/m, 'archives: [plain]');
    const config = Object.fromEntries(paths.map((path) => [path, shipped(path)]));
    line = await startServingLine({ config: { ...config, 'feeds/beds-wide.yaml': feed } });
    await line.send({ feed: 'beds-wide', name: 'census_20240309_v1.csv', content: CENSUS });
  });
  afterAll(() => line.close());

  it('equals the fixture: free beds and occupancy by hand, sums over those that state both', async () => {
    expect(await board(`day=${DAY}`)).toEqual({
      dataset: 'hospital-beds',
      region: 'nation:us',
      day: DAY,
      hospitals: 5,
      stating: 3,
      capacity: 280,
      used: 238,
      available: 42,
      occupancy: 0.85,
      items: [
        { facility: 'H2', capacity: 80, capacity_status: 'reported', used: 88, used_status: 'reported', available: -8, occupancy: 1.1 },
        { facility: 'H1', capacity: 200, capacity_status: 'reported', used: 150, used_status: 'reported', available: 50, occupancy: 0.75 },
        { facility: 'H3', capacity: 60, capacity_status: 'reported', used: null, used_status: 'suppressed', available: null, occupancy: null },
        { facility: 'H4', capacity: 40, capacity_status: 'reported', used: null, used_status: 'missing', available: null, occupancy: null },
        // No beds at all: nothing is free, and no share of nothing.
        { facility: 'H5', capacity: 0, capacity_status: 'reported', used: 0, used_status: 'reported', available: 0, occupancy: null },
      ],
    }); // prettier-ignore
  });

  it('is also of intensive care, of one hospital, and of as many as are asked for', async () => {
    expect(await board(`day=${DAY}&capacity=icu-staffed&used=icu-occupied&limit=1`)).toMatchObject({
      hospitals: 5,
      stating: 4,
      capacity: 36,
      used: 28,
      items: [{ facility: 'H2', occupancy: 1 }],
    });
    expect(await board(`day=${DAY}&region=facility:H1`)).toMatchObject({ hospitals: 1, available: 50 });
  });

  it('of a day that nobody has stated has no numbers, and no zeros', async () => {
    expect(await board('day=2024-03-10')).toMatchObject({ stating: 0, capacity: null, used: null, available: null });
  });
});
