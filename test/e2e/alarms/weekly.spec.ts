import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseDay } from '#vocabulary';
import { type AlarmRow, alarmRows } from '#warehouse';
import { type OpenDesk, openDesk, openWatch, type Watch } from '#watch';
import { type RunningLine, startLine } from '../../contract/questions/running-line.fixture.js';
import { CLINICS, CONFIG, report, usual } from './ten-clinics.fixture.js';

/** A Sunday: the newest week has begun. */
const SUNDAY = parseDay('2026-03-08')!;
/** More than three years of weeks before it. */
const WEEKS = Array.from({ length: 170 }, (_, i) => SUNDAY - 7 * (170 - i));
const DAY = 86_400_000;
/** Nation, two states, three counties; fever and rash. */
const CELLS_OF_A_WEEK = 6 * 2;

const WEEKLY = {
  ...CONFIG,
  'datasets/visits.yaml': 'unit: visits\ncadence: week\ncategories: { fever: Fever, rash: Rash }\n',
  'alarms/visits.yaml': 'dataset: visits\nlevels: [nation, state, county]\n',
};

describe('alarms of a weekly dataset', () => {
  let line: RunningLine;
  let watch: Watch;
  let desk: OpenDesk;
  // Thursday of the newest week, in the afternoon.
  let clock = (SUNDAY + 4) * DAY + DAY / 2;
  const runs: number[] = [];
  const now = (): number => clock;
  const rows = (): Promise<AlarmRow[]> => alarmRows(line.engine, { limit: 100 });
  async function arrive(clinics: readonly string[], rise: number): Promise<void> {
    for (const clinic of clinics) {
      clock += 60_000;
      const given = report(clinic, [SUNDAY], { fever: (day) => Math.round(rise * usual(clinic, day, 'fever')) });
      await line.send({ ...given, at: new Date(clock).toISOString() });
    }
    await watch.idle();
  }

  beforeAll(async () => {
    line = await startLine({ config: WEEKLY, now, changed: (change) => watch?.changed(change) });
    for (const { id } of CLINICS)
      await line.send({ ...report(id, WEEKS), at: new Date(clock - 5 * DAY).toISOString() });
    watch = openWatch({
      engine: line.engine,
      configuration: () => line.configuration,
      now,
      isCurrent: () => true,
      tell: async () => undefined,
      published: () => undefined,
      ran: ({ cells }) => void runs.push(cells),
      log: (level, message, facts) => {
        if (level === 'warn') throw new Error(`${message} ${JSON.stringify(facts)}`);
      },
      gather: 1,
    });
    await watch.idle();
    desk = openDesk({ engine: line.engine, configuration: () => line.configuration, now, published: () => undefined });
  }, 120_000);
  afterAll(async () => {
    await watch?.close();
    await line?.close();
  });

  const montgomery = CLINICS.filter(({ county }) => county === '42091').map(({ id }) => id);

  it('are looked for on the days that weeks are reported under, and on no other', async () => {
    expect(runs).toEqual([3 * CELLS_OF_A_WEEK]);
    expect(await rows()).toEqual([]);
    const county = { level: 'county', code: '42091' } as const;
    const cell = await desk.alarmAt({
      rule: 'visits',
      region: county,
      category: 'fever',
      day: SUNDAY - 7,
      asOf: clock,
    });
    expect(cell).toMatchObject({ judged: 'quiet' });
  });

  it('are not raised by a week of which half has come, and are by a rise among those who have reported', async () => {
    await arrive(montgomery.slice(0, 3), 1);
    expect(await rows()).toEqual([]);
    await arrive(montgomery.slice(3), 4);
    const found = await rows();
    expect(found).toMatchObject([{ region: '42091', category: 'fever', day: SUNDAY, standing: true }]);
    expect((await desk.replay(found[0]!.id)).isEqual).toBe(true);
  });
});
