import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGate, createPolicy, NO_KEYS, openRates } from '#access';
import { openAnalytics } from '#analytics';
import { openAudit } from '#audit';
import { createApi } from '#api';
import { openImageStore, openLayeredStore, openProcessStore, openRedisStore } from '#cache';
import { openMetrics } from '#platform';
import { loadConfiguration, parentIn } from '#registry';
import { openEngine } from '#warehouse';
import { obey } from './process.js';

/** How the api of a case is set up. */
export interface ApiSetup {
  readonly engine: string;
  readonly config: string;
  readonly redis?: string | undefined;
  /** Bytes for packed years, finished answers, texts and pictures in this process; 0 is none. */
  readonly packed: number;
  readonly finished: number;
  readonly fragments: number;
  readonly pictures: number;
  /** Folder for exports that are made as files; without it there are none. */
  readonly exportFolder?: string;
}

const setup = JSON.parse(process.argv[2] ?? '{}') as ApiSetup;
const configuration = loadConfiguration(setup.config);
const engine = await openEngine({ url: setup.engine });
const memory = openProcessStore({ maxBytes: Math.max(1, setup.packed) });
const store =
  setup.redis === undefined ? memory : openLayeredStore({ memory, shared: openRedisStore({ url: setup.redis }) });
const analytics = openAnalytics({
  engine,
  store,
  images: openImageStore({ maxBytes: Math.max(1, setup.pictures) }),
  rawStore: { facts: () => Promise.resolve(undefined), pending: () => Promise.resolve([]) },
  configuration: () => configuration,
  now: Date.now,
});
const metrics = openMetrics({ name: 'bench', runtime: false });
const gate = createGate({ keys: NO_KEYS, sampleMode: true });
const trail = mkdtempSync(join(tmpdir(), 'bench-trail-'));
const audit = await openAudit({ folder: trail, key: Buffer.alloc(32), onError: (error) => console.error(error) });
const app = await createApi(
  {
    questions: analytics,
    records: analytics.records,
    policy: createPolicy((region) => parentIn(configuration.crosswalk, region)),
    rates: openRates({ perMinute: 1e9, now: Date.now }),
    audit,
    enter: () => Promise.resolve(),
    receive: () => Promise.reject(new Error('not measured here')),
    replay: () => Promise.reject(new Error('not measured here')),
    discard: () => Promise.reject(new Error('not measured here')),
    authenticate: (credentials) => gate.authenticate(credentials),
    health: async () => ({ ready: true, parts: [] }),
    metrics: async () => (await metrics.exposition()).text,
    configurationVersion: () => configuration.version,
  },
  {
    host: '127.0.0.1',
    port: 0,
    sampleMode: true,
    bodyLimit: 1000,
    version: '0',
    log: { info: () => undefined, warn: () => undefined, error: (fields, message) => console.error(message, fields) },
    memory: { finished: setup.finished, fragments: setup.fragments },
    ...(setup.exportFolder === undefined ? {} : { exportFolder: setup.exportFolder }),
    answered: ({ door, route, status, seconds }) => metrics.requests.observe({ door, route, status }, seconds),
  },
);
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address() as AddressInfo;
obey(`http://127.0.0.1:${port}`, async () => {
  await app.close();
  await audit.close();
  rmSync(trail, { recursive: true });
});
