import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfiguration } from '#registry';
import { parseDay } from '#vocabulary';
import { generateSample, liveSubmissions, sampleFacilities } from './index.js';

const configuration = loadConfiguration('config');
const geography = configuration.crosswalk.zips();
const today = parseDay('2026-03-02') ?? NaN;
const TINY = { today, geography, facilities: 24, days: 40 };

describe('a sample', () => {
  const folders: string[] = [];
  const make = async () => {
    const folder = mkdtempSync(join(tmpdir(), 'sample-'));
    folders.push(folder);
    const steps: number[] = [];
    const progress = (done: number, total: number): number => steps.push(done / total);
    const made = await generateSample({ ...TINY, folder, seed: 1, threads: 0, progress });
    return { ...made, folder, steps, lines: readFileSync(made.manifest, 'utf8').trim().split('\n').slice(1) };
  };
  let one: Awaited<ReturnType<typeof make>>;
  beforeAll(async () => {
    one = await make();
  }, 60_000);
  afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })));

  it('is the same for equal options: names, times, expectation, and every byte that is not encrypted', async () => {
    const two = await make();
    expect(two.lines).toEqual(one.lines);
    expect(two.expected).toEqual(one.expected);
    const plain = one.lines
      .map((line) => line.split(',')[1] ?? '')
      .filter((path) => /\.(?:gz|csv|txt|dat)$/.test(path));
    expect(plain.length).toBeGreaterThan(10);
    for (const path of plain)
      expect(readFileSync(join(two.folder, path)).equals(readFileSync(join(one.folder, path)))).toBe(true);
  }, 60_000);

  it('says how far it is, from the beginning to the end', () => {
    expect(one.steps).toEqual([...one.steps].sort((a, b) => a - b));
    expect(one.steps.length).toBeGreaterThan(20);
    expect(one.steps.at(-1)).toBe(1);
  });

  it('arrives in order, never after its end, under names that its feeds understand', () => {
    const { lines } = one;
    const times = lines.map((line) => Date.parse(line.split(',')[0] ?? ''));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.at(-1)).toBeLessThanOrEqual(Date.parse('2026-03-02T12:00:00-05:00'));
    for (const line of lines) {
      const [, path = '', id = ''] = line.split(',');
      const stated = configuration.feeds.get(id)?.name?.exec(path.slice(path.lastIndexOf('/') + 1))?.groups;
      expect(stated?.['sender']).toMatch(/^[a-z-]+$/);
      expect(stated?.['version']).toMatch(/^\d+$/);
    }
    expect(new Set(lines.map((line) => line.split(',')[2]))).toEqual(new Set(configuration.feeds.keys()));
    expect(new Set(lines.map((line) => line.split(',')[1])).size).toBe(lines.length);
  });

  it('refuses to be smaller than its days of single archives', async () => {
    await expect(generateSample({ ...TINY, folder: '/nowhere', seed: 1, days: 20 })).rejects.toThrow('days is 20');
    await expect(generateSample({ ...TINY, folder: '/nowhere', seed: 1, facilities: 3 })).rejects.toThrow(
      'facilities is 3',
    );
  });
});

describe('the facilities of the national sample', () => {
  const facilities = sampleFacilities({ today, geography, seed: 1 });
  const places = new Map(geography.map((place) => [place.zip, place]));

  it('lie in real zips of nearly all states, where people live', () => {
    expect(facilities.length).toBeGreaterThan(2400);
    for (const { zip, county } of facilities) expect(places.get(zip)?.county).toBe(county);
    const inState = (state: string): number => facilities.filter((facility) => facility.state === state).length;
    expect(new Set(facilities.map(({ state }) => state)).size).toBeGreaterThan(45);
    expect(inState('CA')).toBeGreaterThan(inState('OH'));
    expect(inState('OH')).toBeGreaterThan(inState('WY') * 5);
  });

  it('have ids of seven characters, each once, of 60 to 80 senders', () => {
    const ids = facilities.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Z]{2}\d{5}$/);
    const senders = new Set(facilities.map(({ sender }) => sender)).size;
    expect(senders).toBeGreaterThanOrEqual(60);
    expect(senders).toBeLessThanOrEqual(80);
  });

  it('are others for another seed', () => {
    const others = sampleFacilities({ today, geography, seed: 2 });
    expect(others.map(({ zip }) => zip)).not.toEqual(facilities.map(({ zip }) => zip));
  });

  it('keep their ids, zips and senders when the sample ends on another day', () => {
    const later = sampleFacilities({ today: today + 30, geography, seed: 1, days: 400 });
    const key = facilities.map(({ id, zip, sender }) => [id, zip, sender]);
    expect(later.map(({ id, zip, sender }) => [id, zip, sender])).toEqual(key);
  });
});

describe('live submissions', () => {
  it('go on without end: known names, rising versions, known facilities', async () => {
    const facilities = new Map(sampleFacilities({ ...TINY, seed: 1 }).map((facility) => [facility.id, facility]));
    let now = Date.parse('2026-03-02T15:00:00-05:00');
    const live = liveSubmissions({ today, geography, facilities: 24, seed: 1, now: () => (now += 1000) });
    let last = 0;
    for (let i = 0; i < 5; i++) {
      const { value } = await live.next();
      const stated = configuration.feeds.get(value.feed)?.name?.exec(value.name)?.groups;
      const version = Number(stated?.['version']);
      expect(version).toBeGreaterThan(last);
      last = version;
      expect(value.rows).toBeGreaterThan(0);
      expect(value.day).toBe(today);
      for (const id of value.facilities) expect(facilities.get(id)?.sender).toBe(stated?.['sender']);
    }
  });
});
