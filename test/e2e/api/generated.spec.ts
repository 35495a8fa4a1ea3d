import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { SUBMISSIONS } from '../../contract/questions/small-world.js';
import { seeded } from '../../crash/random.js';
import { type DocumentedOperation, generate, type GeneratedRequest } from './generated-requests.js';
import { ALARM_ID } from './one-alarm.js';
import { type RunningApi, runApi } from './running-api.js';

/** `API_REQUESTS=100000 API_SEED=7 npm test -- test/e2e/api/generated` asks more, and others. */
const REQUESTS = Number(process.env['API_REQUESTS'] ?? 3000);
const SEED = Number(process.env['API_SEED'] ?? 20_261_121);
const AT_ONCE = 8;
const METHODS = ['get', 'post', 'delete', 'put', 'patch'];
/** What probes ask is answered whatever they add. */
const LENIENT = new Set(['/healthz', '/readyz', '/metrics']);

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DocumentedOperation>>>>;
}

const exportFolder = mkdtempSync(join(tmpdir(), 'generated-exports-'));
let api: RunningApi;
let document: Document;
let ajv: Ajv2020;
let operations: { path: string; method: string; operation: DocumentedOperation }[];
const validators = new Map<string, ValidateFunction>();

beforeAll(async () => {
  api = await runApi({ exportFolder });
  document = (await (await api.ask('/openapi.json')).json()) as Document;
  ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'api');
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    METHODS.flatMap((method) => {
      const operation = methods[method];
      return operation ? [{ path, method, operation }] : [];
    }),
  );
});
afterAll(async () => {
  await api.close();
  rmSync(exportFolder, { recursive: true, force: true });
});

function validatorOf(request: GeneratedRequest, key: string, type: string): ValidateFunction {
  const pointer = ['paths', request.path, request.method, 'responses', key, 'content', type, 'schema']
    .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
    .join('/');
  let validate = validators.get(pointer);
  if (!validate) validators.set(pointer, (validate = ajv.compile({ $ref: `api#/${pointer}` })));
  return validate;
}

const filled = (path: string): string =>
  path
    // Only what was refused can be read again or discarded.
    .replace('{submission}', SUBMISSIONS[/(replay|discard)$/.test(path) ? 4 : 3].submission)
    .replace('{feed}', 'clinics')
    .replace('{facility}', 'F1')
    .replace('{export}', '00000000-0000-4000-8000-000000000000')
    .replace('{id}', ALARM_ID);

/** What is wrong with an answer; undefined when it is as the document says. */
async function faultOf(request: GeneratedRequest, operation: DocumentedOperation): Promise<string | undefined> {
  const content = operation.requestBody?.content ?? {};
  const [bodyType] = Object.keys(content);
  const sent: Record<string, string> = { 'x-file-name': 'F1_x.csv' };
  const init: RequestInit = { method: request.method.toUpperCase(), redirect: 'manual', headers: sent };
  if (bodyType !== undefined) {
    init.body = bodyType.endsWith('json') ? '{"feed":"clinics","name":"F1_x.csv","content":"YQ=="}' : 'facility,zip\n';
    sent['content-type'] = bodyType;
  }
  const response = await api.ask(`${filled(request.path)}?${request.query}`, init);
  const { status, headers } = response;
  const body = Buffer.from(await response.arrayBuffer());
  if (status >= 500 && !(String(status) in operation.responses)) return `answered ${status}`;
  const isRefused = !LENIENT.has(request.path);
  if (isRefused && request.kind === 'invalid' && status !== 400 && !(request.path.includes('{') && status === 404))
    return `was not refused: ${status}`;
  if (request.kind === 'valid' && status === 400) return `was refused: ${body.toString().slice(0, 300)}`;
  if (!headers.get('x-request-id')) return 'has no X-Request-Id';
  const key = String(status) in operation.responses ? String(status) : status >= 400 ? 'default' : undefined;
  const documented = key === undefined ? undefined : operation.responses[key];
  if (key === undefined || !documented) return `${status} is not documented`;
  if (!documented.content) return body.length > 0 ? `${status} is documented without a body` : undefined;
  const type = headers.get('content-type')?.split(';')[0] ?? '';
  if (!(type in documented.content)) return `${status} with ${type} is not documented`;
  if (!type.endsWith('json')) return undefined;
  const validate = validatorOf(request, key, type);
  const document_: unknown = JSON.parse(body.toString());
  return validate(document_) ? undefined : `${status}: ${ajv.errorsText(validate.errors).slice(0, 300)}`;
}

describe('requests generated from the OpenAPI document', () => {
  it(`are answered as documented, refused where they are wrong, and never with a fault of ours: ${REQUESTS} of seed ${SEED}`, async () => {
    const random = seeded(SEED);
    const faults: string[] = [];
    const seen = new Map<string, number>();
    let made = 0;
    const next = async (): Promise<void> => {
      while (made < REQUESTS && faults.length < 20) {
        // Each operation in turn, so that none is left out.
        const { path, method, operation } = operations[made++ % operations.length]!;
        const request = generate({ random, path, method, operation });
        seen.set(request.kind, (seen.get(request.kind) ?? 0) + 1);
        const fault = await faultOf(request, operation);
        if (fault !== undefined)
          faults.push(`${method} ${path}?${request.query.slice(0, 300)} (${request.wrong ?? request.kind}) ${fault}`);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, next));
    expect(faults).toEqual([]);
    expect(api.errors).toEqual([]);
    for (const kind of ['valid', 'invalid', 'wild']) expect(seen.get(kind)).toBeGreaterThan(REQUESTS / 10);
  }, 600_000);
});
