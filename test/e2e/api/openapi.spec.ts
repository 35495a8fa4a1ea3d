import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { SUBMISSIONS } from '../../contract/questions/small-world.js';
import { ALARM_ID } from './one-alarm.js';
import { type RunningApi, runApi } from './running-api.js';

const require = createRequire(import.meta.url);

interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly {
    name: string;
    in: string;
    required?: boolean;
    schema: Record<string, unknown>;
    example?: unknown;
  }[];
  readonly responses: Readonly<Record<string, { content?: Record<string, { schema: Record<string, unknown> }> }>>;
}
interface Document {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const exportFolder = mkdtempSync(join(tmpdir(), 'openapi-exports-'));
/** An export that is done. */
let exported: string;
let api: RunningApi;
let document: Document;
let ajv: Ajv2020;
beforeAll(async () => {
  api = await runApi({ exportFolder });
  const begun = await api.ask('/v1/exports?dataset=clinic&level=county', { method: 'POST' });
  exported = ((await begun.json()) as { export: string }).export;
  for (let state = 'running'; state === 'running'; await new Promise((next) => setTimeout(next, 10)))
    state = ((await (await api.ask(`/v1/exports/${exported}`)).json()) as { state: string }).state;
  document = (await (await api.ask('/openapi.json')).json()) as Document;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');
});
afterAll(async () => {
  await api.close();
  rmSync(exportFolder, { recursive: true });
});

function gets(): { path: string; operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, { get }]) => (get ? [{ path, operation: get }] : []));
}

/** The schema of what an operation answers, by its place in the document; undefined where it documents none. */
function validatorOf(path: string, method: string, status: number, type: string): ValidateFunction | undefined {
  const { responses } = document.paths[path]![method]!;
  const key = String(status) in responses ? String(status) : 'default';
  if (!responses[key]?.content?.[type]) return undefined;
  const pointer = ['paths', path, method, 'responses', key, 'content', type, 'schema'].map((part) =>
    encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')),
  );
  return ajv.compile({ $ref: `api#/${pointer.join('/')}` });
}

/** Checks a response against the document: a media type and, for JSON, a body that it describes. */
async function expectDocumented(response: Response, path: string, method = 'get'): Promise<void> {
  const type = response.headers.get('content-type')?.split(';')[0];
  const { responses } = document.paths[path]![method]!;
  if (response.status === 304) return;
  expect(Object.keys((responses[response.status] ?? responses['default'])?.content ?? {})).toContain(type);
  if (!type?.endsWith('json')) {
    await response.arrayBuffer();
    return;
  }
  const validate = validatorOf(path, method, response.status, type);
  const body: unknown = await response.json();
  validate?.(body);
  expect(validate?.errors ?? []).toEqual([]);
}

const GOOD: Readonly<Record<string, string>> = {
  '/v1/break-glass': '',
  '/v1/datasets': '',
  '/v1/categories': 'dataset=clinic',
  '/v1/feeds': '',
  '/v1/regions': 'dataset=clinic&level=county&limit=1',
  '/v1/facilities': 'dataset=clinic',
  '/v1/series':
    'dataset=clinic&category=respiratory,fever&region=county:42091,facility:F3&from=2024-01-01&to=2024-01-03',
  '/v1/revisions':
    'dataset=clinic&category=respiratory,fever&region=county:42091,facility:F3&from=2024-01-01&to=2024-01-03',
  '/v1/changes': 'dataset=clinic&since=2024-01-03&level=facility',
  '/v1/charts/series.png': 'dataset=clinic&category=respiratory&region=nation:us&from=2024-01-01&to=2024-01-03',
  '/v1/charts/series.svg': 'dataset=clinic&category=respiratory&region=nation:us&from=2024-01-01&to=2024-01-03',
  '/v1/charts/series.webp': 'dataset=clinic&category=respiratory&region=nation:us&from=2024-01-01&to=2024-01-03',
  '/v1/charts/map.png': 'dataset=clinic&category=respiratory&day=2024-01-01&thumbnail=120',
  '/v1/charts/map.svg': 'dataset=clinic&category=respiratory&level=county&within=state:PA&by=completeness',
  '/v1/charts/map.webp': 'dataset=clinic&category=respiratory&by=count&theme=dark',
  '/v1/boards/beds': 'dataset=clinic&capacity=respiratory&used=fever&day=2024-01-02',
  '/v1/reports/daily': 'dataset=clinic&date=2024-01-02&as_of=2024-01-04T12:00:00Z&format=pdf',
  '/v1/reports/weekly': 'dataset=clinic&region=state:PA&date=2024-01-02&as_of=2024-01-04T12:00:00Z',
  '/v1/completeness': 'dataset=clinic&region=nation:us&from=2023-12-31&to=2024-01-03',
  '/v1/completeness/curve': 'dataset=clinic&region=nation:us&day=2024-01-01',
  '/v1/provenance': 'dataset=clinic&region=nation:us&category=respiratory&day=2024-01-01',
  '/v1/map': 'dataset=clinic&category=respiratory&level=county&from=2024-01-01&to=2024-01-02',
  '/v1/completeness/usual': 'dataset=clinic&region=nation:us&day=2024-01-03',
  '/v1/completeness/timeliness': 'dataset=clinic&region=nation:us&from=2023-12-31&to=2024-01-03',
  '/v1/facilities/late': 'dataset=clinic&region=nation:us&day=2024-01-02',
  '/v1/facilities/silent': 'dataset=clinic&region=nation:us&silent_days=30&on=2024-03-31',
  '/v1/flow': 'minutes=5',
  '/v1/nowcast': 'dataset=clinic&region=county:42091&category=fever&day=2024-03-01',
  '/v1/alarms': 'dataset=clinic&state=open&from=2024-01-01&to=2025-01-01',
  '/v1/alarms/at': 'rule=clinic&region=county:42091&category=fever&day=2024-03-01&as_of=2024-03-01T12:00:00Z',
  '/v1/alarms/{id}': '',
  '/v1/alarms/{id}/replay': '',
  '/v1/alarms/{id}/at': 'as_of=2024-03-01',
  '/v1/export': 'dataset=clinic&level=county&format=jsonl',
  '/v1/exports': '',
  '/v1/exports/{export}': '',
  '/v1/exports/{export}/file': '',
  '/v1/submissions': '',
  '/v1/submissions/{submission}': '',
  '/v1/submissions/{submission}/rows': 'facility=F1&day=2024-01-01&category=fever&flag=N',
  '/v1/feeds/{feed}/yaml': '',
  '/v1/submissions/{submission}/errors.csv': '',
  '/v1/dead-letters': '',
  '/healthz': '',
  '/readyz': '',
  '/metrics': '',
};
const filled = (path: string): string =>
  path
    .replace('{submission}', SUBMISSIONS[3].submission)
    .replace('{feed}', 'clinics')
    .replace('{id}', ALARM_ID)
    .replace('{export}', exported);

describe('the OpenAPI document', () => {
  it('is of version 3.1 and without a finding of the linter', () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const folder = mkdtempSync(join(tmpdir(), 'openapi-'));
    const file = join(folder, 'openapi.json');
    writeFileSync(file, JSON.stringify(document));
    const linted = spawnSync(
      process.execPath,
      [
        require.resolve('@stoplight/spectral-cli/dist/index.js'),
        'lint',
        file,
        '--ruleset',
        fileURLToPath(new URL('../../../.spectral.yaml', import.meta.url)),
        '--fail-severity',
        'hint',
        '--quiet',
      ],
      { encoding: 'utf8' },
    );
    rmSync(folder, { recursive: true });
    expect(linted.stdout + linted.stderr).toBe('');
    expect(linted.status).toBe(0);
  }, 60_000);

  it('has every operation once, and this test asks each', () => {
    expect(
      gets()
        .map(({ path }) => path)
        .sort(),
    ).toEqual(Object.keys(GOOD).sort());
    const ids = Object.values(document.paths).flatMap((methods) =>
      Object.values(methods).map(({ operationId }) => operationId),
    );
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(Object.entries(GOOD))('describes what GET %s?%s answers', async (path, query) => {
    const response = await api.ask(`${filled(path)}?${query}`);
    expect(response.status).toBe(200);
    await expectDocumented(response, path);
  });

  it('describes what a preview answers', async () => {
    for (const yaml of [undefined, 'x']) {
      const body = JSON.stringify({ feed: 'clinics', name: 'F1.csv', content: 'YQ==', yaml });
      const headers = { 'content-type': 'application/json' };
      const response = await api.ask('/v1/feeds/preview', { method: 'POST', body, headers });
      expect(response.status).toBe(200);
      await expectDocumented(response, '/v1/feeds/preview', 'post');
    }
  });

  it('describes what sending a file answers', async () => {
    for (const status of [201, 200]) {
      const response = await api.ask('/v1/submissions?feed=clinics&name=o.csv', { method: 'POST', body: 'x' });
      expect(response.status).toBe(status);
      await expectDocumented(response, '/v1/submissions', 'post');
    }
  });
});
