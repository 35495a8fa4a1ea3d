import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Configuration } from './model.js';
import { problemsOf } from './problems.js';
import { type WatchedConfiguration, watchConfiguration } from './watch.js';

const FEED =
  'dataset: visits\nrecord: { facility: site, day: date, category: { column: reason, map: reasons.syndrome } }\n';

let folder: string;
let watched: WatchedConfiguration | undefined;
/** What was called back, in order; `next` waits for one more. */
let seen: (Configuration | readonly string[])[];
let wake: (() => void) | undefined;

const write = (path: string, text: string): void => writeFileSync(join(folder, path), text);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'watch-'));
  for (const name of ['datasets', 'feeds', 'codes', 'secrets']) mkdirSync(join(folder, name));
  write('datasets/visits.yaml', 'categories: [flu, injury]\n');
  write('feeds/clinic.yaml', FEED);
  write('codes/reasons.csv', 'reason,syndrome\nFEVER,flu\n');
  seen = [];
});
afterEach(async () => {
  await watched?.close();
  watched = undefined;
  rmSync(folder, { recursive: true, force: true });
});

function start(): WatchedConfiguration {
  const push = (item: Configuration | readonly string[]): void => {
    seen.push(item);
    wake?.();
  };
  return (watched = watchConfiguration(folder, {
    onChange: push,
    onError: (error) => push(problemsOf(error).map(({ file }) => file)),
    quietMs: 20,
  }));
}

async function next(): Promise<Configuration | readonly string[]> {
  while (seen.length === 0) await new Promise<void>((resolve) => (wake = resolve));
  return seen.shift() ?? [];
}

async function nextConfiguration(): Promise<Configuration> {
  const item = await next();
  if (!('feeds' in item)) throw new Error(`problems in ${item.join(', ')}`);
  return item;
}

describe('a watched configuration', () => {
  it('takes in a new sender without a restart', async () => {
    const configuration = start();
    const before = configuration.current;
    write('feeds/hospital.yaml', FEED);
    expect([...(await nextConfiguration()).feeds.keys()]).toEqual(['clinic', 'hospital']);
    expect(configuration.current.feeds.has('hospital')).toBe(true);
    expect(before.feeds.has('hospital')).toBe(false);
    expect(configuration.current.version).not.toBe(before.version);
  });

  it('takes in a changed code map that was put in place by a rename', async () => {
    start();
    write('codes/.reasons.csv.new', 'reason,syndrome\nFEVER,flu\nFALL,injury\n');
    renameSync(join(folder, 'codes/.reasons.csv.new'), join(folder, 'codes/reasons.csv'));
    expect((await nextConfiguration()).codes.get('reasons')?.rows.get('FALL')).toMatchObject({ syndrome: 'injury' });
  });

  it('drops a feed whose file was removed', async () => {
    const configuration = start();
    rmSync(join(folder, 'feeds/clinic.yaml'));
    expect((await nextConfiguration()).feeds.size).toBe(0);
    expect(configuration.current.feeds.size).toBe(0);
  });

  it('keeps the state before an invalid edit, and recovers with the next valid one', async () => {
    const configuration = start();
    const before = configuration.current;
    write('feeds/clinic.yaml', 'dataset: vists\n');
    expect(await next()).toEqual(['feeds/clinic.yaml', 'feeds/clinic.yaml']);
    expect(configuration.current).toBe(before);
    write('feeds/clinic.yaml', `title: Again\n${FEED}`);
    expect((await nextConfiguration()).feeds.get('clinic')?.title).toBe('Again');
  });

  it('says nothing about an edit that changes no content, nor about secrets', async () => {
    start();
    write('secrets/key', 'tulip');
    write('feeds/clinic.yaml', FEED);
    write('.hidden', 'x');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(seen).toEqual([]);
    write('feeds/clinic.yaml', `title: New\n${FEED}`);
    expect((await nextConfiguration()).feeds.get('clinic')?.title).toBe('New');
  });

  it('does not start on an invalid folder', () => {
    write('feeds/clinic.yaml', 'record: 1\n');
    expect(() => start()).toThrow('CONFIG_INVALID');
  });
});
