import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Redis } from 'ioredis';
import { until } from '../e2e/running-bellwether.fixture.js';
import { APPS, Service } from '../e2e/service.fixture.js';

const HELP = `Usage: npm run test:redis -- [options]

Two api and two workers share a Redis, as docker-compose.yml has them. In each round a burst of uploads is on its way
when Redis is flushed, or killed with -9 and started again empty. Every upload with a receipt must be counted, once;
how long that takes after the last receipt of the round is the drain. Needs redis-server.

  --flushes N  (10)     --kills N  (10)     --burst N  uploads a round (60)
`;

const { values } = parseArgs({
  options: {
    flushes: { type: 'string', default: '10' },
    kills: { type: 'string', default: '10' },
    burst: { type: 'string', default: '60' },
    help: { type: 'boolean', default: false },
  },
});

const DRAIN_GOAL = 15;
const GIVE_UP_MS = 120_000;
const OUTAGE_MS = 700;
const pause = (ms: number): Promise<void> => new Promise((next) => setTimeout(next, ms));

interface Round {
  readonly event: 'flush' | 'kill';
  readonly receipts: number;
  /** Uploads that were answered by an error; their sender would send them again. */
  readonly refused: number;
  readonly drain: number;
  readonly lost: number;
}

async function main(): Promise<number> {
  const work = mkdtempSync(join(tmpdir(), 'bellwether-redis-'));
  const services: Service[] = [];
  const start = (...given: ConstructorParameters<typeof Service>): Service => {
    const service = new Service(...given);
    services.push(service);
    return service;
  };
  const port = 20_000 + (process.pid % 20_000);
  mkdirSync(join(work, 'redis'));
  const startRedis = (): Service => start('redis', ['redis-server', '--port', String(port), '--save', '', '--dir', join(work, 'redis')]); // prettier-ignore
  try {
    cpSync(join(APPS, '../../test/e2e/line/config'), join(work, 'config'), { recursive: true });
    let redis = startRedis();
    await redis.says(/(Ready to accept connections)/);
    const engine = start('clickhouse', [process.execPath, join(APPS, 'engine/src/main.js')], {
      BELLWETHER_DATA: join(work, 'engine'),
      UV_THREADPOOL_SIZE: '16',
    });
    const environment = {
      BELLWETHER_MODE: 'distributed',
      BELLWETHER_DATA: join(work, 'data'),
      BELLWETHER_CONFIG: join(work, 'config'),
      BELLWETHER_API_PORT: '0',
      BELLWETHER_SQL_PORT: '0',
      CLICKHOUSE_URL: await engine.says(/"url":"([^"]+)"/),
      REDIS_URL: `redis://127.0.0.1:${port}`,
    };
    for (const instance of ['1', '2']) {
      const worker = start(`worker ${instance}`, [process.execPath, join(APPS, 'ingest/src/main.js')], {
        ...environment,
        BELLWETHER_INSTANCE: instance,
      });
      await worker.says(/(ready for submissions)/);
    }
    const apis: string[] = [];
    for (const name of ['api 1', 'api 2']) {
      const api = start(name, [process.execPath, join(APPS, 'api/src/main.js')], environment);
      apis.push(await api.says(/"url":"([^"]+)","sql"/));
    }

    const counted = async (api: string): Promise<number> => {
      const path = '/v1/series?dataset=visits&category=fever&region=nation:us&from=2024-03-01&to=2024-03-01';
      const response = await fetch(api + path, { signal: AbortSignal.timeout(5000) });
      const answer = (await response.json()) as { series?: { total: (number | null)[] }[] };
      return answer.series?.[0]?.total[0] ?? 0;
    };
    let serial = 0;
    async function upload(): Promise<boolean> {
      const facility = `F${++serial}`;
      const body = `clinic,zip,day,syndrome,admitted,count\n${facility},19401,2024-03-01,fever,N,1\n`;
      const url = `${apis[serial % 2]!}/v1/submissions?feed=clinics&name=${facility}_2024-03-01_v1.csv`;
      try {
        const headers = { 'content-type': 'text/csv' };
        const response = await fetch(url, { method: 'POST', body, headers, signal: AbortSignal.timeout(30_000) });
        await response.arrayBuffer();
        return response.ok;
      } catch {
        return false;
      }
    }

    let receipts = 0;
    const rounds: Round[] = [];
    const burst = Number(values.burst);
    const events = [
      ...Array.from({ length: Number(values.flushes) }, () => 'flush' as const),
      ...Array.from({ length: Number(values.kills) }, () => 'kill' as const),
    ];
    for (const [n, event] of events.entries()) {
      const sending = Promise.all(
        Array.from({ length: burst }, async (_, i) => {
          await pause(i * 20);
          return upload();
        }),
      );
      await pause(burst * 10);
      if (event === 'flush') {
        const client = new Redis(environment.REDIS_URL);
        await client.flushall();
        client.disconnect();
      } else {
        await redis.kill();
        await pause(OUTAGE_MS);
        redis = startRedis();
        await redis.says(/(Ready to accept connections)/);
      }
      const given = (await sending).filter((ok) => ok).length;
      receipts += given;
      const began = performance.now();
      const isThere = async (): Promise<true | undefined> =>
        (await Promise.all(apis.map((api) => counted(api).catch(() => -1)))).every((found) => found >= receipts) ? true : undefined; // prettier-ignore
      await until(isThere, { within: GIVE_UP_MS }).catch(() => undefined);
      const drain = (performance.now() - began) / 1000;
      const found = await Promise.all(apis.map(counted));
      // An upload that was refused after its bytes were safe counts too; its sender was only not told.
      const lost = Math.max(0, receipts - Math.min(...found));
      const round = { event, receipts: given, refused: burst - given, drain, lost };
      rounds.push(round);
      receipts = Math.max(receipts, ...found);
      console.log(`${String(n + 1).padStart(3)} ${event.padEnd(6)} receipts ${given} of ${burst}, drained in ${drain.toFixed(1)} s, lost ${lost}`); // prettier-ignore
    }
    const worst = Math.max(...rounds.map(({ drain }) => drain));
    const lost = rounds.reduce((sum, round) => sum + round.lost, 0);
    const isDouble = receipts > serial;
    console.log(`\nflushes          ${values.flushes}\nkills            ${values.kills}\nuploads          ${serial}, ${receipts} counted\nlongest drain    ${worst.toFixed(1)} s (goal ${DRAIN_GOAL})\nlost             ${lost}\ncounted twice    ${isDouble ? 'yes' : 'none'}`); // prettier-ignore
    console.log(JSON.stringify({ uploads: serial, counted: receipts, longestDrain: worst, lost, isDouble }));
    return lost === 0 && !isDouble && worst <= DRAIN_GOAL ? 0 : 1;
  } finally {
    for (const service of services.reverse()) await service.stop();
    rmSync(work, { recursive: true, force: true });
  }
}

if (values.help) process.stdout.write(HELP);
else process.exit(await main());
