import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Analytics, openAnalytics } from '#analytics';
import { openImageStore, openProcessStore } from '#cache';
import { closeFacility } from '#intake';
import { repeatSubmissions } from '#recovery';
import { type Day, formatDay, parseDay } from '#vocabulary';
import { type Engine, checksums, differences } from '#warehouse';
import { type World, startWorld } from './world.fixture.js';

jest.setTimeout(120_000);

const day = (text: string): Day => parseDay(text)!;
const NATION = { level: 'nation', code: 'us' } as const;

/** Who reported which days of 2024. F9 is in no list and no table: it registers itself by reporting. */
const REPORTED: Readonly<Record<string, readonly string[]>> = {
  F1: ['2024-01-01', '2024-04-30'],
  F2: ['2024-01-01', '2024-01-31'],
  F3: ['2024-01-01', '2024-02-01'],
  F9: ['2024-04-01', '2024-04-30'],
};
/** By hand, seen from 30 April: F2 is silent for 29 + 31 + 30 = 90 days, F3 for 89. */
const QUARTER_END = '2024-04-30';

describe('silent facilities', () => {
  let world: World;
  let analytics: Analytics;

  beforeAll(async () => {
    world = await startWorld();
    analytics = analyticsOf(world.engine);
    const rows = Object.entries(REPORTED).flatMap(([facility, days]) =>
      days.map((on) => ({
        facility,
        on,
        text: `clinic,zip,day,syndrome,admitted,count\n${facility},19401,${on},fever,N,3\n`,
      })),
    );
    await world.sendTexts(
      rows.map(({ facility, on, text }) => ({ feed: 'clinics', name: `${facility}_${on}_v1.csv`, text })),
    );
  });
  afterAll(() => world.close());

  function analyticsOf(engine: Engine): Analytics {
    return openAnalytics({
      engine,
      store: openProcessStore({ maxBytes: 1 << 22 }),
      images: openImageStore({ maxBytes: 1 << 20 }),
      rawStore: world.store,
      configuration: () => world.configuration,
      now: Date.now,
    });
  }

  const silentFor = async (silentDays: number): Promise<string[]> => {
    const { items } = await analytics.silent({
      dataset: 'visits',
      region: NATION,
      silentDays,
      on: day(QUARTER_END),
      limit: 10,
    });
    return items.map(({ facility, silentFor: days }) => `${facility} ${days}`);
  };

  /** Participants of some days, as `reporting/participating`. */
  async function rates(of: Analytics, asOf?: number): Promise<Record<string, string>> {
    const ask = { dataset: 'visits', regions: [NATION], from: day('2024-01-01'), to: day(QUARTER_END), asOf };
    const { regions } = await of.completeness(ask);
    const days = ['2024-01-01', '2024-01-31', '2024-02-01', '2024-03-31', '2024-04-01', QUARTER_END];
    return Object.fromEntries(
      days.map((on) => {
        const { reporting, participating } = regions[0]!.days[day(on) - day('2024-01-01')]!;
        return [on, `${reporting}/${participating}`];
      }),
    );
  }

  async function order(facility: string, closedOn: string | undefined): Promise<number> {
    const { engine, store, configuration } = world;
    const given = {
      dataset: 'visits',
      facility,
      closedOn: closedOn === undefined ? undefined : day(closedOn),
      reason: 'it was demolished',
      by: 'an operator',
    };
    const receipt = await closeFacility({ engine, store, configuration, now: world.clock }, given);
    await world.process(receipt.submission);
    await analytics.changed(world.changes.at(-1)!);
    return receipt.receivedAt;
  }

  it('are those that take part and have not reported for as long as asked, to the day', async () => {
    expect(await silentFor(89)).toEqual(['F2 90', 'F3 89']);
    expect(await silentFor(90)).toEqual(['F2 90']);
    expect(await silentFor(91)).toEqual([]);
  });

  it('one that nobody knew takes part from the day it first reported', async () => {
    const { items } = await analytics.facilities({ dataset: 'visits', limit: 10 });
    const known = items.map(({ facility, firstActive, closedOn }) => [facility, formatDay(firstActive), closedOn]);
    expect(known).toContainEqual(['F9', '2024-04-01', null]);
  });

  const BEFORE = {
    '2024-01-01': '3/3',
    '2024-01-31': '1/3',
    '2024-02-01': '1/3',
    '2024-03-31': '0/3',
    '2024-04-01': '1/4',
    '2024-04-30': '2/4',
  };
  const CLOSED = { ...BEFORE, '2024-04-01': '1/3', '2024-04-30': '2/3' };
  let ordered = 0;

  it('closing one on a day leaves the rates before that day as they were, and lowers the denominator from then on', async () => {
    expect(await rates(analytics)).toEqual(BEFORE);
    ordered = await order('F2', '2024-04-01');
    expect(await rates(analytics)).toEqual(CLOSED);
    expect(await silentFor(89)).toEqual(['F3 89']);
  });

  it('a question about the past knows no closing that was not ordered yet', async () => {
    expect(await rates(analytics, ordered - 1)).toEqual(BEFORE);
    expect(await rates(analytics, ordered)).toEqual(CLOSED);
  });

  it('a closing is taken back, and a rebuild carries all of it out again', async () => {
    await order('F3', '2024-03-01');
    expect((await rates(analytics))['2024-03-31']).toBe('0/2');
    await order('F3', undefined);
    expect(await rates(analytics)).toEqual(CLOSED);
    const made = await world.database('made_with_closings');
    const { reader, store } = world;
    await repeatSubmissions({ ...reader, store, engine: made, progress: () => undefined, log: () => undefined });
    expect(differences(await checksums(world.engine), await checksums(made))).toEqual([]);
    expect(await rates(analyticsOf(made))).toEqual(CLOSED);
    expect(await rates(analyticsOf(made), ordered - 1)).toEqual(BEFORE);
  });

  it('none is closed that never reported, without a reason, or in a dataset that is not there', async () => {
    const { engine, store, configuration } = world;
    const means = { engine, store, configuration, now: Date.now };
    const given = { dataset: 'visits', facility: 'F1', closedOn: day('2024-06-01'), reason: 'gone', by: 'me' };
    await expect(closeFacility(means, { ...given, facility: 'F77' })).rejects.toMatchObject({ code: 'UNKNOWN_REGION' });
    await expect(closeFacility(means, { ...given, reason: '' })).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(closeFacility(means, { ...given, dataset: 'none' })).rejects.toMatchObject({
      code: 'UNKNOWN_DATASET',
    });
  });
});
