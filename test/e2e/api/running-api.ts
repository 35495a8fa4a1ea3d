import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createGate,
  createPolicy,
  issueKey,
  type KeyRing,
  openBreakGlass,
  openUsernameTokens,
  parseKeyFile,
  soapSecretOf,
} from '#access';
import { type ApiOptions, type ApiServices, type Corrections, createApi, type Upload } from '#api';
import { BellwetherError, type Receipt, type Region } from '#vocabulary';
import { SMALL_WORLD } from '../../contract/questions/small-world.js';
import { twinOf } from '../../contract/questions/twin.js';
import { oneAlarm } from './one-alarm.js';

const PARENT_OF: Readonly<Record<string, Region>> = {
  'facility:F1': { level: 'zip', code: '19401' },
  'facility:F2': { level: 'zip', code: '19403' },
  'zip:19401': { level: 'county', code: '42091' },
  'zip:19403': { level: 'county', code: '42091' },
  'county:42091': { level: 'state', code: 'PA' },
};

/** Keys of one principal a role, with the scopes that the access tests need. */
export function keyRing(): { ring: KeyRing; keys: Record<'analyst' | 'sender' | 'viewer', string> } {
  const keys = { analyst: issueKey(), sender: issueKey(), viewer: issueKey() };
  const ring = parseKeyFile(
    `principals:
  - { id: county, key: "${keys.analyst.hash}", roles: [analyst], datasets: "*", regions: ["county:42091"], facilities: "*", feeds: "*", breakGlass: { minutes: 120, regions: "*" } }
  - { id: clinic-1, key: "${keys.sender.hash}", roles: [sender], datasets: [clinic], regions: [], facilities: [F1], feeds: [clinics] }
  - { id: reader, key: "${keys.viewer.hash}", roles: [viewer], datasets: "*", regions: "*", facilities: "*", feeds: [] }
`,
    'keys.yaml',
  );
  return { ring, keys: { analyst: keys.analyst.key, sender: keys.sender.key, viewer: keys.viewer.key } };
}

const SOAP_KEY = Buffer.alloc(32, 7);

export interface RunningApi {
  readonly origin: string;
  readonly port: number;
  readonly keys: ReturnType<typeof keyRing>['keys'];
  /** What a principal signs SOAP messages with. */
  soapSecretOf(id: string): string;
  readonly questions: ReturnType<typeof twinOf>;
  /** What was logged at level error. */
  readonly errors: object[];
  readonly received: { readonly name: string; readonly bytes: Buffer }[];
  /** Submissions that were to be read again, and those that were discarded. */
  readonly replayed: readonly string[];
  readonly discarded: readonly { readonly submission: string; readonly note: string }[];
  /** GET, POST, … of a path. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  close(): Promise<void>;
}

/** Takes every order about a known submission; a trial changes one cell of every level. */
function correctionsOf(questions: ReturnType<typeof twinOf>): Corrections {
  const cell = { value: 3, reported: 1, suppressed: 0, missing: 0 };
  const alarm = { value: 3, expected: 0.5, upperbound: 2.25 };
  const day = 19_783;
  const regions: Region[] = [{ level: 'facility', code: 'F1' }, { level: 'facility', code: 'F2' }, { level: 'county', code: '42091' }, { level: 'nation', code: 'us' }]; // prettier-ignore
  const tried = {
    dataset: 'clinic',
    reading: undefined,
    cells: regions.map((region) => ({ region, day, category: 'fever', flag: 'Y', before: cell, after: undefined })),
    reporting: regions.map((region) => ({ region, day, before: 1, after: 0 })),
    alarms: {
      detector: 'ears-c2',
      changes: regions.map((region) => ({ region, category: 'fever', day, before: undefined, after: alarm })),
      isCut: false,
    },
    isCut: false,
  };
  return {
    async give({ submission, order }) {
      const { info } = await questions.submission(submission);
      const receivedAt = Date.parse('2024-02-01T00:00:00Z');
      return { submission: 'cd'.repeat(32), feed: info.feed, name: `${order}.json`, sha256: 'cd'.repeat(32), bytes: 80, receivedAt, duplicate: false }; // prettier-ignore
    },
    async close({ dataset, facility, closedOn }) {
      if (dataset !== 'clinic') throw new BellwetherError('UNKNOWN_DATASET', 'no feed counts in it');
      if (!['F1', 'F2'].includes(facility)) throw new BellwetherError('UNKNOWN_REGION', 'there is no such facility');
      const name = closedOn === undefined ? 'reopen-facility.json' : 'close-facility.json';
      const receivedAt = Date.parse('2024-02-01T00:00:00Z');
      return { submission: 'ef'.repeat(32), feed: 'clinics', name, sha256: 'ef'.repeat(32), bytes: 90, receivedAt, duplicate: false }; // prettier-ignore
    },
    tryOrder: async () => tried,
    tryFile: async () => ({ ...tried, reading: { rowsRead: 1, rowsAccepted: 1, rowsRefused: 0, faults: [] } }),
  };
}

/** The whole api on a free port, over the twin and the small world. */
export async function runApi(
  change: Partial<ApiOptions> & { services?: Partial<ApiServices> } = {},
): Promise<RunningApi> {
  const { services: replaced, ...changed } = change;
  const { ring, keys } = keyRing();
  const questions = twinOf(SMALL_WORLD);
  const errors: object[] = [];
  const received: { name: string; bytes: Buffer }[] = [];
  const replayed: string[] = [];
  const discarded: { submission: string; note: string }[] = [];
  const options: ApiOptions = {
    host: '127.0.0.1',
    port: 0,
    sampleMode: true,
    bodyLimit: 100_000,
    version: '0.0.0-test',
    log: { info: () => undefined, warn: () => undefined, error: (fields) => errors.push(fields) },
    ...changed,
  };
  const folder = mkdtempSync(join(tmpdir(), 'running-api-'));
  const breakGlass = await openBreakGlass({
    path: join(folder, 'break-glass.json'),
    now: Date.now,
    onError: (error) => errors.push({ error }),
  });
  const gate = createGate({ keys: ring, sampleMode: options.sampleMode, widened: breakGlass.widened });
  const tokens = openUsernameTokens({ ring: () => ring, installationKey: SOAP_KEY, now: Date.now });

  async function receive({ feed, name, body }: Upload): Promise<Receipt> {
    if (!SMALL_WORLD.feeds.some(({ id }) => id === feed))
      throw new BellwetherError('UNKNOWN_FEED', `no feed "${feed}"`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const duplicate = received.some((earlier) => earlier.name === name && earlier.bytes.equals(bytes));
    received.push({ name, bytes });
    return {
      submission: sha256,
      feed,
      name,
      sha256,
      bytes: bytes.length,
      receivedAt: Date.parse('2024-02-01T00:00:00Z'),
      duplicate,
    };
  }

  const app = await createApi(
    {
      questions,
      policy: createPolicy(({ level, code }) => PARENT_OF[`${level}:${code}`]),
      breakGlass,
      enter: async () => undefined,
      receive,
      reading: {
        rows: async ({ submission: _, ...cell }) => [
          { ...cell, member: 'F1_b.csv', record: 1, line: 2, status: 'reported', value: 7 },
        ],
        preview: async ({ feed, yaml }) => ({
          problems:
            yaml === undefined
              ? []
              : [
                  {
                    ...{ file: `feeds/${feed}.yaml`, line: 1, column: 1, path: '' },
                    ...{ found: 'no feed', expected: 'one', suggestion: undefined },
                  },
                ],
          refused: null,
          ...{ rowsRead: 1, rowsAccepted: 1, rowsRefused: 0, errors: [] },
          rows: [],
          totals: [{ category: 'fever', flag: 'N', facilities: 1, days: 1, value: 0 }],
        }),
        feedText: async (feed) => `title: ${feed}\n`,
      },
      alarms: oneAlarm(),
      corrections: correctionsOf(questions),
      replay: async (submissions) => void replayed.push(...submissions),
      discard: async (submissions, note) =>
        void discarded.push(...submissions.map((submission) => ({ submission, note }))),
      authenticate: async (credentials) => gate.authenticate(credentials),
      authenticateToken: (token) => tokens.authenticate(token),
      health: async () => ({ ready: true, parts: [{ name: 'warehouse', ok: true, detail: 'answers' }] }),
      metrics: async () => '# TYPE up gauge\nup 1\n',
      configurationVersion: () => 'abc123',
      ...replaced,
    },
    options,
  );
  await app.listen(options.port, options.host);
  const { port } = app.getHttpServer().address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    port,
    keys,
    soapSecretOf: (id) => soapSecretOf(ring, id, SOAP_KEY) ?? '',
    questions,
    errors,
    received,
    replayed,
    discarded,
    ask: (path, init) => fetch(origin + path, init),
    async close() {
      await app.close();
      breakGlass.close();
      rmSync(folder, { recursive: true });
    },
  };
}
