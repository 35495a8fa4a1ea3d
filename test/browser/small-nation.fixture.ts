import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { loadConfiguration } from '#registry';
import { generateSample } from '#sample';
import { parseDay } from '#vocabulary';
import { type RunningBellwether, startBellwether } from '../e2e/running-bellwether.fixture.js';

const ROOT = join(import.meta.dirname, '../..');
const CLI = join(ROOT, 'dist/apps/cli/src/main.js');
const CONFIG = join(ROOT, 'config');

/** The last day of the sample: long enough ago that nothing in it is still to come. */
export const TODAY = '2026-10-31';
export const YESTERDAY = '2026-10-30';

export interface SmallNation extends RunningBellwether {
  /** Stops it and leaves nothing. */
  end(): Promise<void>;
}

/** A running Bellwether with two years of eighty facilities: the same ones, counts and times at every run. */
export async function startSmallNation(): Promise<SmallNation> {
  const work = await mkdtemp(join(tmpdir(), 'browser-'));
  const data = join(work, 'data');
  const folder = join(work, 'sample');
  const geography = loadConfiguration(CONFIG).crosswalk.zips();
  const { manifest } = await generateSample({
    ...{ folder, today: parseDay(TODAY)!, seed: 7, facilities: 120, days: 730, geography, threads: 0 },
  });
  await mkdir(join(data, 'secrets'), { recursive: true, mode: 0o700 });
  await copyFile(join(folder, 'secrets/passwords.csv'), join(data, 'secrets/passwords.csv'));
  const running = await startBellwether({ data, config: CONFIG });
  const load = ['load', '--manifest', manifest, '--data', data, '--config', CONFIG];
  await promisify(execFile)(process.execPath, [CLI, ...load], { timeout: 240_000 });
  return {
    ...running,
    async end() {
      await running.stop();
      await rm(work, { recursive: true, force: true });
    },
  };
}
