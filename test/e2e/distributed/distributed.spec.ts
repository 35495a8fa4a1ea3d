import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Redis } from 'ioredis';
import { until } from '../running-bellwether.fixture.js';
import { APPS, Service } from '../service.fixture.js';

jest.setTimeout(240_000);

const isHere = spawnSync('redis-server', ['--version']).status === 0;
if (!isHere)
  process.stdout.write(
    'SKIPPED: the distributed wiring, for there is no redis-server here (apt-get install redis-server)\n',
  );

(isHere || process.env['CI'] === 'true' ? describe : describe.skip)(
  'ClickHouse at a URL, Redis, two api and two workers',
  () => {
    let work: string;
    const services: Service[] = [];
    const apis: string[] = [];
    const workers: Service[] = [];
    let redisUrl: string;
    let environment: Record<string, string>;

    const start = (...given: ConstructorParameters<typeof Service>): Service => {
      const service = new Service(...given);
      services.push(service);
      return service;
    };
    const startWorker = async (instance: number): Promise<Service> => {
      const worker = start(`worker ${instance}`, [process.execPath, join(APPS, 'ingest/src/main.js')], {
        ...environment,
        BELLWETHER_INSTANCE: String(instance),
      });
      await worker.says(/(ready for submissions)/);
      workers.push(worker);
      return worker;
    };
    const total = async (api: string, region = 'nation:us'): Promise<number | null | undefined> => {
      const response = await fetch(
        `${api}/v1/series?dataset=visits&category=fever&region=${region}&from=2024-03-01&to=2024-03-01`,
      );
      const answer = (await response.json()) as { series?: { total: (number | null)[] }[] };
      return answer.series?.[0]?.total[0];
    };
    const bothSay = (expected: number): Promise<true> =>
      until(
        async () =>
          (await Promise.all(apis.map((api) => total(api)))).every((found) => found === expected) ? true : undefined,
        {
          within: 90_000,
          otherwise: () => services.map(({ name, output }) => `--- ${name}\n${output.slice(-1500)}`).join('\n'),
        },
      );
    const upload = async (api: string, name: string, count: number): Promise<number> => {
      const facility = name.split('_')[0]!;
      const body = `clinic,zip,day,syndrome,admitted,count\n${facility},19401,2024-03-01,fever,N,${count}\n`;
      const response = await fetch(`${api}/v1/submissions?feed=clinics&name=${name}`, {
        method: 'POST',
        body,
        headers: { 'content-type': 'text/csv' },
      });
      return response.status;
    };

    beforeAll(async () => {
      work = await mkdtemp(join(tmpdir(), 'distributed-'));
      await mkdir(join(work, 'redis'));
      await cp(join(import.meta.dirname, '../line/config'), join(work, 'config'), { recursive: true });
      const port = 20_000 + (process.pid % 20_000);
      start('redis', ['redis-server', '--port', String(port), '--save', '', '--dir', join(work, 'redis')]);
      redisUrl = `redis://127.0.0.1:${port}`;
      const engine = start('clickhouse', [process.execPath, join(APPS, 'engine/src/main.js')], {
        BELLWETHER_DATA: join(work, 'engine'),
        UV_THREADPOOL_SIZE: '16',
      });
      const clickhouse = await engine.says(/"url":"([^"]+)"/);
      environment = {
        BELLWETHER_MODE: 'distributed',
        BELLWETHER_DATA: join(work, 'data'),
        BELLWETHER_CONFIG: join(work, 'config'),
        BELLWETHER_API_PORT: '0',
        BELLWETHER_SQL_PORT: '0',
        CLICKHOUSE_URL: clickhouse,
        REDIS_URL: redisUrl,
      };
      await startWorker(1);
      await startWorker(2);
      for (const name of ['api 1', 'api 2']) {
        const api = start(name, [process.execPath, join(APPS, 'api/src/main.js')], environment);
        apis.push(await api.says(/"url":"([^"]+)","sql"/));
      }
    });
    afterAll(async () => {
      for (const service of services.reverse()) await service.stop();
      await rm(work, { recursive: true, force: true });
    });

    it('count each submission once, whichever api took it and whichever worker read it', async () => {
      const statuses = await Promise.all(
        Array.from({ length: 40 }, (_, i) => upload(apis[i % 2]!, `F${i}_2024-03-01_v1.csv`, i)),
      );
      expect(new Set(statuses)).toEqual(new Set([201]));
      expect(await upload(apis[1]!, 'F7_2024-03-01_v1.csv', 7)).toBe(200);
      await bothSay((39 * 40) / 2);
      const commits = workers.map(({ output }) => (output.match(/"committed"/g) ?? []).length);
      expect(commits.every((count) => count > 0)).toBe(true);
    });

    it('answer alike after a correction that only one of them was told of', async () => {
      expect(await Promise.all(apis.map((api) => total(api, 'facility:F3')))).toEqual([3, 3]);
      await upload(apis[0]!, 'F3_2024-03-01_v2.csv', 103);
      await bothSay((39 * 40) / 2 + 100);
      expect(await Promise.all(apis.map((api) => total(api, 'facility:F3')))).toEqual([103, 103]);
    });

    it('lose nothing when Redis is flushed and a worker is killed', async () => {
      const redis = new Redis(redisUrl);
      const sending = Promise.all(
        Array.from({ length: 30 }, (_, i) => upload(apis[i % 2]!, `G${i}_2024-03-01_v1.csv`, 1)),
      );
      await workers[0]!.kill();
      await redis.flushall();
      await sending;
      await redis.flushall();
      redis.disconnect();
      await bothSay((39 * 40) / 2 + 100 + 30);
    });

    it('take work from a third worker without any change', async () => {
      const third = await startWorker(3);
      await Promise.all(Array.from({ length: 40 }, (_, i) => upload(apis[0]!, `H${i}_2024-03-01_v1.csv`, 1)));
      await bothSay((39 * 40) / 2 + 100 + 70);
      expect(third.output).not.toContain('"level":"error"');
    });

    it('watch the same drop folder without taking a file twice', async () => {
      const inbox = join(work, 'data/inbox/clinics');
      await mkdir(inbox, { recursive: true });
      for (let i = 0; i < 10; i++) {
        await writeFile(
          join(inbox, `J${i}_2024-03-01_v1.csv`),
          `clinic,zip,day,syndrome,admitted,count\nJ${i},19401,2024-03-01,fever,N,1\n`,
        );
      }
      await bothSay((39 * 40) / 2 + 100 + 80);
    });
  },
);
