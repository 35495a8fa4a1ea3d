import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { CURRENT_FOR } from './bus.js';
import { describeBus } from './bus.contract.js';
import { openRedisBus } from './redis-bus.js';

const present = spawnSync('redis-server', ['--version']).status === 0;

if (!present) {
  process.stdout.write('SKIPPED: the Redis bus, for there is no redis-server here (apt-get install redis-server)\n');
  describe('the bus over Redis', () => {
    it('is specified wherever CI runs', () => {
      expect(process.env['CI']).not.toBe('true');
    });
  });
} else {
  const folder = mkdtempSync(join(tmpdir(), 'redis-'));
  const socket = join(folder, 'redis.sock');
  let server: ChildProcess;
  beforeAll(async () => {
    const flags = ['--port', '0', '--unixsocket', socket, '--save', '', '--dir', folder];
    server = spawn('redis-server', flags, { stdio: ['ignore', 'pipe', 'inherit'] });
    for await (const chunk of server.stdout!) if (String(chunk).includes('eady to accept connections')) break;
  });
  afterAll(async () => {
    const gone = once(server, 'exit');
    server.kill('SIGTERM');
    await gone;
    rmSync(folder, { recursive: true, force: true });
  });

  describeBus('the bus over Redis', () => openRedisBus({ url: socket }));

  describe('a follower over Redis', () => {
    it('is told that messages may be lost when its connection breaks, before it is current again', async () => {
      const bus = await openRedisBus({ url: socket });
      await bus.subscribe('commit', () => undefined);
      let lost = 0;
      const isCurrent = await bus.follow(() => void lost++);
      expect([lost, isCurrent()]).toEqual([0, true]);
      const admin = new Redis(socket);
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await admin.quit();
      while (isCurrent()) await pause(5);
      expect(lost).toBeGreaterThanOrEqual(1);
      while (!isCurrent()) await pause(5);
      expect(lost).toBeGreaterThanOrEqual(2);
      await bus.close();
    });

    it('is waited for after Redis was emptied and has forgotten who follows', async () => {
      const [api, ingest] = [await openRedisBus({ url: socket }), await openRedisBus({ url: socket })];
      await api.follow(() => undefined);
      const admin = new Redis(socket);
      await admin.flushall();
      await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
      await admin.quit();
      const published = ingest.publish('commit', 1);
      const before = performance.now();
      await published;
      // Nobody could be asked, so nobody may still believe in what it had when the message was published.
      expect(performance.now() - before).toBeGreaterThan(CURRENT_FOR);
      await Promise.all([api.close(), ingest.close()]);
    });
  });

  describe('two Bellwethers on one Redis', () => {
    it('do not hear each other', async () => {
      const [one, two] = [await openRedisBus({ url: socket }), await openRedisBus({ url: socket, prefix: 'other' })];
      await one.subscribe('commit', () => undefined);
      expect(await two.publish('commit', 1)).toBe(0);
      expect(await one.publish('commit', 1)).toBe(1);
      await Promise.all([one.close(), two.close()]);
    });
  });
}
