import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type DryRunMeans, dryRunFile } from '#intake';
import type { CommitNotice } from '#notices';
import { type AlarmRow, alarmRows } from '#warehouse';
import { type OpenDesk, openDesk, openWatch, tryAlarms, type Watch } from '#watch';
import { type RunningLine, startLine } from '../../contract/questions/running-line.fixture.js';
import { before, CLINICS, CONFIG, report, TODAY, usual } from './ten-clinics.fixture.js';

const HOUR = 3_600_000;
/** Midnight of today in New York. */
const MIDNIGHT = Date.parse('2026-03-12T04:00:00Z');

describe('alarms while reports arrive', () => {
  let line: RunningLine;
  let watch: Watch;
  let desk: OpenDesk;
  let clock = MIDNIGHT + HOUR;
  const now = (): number => clock;
  const notices: CommitNotice[] = [];
  const told: { id: string; news: string }[] = [];

  const start = (): Watch =>
    openWatch({
      engine: line.engine,
      configuration: () => line.configuration,
      now,
      isCurrent: () => true,
      tell: async ({ id }: AlarmRow, news) => void told.push({ id, news }),
      published: () => undefined,
      ran: () => undefined,
      log: (level, message, facts) => {
        if (level === 'warn') throw new Error(`${message} ${JSON.stringify(facts)}`);
      },
      gather: 1,
    });
  const rows = (): Promise<AlarmRow[]> => alarmRows(line.engine, { limit: 100 });
  async function arrive(clinics: readonly string[], fever?: (clinic: string) => number, version = 1): Promise<void> {
    for (const clinic of clinics) {
      clock += 60_000;
      const given = report(clinic, [TODAY], { ...(fever ? { fever: () => fever(clinic) } : {}), version });
      await line.send({ ...given, at: new Date(clock).toISOString() });
    }
    await watch.idle();
  }

  beforeAll(async () => {
    line = await startLine({
      config: CONFIG,
      now,
      changed: (change) => {
        notices.push(change);
        watch?.changed(change);
      },
    });
    for (const { id } of CLINICS)
      await line.send({ ...report(id, before(TODAY)), at: new Date(MIDNIGHT - HOUR).toISOString() });
    watch = start();
    await watch.idle();
    desk = openDesk({ engine: line.engine, configuration: () => line.configuration, now, published: () => undefined });
  });
  afterAll(async () => {
    await watch?.close();
    await line?.close();
  });

  const montgomery = CLINICS.filter(({ county }) => county === '42091').map(({ id }) => id);

  it('are not raised by ordinary days, nor by a day of which half has come', async () => {
    await arrive(montgomery.slice(0, 3));
    await arrive(CLINICS.filter(({ county }) => county === '42017').slice(0, 2).map(({ id }) => id)); // prettier-ignore
    expect(await rows()).toEqual([]);
    const at = await desk.alarmAt({
      rule: 'visits', region: { level: 'county', code: '42091' }, category: 'fever', day: TODAY, asOf: clock,
    }); // prettier-ignore
    expect(at).toMatchObject({ judged: 'quiet', completeness: 0.5, matched: 3 });
  });

  it('say what the day will come to, between bounds', async () => {
    const region = { level: 'county', code: '42091' } as const;
    const found = await desk.nowcast({ dataset: 'visits', region, category: 'fever', day: TODAY });
    const truth = montgomery.reduce((sum, clinic) => sum + usual(clinic, TODAY, 'fever'), 0);
    const known = montgomery.slice(0, 3).reduce((sum, clinic) => sum + usual(clinic, TODAY, 'fever'), 0);
    expect(found).toMatchObject({ participating: 6, completeness: 0.5, known });
    expect(found.low!).toBeGreaterThan(known);
    expect([found.low! <= truth, truth <= found.high!]).toEqual([true, true]);
    const then = await desk.nowcast({ dataset: 'visits', region, category: 'fever', day: TODAY, asOf: MIDNIGHT });
    expect(then).toMatchObject({ completeness: 0, expected: null });
  });

  it('wait until enough has come to say anything', async () => {
    const at = { rule: 'visits', category: 'fever', day: TODAY, asOf: clock };
    expect(await desk.alarmAt({ ...at, region: { level: 'county', code: '34023' } })).toMatchObject({
      judged: 'early',
      completeness: 0,
      value: null,
    });
  });

  it('are told of before a file is sent, by those who try it', async () => {
    const means = {
      engine: line.engine,
      store: line.store,
      configuration: () => line.configuration,
      passwordOf: () => undefined,
      recordKey: Buffer.from('a key for the tests'),
      now,
      alarms: (asked: Parameters<DryRunMeans['alarms']>[0]) =>
        tryAlarms({ engine: line.engine, configuration: line.configuration }, asked),
    };
    const file = (rise: number) => {
      const { feed, name, content } = report(montgomery[3]!, [TODAY], { fever: (day) => Math.round(rise * usual(montgomery[3]!, day, 'fever')) }); // prettier-ignore
      return { feed, name, content: Buffer.from(content) };
    };
    expect((await dryRunFile(means, file(1))).alarms).toEqual({ detector: 'switch', changes: [], isCut: false });
    const { changes } = (await dryRunFile(means, file(6))).alarms;
    const county = changes.filter(({ region: { level } }) => level === 'county');
    expect(county).toMatchObject([{ region: { code: '42091' }, category: 'fever', day: TODAY, before: undefined }]);
    // Counted by hand: the four of the county who would then have reported.
    const others = montgomery.slice(0, 3).reduce((sum, clinic) => sum + usual(clinic, TODAY, 'fever'), 0);
    expect(county[0]!.after!.value).toBe(others + Math.round(6 * usual(montgomery[3]!, TODAY, 'fever')));
    expect(await rows()).toEqual([]);
  });

  it('are raised by a rise of those who have reported, once, and told once', async () => {
    await arrive(montgomery.slice(3, 5), (clinic) => usual(clinic, TODAY, 'fever') * 3);
    const [alarm, ...others] = await rows();
    expect(others).toEqual([]);
    expect(alarm).toMatchObject({ dataset: 'visits', category: 'fever', level: 'county', region: '42091', day: TODAY, standing: true, told: true }); // prettier-ignore
    expect(alarm!.share).toBeCloseTo(5 / 6);
    expect(told).toEqual([{ id: alarm!.id, news: 'opened' }]);
  });

  it('stay one when notices are repeated, and when the process begins anew', async () => {
    const [earlier] = await rows();
    for (const notice of [...notices, ...notices.slice(-3)]) watch.changed(notice);
    await watch.idle();
    await watch.close();
    watch = start();
    for (const notice of notices.slice(-2)) watch.changed(notice);
    await watch.idle();
    expect(await rows()).toEqual([earlier]);
    expect(told).toHaveLength(1);
  });

  it('can be repeated from what was known then', async () => {
    const [{ id } = { id: '' }] = await rows();
    const replay = await desk.replay(id);
    expect(replay).toMatchObject({ isEqual: true, differing: [], recorded: replay.repeated! });
    expect(replay.recorded.judged).toBe('alarm');
  });

  it('were not there before the rise had come', async () => {
    const [{ id, opened } = { id: '', opened: 0 }] = await rows();
    expect(await desk.alarmAtOf(id, opened - 90_000)).toMatchObject({ judged: 'quiet' });
    expect(await desk.alarmAtOf(id, opened)).toMatchObject({ judged: 'alarm' });
  });

  it('that later data cancel stay on record, and say so', async () => {
    const [{ id } = { id: '' }] = await rows();
    await arrive(montgomery.slice(3, 5), (clinic) => usual(clinic, TODAY, 'fever'), 2);
    const { alarm, findings } = await desk.one(id);
    expect(alarm).toMatchObject({ standing: false, state: 'open' });
    expect(findings[0]?.judged).not.toBe('alarm');
    expect(told.at(-1)).toEqual({ id, news: 'cancelled' });
    expect((await desk.replay(id)).isEqual).toBe(true);
    await arrive(montgomery.slice(3, 5), (clinic) => usual(clinic, TODAY, 'fever') * 3, 3);
    expect((await desk.one(id)).alarm.standing).toBe(true);
    expect((await desk.list({ limit: 10 })).items).toHaveLength(1);
    expect(told.map(({ news }) => news)).toEqual(['opened', 'cancelled', 'standing']);
  });

  it('are handled by people: acknowledged, snoozed until a time, dismissed for a reason', async () => {
    const [{ id } = { id: '' }] = await rows();
    const order = { actor: 'ann', reason: 'school reopened' };
    expect((await desk.act(id, { ...order, action: 'snooze', until: clock + HOUR })).state).toBe('snoozed');
    expect((await desk.list({ limit: 10, state: 'open' })).items).toEqual([]);
    clock += HOUR;
    expect((await desk.one(id)).alarm).toMatchObject({ state: 'open', snoozedUntil: null });
    await desk.act(id, { ...order, action: 'assign', assignee: 'bob' });
    expect(await desk.act(id, { ...order, action: 'dismiss' })).toMatchObject({ state: 'dismissed', assignee: 'bob' });
    await expect(desk.act(id, { ...order, action: 'snooze', until: clock + 1 })).rejects.toMatchObject({
      code: 'ALARM_STATE',
    });
    expect((await desk.one(id)).actions.map(({ action }) => action)).toEqual(['snooze', 'assign', 'dismiss']);
    await expect(desk.one('00'.repeat(16))).rejects.toMatchObject({ code: 'UNKNOWN_ALARM' });
  });
});
