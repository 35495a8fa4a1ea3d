import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { DAY, DOORS } from './doors.js';
import { type ServingLine, startServingLine } from './serving-line.fixture.js';

jest.setTimeout(3_600_000);

/** `RACES=20 npm test -- test/contract/serving` runs twenty times as many. */
const TIMES = Number(process.env['RACES'] ?? 1);

const CONFIG = {
  'datasets/clinic.yaml': `
title: Clinic visits
unit: visits
categories: { fever: Fever, rash: Rash }
flags: { N: Not flagged, Y: Flagged }
unflagged: N
`,
  'feeds/clinics.yaml': `
title: Clinics
dataset: clinic
archives: [plain]
name: '{facility}_x_v{version}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: value }
`,
};
const ZIP = '19401';
const REGIONS = ['zip:19401', 'county:42091', 'nation:us', 'facility:A'];
const READERS = 6;

/** Of one clinic: what was sent, and of what the ledger has said that it is loaded. */
interface Progress {
  begun: number;
  acknowledged: number;
}

/**
 * Clinic A states ever larger counts; readers ask through every door. The count of a region where only A reports fever
 * is the number of its last version, so an answer that began after version k was acknowledged shows k or more.
 */
async function race(line: ServingLine, wanted: number): Promise<string[]> {
  const progress: Progress = { begun: 0, acknowledged: 0 };
  const most = new Map<string, number>();
  const stale: string[] = [];
  let races = 0;
  let isOver = false;

  async function writeOne(): Promise<void> {
    const version = ++progress.begun;
    await line.send({
      feed: 'clinics',
      name: `A_x_v${version}.csv`,
      content: `facility,zip,day,category,flag,value\nA,${ZIP},${DAY},fever,N,${version}\n`,
    });
    progress.acknowledged = version;
  }
  async function write(): Promise<void> {
    while (races < wanted * TIMES) await writeOne();
    isOver = true;
  }
  async function read(reader: number): Promise<void> {
    const doors = Object.entries(DOORS);
    for (let turn = reader; !isOver; turn++) {
      const [name, door] = doors[turn % doors.length]!;
      const region = REGIONS[(turn + reader) % REGIONS.length]!;
      const least = progress.acknowledged;
      const sight = await door(line, region);
      let shown: number;
      if ('count' in sight) shown = sight.count;
      else {
        // What a tag names was counted, at most, from what had been sent when the tag was first seen.
        const key = `${name} ${region} ${sight.tag}`;
        shown = Math.min(most.get(key) ?? Infinity, progress.begun);
        most.set(key, shown);
      }
      races++;
      if (shown < least) stale.push(`${name} of ${region}: ${shown} after ${least} was acknowledged`);
    }
  }
  await writeOne(); // so that there is something to ask for
  await Promise.all([write(), ...Array.from({ length: READERS }, (_, reader) => read(reader))]);
  return stale;
}

describe('no door shows what was before a commit, once the ledger has acknowledged it', () => {
  it('with sockets between intake and api, in hundreds of races', async () => {
    const line = await startServingLine({ config: CONFIG });
    try {
      expect(await race(line, 400)).toEqual([]);
    } finally {
      await line.close();
    }
  });

  const present = spawnSync('redis-server', ['--version']).status === 0;
  if (!present) {
    process.stdout.write(
      'SKIPPED: stale reads with Redis, for there is no redis-server (apt-get install redis-server)\n',
    );
    it('is specified with Redis wherever CI runs', () => {
      expect(process.env['CI']).not.toBe('true');
    });
    return;
  }

  async function withRedis(work: (url: string, admin: Redis) => Promise<void>): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), 'redis-'));
    const socket = join(folder, 'redis.sock');
    const flags = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder];
    const server: ChildProcess = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const chunk of server.stdout!) if (String(chunk).includes('eady to accept connections')) break;
    const admin = new Redis(socket);
    try {
      await work(socket, admin);
    } finally {
      admin.disconnect();
      const gone = once(server, 'exit');
      server.kill('SIGTERM');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    }
  }

  it('with Redis between them', () =>
    withRedis(async (redis) => {
      const line = await startServingLine({ config: CONFIG, redis });
      try {
        expect(await race(line, 150)).toEqual([]);
      } finally {
        await line.close();
      }
    }));

  it('with a Redis that is emptied, and whose notices are lost with their connections, again and again', () =>
    withRedis(async (redis, admin) => {
      const line = await startServingLine({ config: CONFIG, redis });
      let isOver = false;
      const harm = (async () => {
        for (let turn = 0; !isOver; turn++) {
          await pause(150 + ((turn * 37) % 200));
          if (turn % 3 !== 0) await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
          if (turn % 3 !== 1) await admin.flushall();
        }
      })();
      try {
        expect(await race(line, 100)).toEqual([]);
      } finally {
        isOver = true;
        await harm;
        await line.close();
      }
    }));
});
