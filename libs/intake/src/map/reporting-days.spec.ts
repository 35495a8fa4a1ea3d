import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Configuration, loadConfiguration } from '#registry';
import { readSubmission } from '../read-submission.js';

/*
 * The reporting day is the facility's local day. Every zone that the runtime knows, every change of its offset from 2000
 * to 2030, instants around it, written in four ways; read by a feed whose facilities are the zones.
 *
 * The oracle adds the offset that the zone names (`GMT+05:30`) to the instant and divides by a day. The code under
 * test never asks for an offset: it asks for a calendar date. Every fourth zone is read; all of them with ALL_ZONES=1.
 */
const ZONES = Intl.supportedValuesOf('timeZone').filter((_, index) => process.env['ALL_ZONES'] || index % 4 === 0);
const FROM = Date.UTC(2000, 0, 1);
const TO = Date.UTC(2031, 0, 1);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const STEP = 7 * DAY;

function offsets(timeZone: string): (instant: number) => number {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  return (instant) => {
    const [, sign, hours, minutes = '0', seconds = '0'] =
      /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/.exec(clock.format(instant)) ?? [];
    if (sign === undefined) return 0;
    return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  };
}

/** The first millisecond of each new offset. */
function changes(offsetAt: (instant: number) => number): number[] {
  const found: number[] = [];
  for (let at = FROM, before = offsetAt(FROM); at < TO; at += STEP) {
    const after = offsetAt(at + STEP);
    if (after === before) continue;
    let low = at;
    let high = at + STEP;
    while (high - low > 1000) {
      const middle = Math.floor((low + high) / 2000) * 1000;
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    found.push(high);
    before = after;
  }
  return found;
}

const iso = (instant: number): string => new Date(instant).toISOString().slice(0, 19);
const dayOf = (instant: number, offset: number): string => iso(instant + offset).slice(0, 10);

function withOffset(instant: number, offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${iso(instant + offset)}${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

describe('the reporting day', () => {
  let folder: string;
  let configuration: Configuration;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'days-'));
    for (const name of ['datasets', 'feeds', 'codes']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'datasets/days.yaml'), 'openCategories: true\n');
    writeFileSync(
      join(folder, 'codes/zones.csv'),
      `facility,zone\n${ZONES.map((zone) => `${zone},${zone}`).join('\n')}\n`,
    );
    const feed = (timeZone: string): string =>
      `dataset: days\nlayouts: { csv: {} }\nrecord: { facility: facility, day: { column: day, format: iso-time${timeZone} }, category: expected }\n`;
    writeFileSync(join(folder, 'feeds/zoned.yaml'), feed(', timeZone: zones.zone'));
    writeFileSync(join(folder, 'feeds/as-written.yaml'), feed(''));
    writeFileSync(join(folder, 'feeds/chicago.yaml'), feed(', timeZone: America/Chicago'));
    configuration = loadConfiguration(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** Rows of facility, time and expected day; how many were read on another day. */
  function wrongDays(id: string, rows: readonly (readonly [facility: string, time: string, day: string])[]): number {
    const { statements, rowsAccepted } = readSubmission({
      content: Buffer.from(`facility,day,expected\n${rows.map((row) => row.join(',')).join('\n')}\n`),
      name: 'days.csv',
      receivedAt: TO,
      feed: configuration.feeds.get(id)!,
      configuration,
      password: undefined,
      recordKey: Buffer.alloc(32),
    });
    let wrong = rows.length - rowsAccepted;
    for (const { day, categories, values } of statements) {
      const read = iso(day * DAY).slice(0, 10);
      categories.forEach((expected, index) => (wrong += expected === read ? 0 : values[index]!));
    }
    return wrong;
  }

  it('is the local day in every zone, around every change of its clocks from 2000 to 2030', () => {
    let cases = 0;
    let transitions = 0;
    let wrong = 0;
    for (const zone of ZONES) {
      const offsetAt = offsets(zone);
      const rows: [string, string, string][] = [];
      for (const change of changes(offsetAt)) {
        transitions++;
        const before = offsetAt(change - 1000);
        const midnight = Math.floor((change + before) / DAY) * DAY - before;
        const instants = [-DAY, -HOUR, -1000, 0, 1000, HOUR, DAY].map((step) => change + step);
        for (const edge of [midnight, midnight + DAY]) instants.push(edge - HOUR, edge - 1000, edge, edge + HOUR);
        for (const instant of instants) {
          const offset = offsetAt(instant);
          const day = dayOf(instant, offset);
          rows.push([zone, `${iso(instant)}Z`, day]); // as UTC
          rows.push([zone, withOffset(instant, offset), day]); // as the clock on the wall says, with its offset
          rows.push([
            zone,
            withOffset(instant, 5.5 * HOUR)
              .replace('T', ' ')
              .replace(/:(\d\d)$/, '$1'),
            day,
          ]); // by another clock
          rows.push([zone, iso(instant + offset), day]); // as the clock on the wall says; an hour that it skips is not there
          rows.push([zone, iso(instant + before), dayOf(instant, before)]); // also one in the gap: the day as written
        }
      }
      cases += rows.length;
      if (rows.length > 0) wrong += wrongDays('zoned', rows);
    }
    console.log(`${ZONES.length} zones, ${transitions} changes, ${cases} times: ${wrong} wrong reporting days`);
    expect(transitions).toBeGreaterThan(2_000);
    expect(wrong).toBe(0);
  }, 120_000);

  it('is the day as written where no zone is configured, and of one zone for all where one is', () => {
    const late = '2024-03-10T03:30:00Z';
    expect(wrongDays('as-written', [['A', late, '2024-03-10'], ['A', '2024-03-09T21:30:00-06:00', '2024-03-09']])).toBe(0); // prettier-ignore
    expect(wrongDays('chicago', [['A', late, '2024-03-09'], ['A', '2024-03-10T02:30:00', '2024-03-10']])).toBe(0); // prettier-ignore
    expect(wrongDays('zoned', [['nowhere', late, '2024-03-10']])).toBe(0);
  });
});
