import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningApi, runApi } from './running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

const ENVELOPES = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
};
const TYPES = { '1.1': 'text/xml; charset=utf-8', '1.2': 'application/soap+xml; charset=utf-8' };
type Version = keyof typeof ENVELOPES;

const envelope = (body: string, version: Version = '1.1', header = '') =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="${ENVELOPES[version]}" xmlns:b="urn:bellwether:v1">${header}<s:Body>${body}</s:Body></s:Envelope>`;
const series = (change = '') =>
  `<b:GetTimeSeries><b:dataset>clinic</b:dataset><b:category>respiratory</b:category><b:region>state:PA</b:region>${change}<b:from>2024-01-01</b:from><b:to>2024-01-02</b:to></b:GetTimeSeries>`;

async function post(
  text: string,
  version: Version = '1.1',
): Promise<{ status: number; type: string | null; text: string }> {
  const response = await api.ask('/soap', { method: 'POST', headers: { 'content-type': TYPES[version] }, body: text });
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
}
const codeIn = (text: string) => /<code>(\w+)<\/code>/.exec(text)?.[1];

describe('SOAP', () => {
  it.each(['1.1', '1.2'] as const)('%s answers a series in its own envelope and media type', async (version) => {
    const { status, type, text } = await post(envelope(series(), version), version);
    expect([status, type]).toEqual([200, TYPES[version]]);
    expect(text).toContain(`"${ENVELOPES[version]}"`);
    expect(text).toContain('value day="2024-01-01" total="12" unflagged="10" status="reported"');
    expect(text).toContain('value day="2024-01-02" total="0" unflagged="0" status="reported"');
  });

  it('knows what was known at an instant', async () => {
    const asked = series().replace('</b:GetTimeSeries>', '<b:asOf>2024-01-03T00:00:00Z</b:asOf></b:GetTimeSeries>');
    expect((await post(envelope(asked))).text).toContain('total="10"');
  });

  it.each([
    ['an unknown region', envelope(series().replace('state:PA', 'state:ZZ')), 'UNKNOWN_REGION'],
    ['an unknown dataset', envelope(series().replace('clinic', 'other')), 'UNKNOWN_DATASET'],
    ['a day that does not exist', envelope(series().replace('2024-01-02', '2024-02-30')), 'REQUEST_INVALID'],
    ['a missing parameter', envelope('<b:GetTimeSeries/>'), 'REQUEST_INVALID'],
    ['an unknown operation', envelope('<b:DropTables/>'), 'REQUEST_INVALID'],
    ['an operation of another namespace', envelope('<GetTimeSeries/>'), 'REQUEST_INVALID'],
    ['two operations', envelope(series() + series()), 'REQUEST_INVALID'],
    ['an empty body', envelope(''), 'REQUEST_INVALID'],
    [
      'a DOCTYPE',
      `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${envelope(series()).replace('<?xml version="1.0"?>', '').replace('clinic', '&e;')}`,
      'REQUEST_INVALID',
    ],
    ['an undeclared entity', envelope(series().replace('clinic', '&e;')), 'REQUEST_INVALID'],
    ['text that is not XML', 'hello', 'REQUEST_INVALID'],
    ['XML that is not SOAP', '<a/>', 'REQUEST_INVALID'],
    ['an envelope cut off', envelope(series()).slice(0, -20), 'REQUEST_INVALID'],
    [
      'elements without end',
      envelope('<b:GetTimeSeries>'.repeat(50) + '</b:GetTimeSeries>'.repeat(50)),
      'REQUEST_INVALID',
    ],
    ['elements without number', envelope(series('<b:region>state:NJ</b:region>'.repeat(3000))), 'REQUEST_INVALID'],
    [
      'a header that must be understood',
      envelope(series(), '1.1', '<s:Header><x xmlns="urn:x" s:mustUnderstand="1"/></s:Header>'),
      'REQUEST_INVALID',
    ],
    ['a structure where text belongs', envelope(series().replace('clinic', '<b:x>1</b:x>')), 'REQUEST_INVALID'],
    ['a body beyond the limit', ' '.repeat((1 << 20) + 1), 'PAYLOAD_TOO_LARGE'],
  ])('answers %s with a fault', async (_, text, code) => {
    const answer = await post(text);
    expect(answer.type).toBe(TYPES['1.1']);
    expect(answer.text).toMatch(/<faultcode>soap:(Client|MustUnderstand)<\/faultcode>/);
    expect(codeIn(answer.text)).toBe(code);
    expect(answer.status).toBe(code === 'PAYLOAD_TOO_LARGE' ? 413 : 500);
    expect(answer.text).not.toMatch(/node_modules|\.(ts|js)\b|root:/);
  });

  it('gives a fault of 1.2 its code, reason and detail', async () => {
    const { status, type, text } = await post(envelope(series().replace('clinic', 'other'), '1.2'), '1.2');
    expect([status, type]).toEqual([400, TYPES['1.2']]);
    expect(text).toContain('<soap:Value>soap:Sender</soap:Value>');
    expect(text).toContain('<soap:Text xml:lang="en">There is no such dataset: ');
    expect(codeIn(text)).toBe('UNKNOWN_DATASET');
  });

  it('hides a fault of ours behind its request id', async () => {
    const broken = await runApi();
    broken.questions.datasets = () => Promise.reject(new Error('secret place'));
    const answer = await broken.ask('/soap', {
      method: 'POST',
      headers: { 'content-type': TYPES['1.1'] },
      body: envelope('<b:ListDatasets/>'),
    });
    const text = await answer.text();
    expect(text).toContain('<faultcode>soap:Server</faultcode>');
    expect(text).toContain(`<request>${answer.headers.get('x-request-id')}</request>`);
    expect(text).not.toContain('secret');
    expect(broken.errors).toHaveLength(1);
    await broken.close();
  });

  it('describes itself at the address that was asked', async () => {
    const wsdl = await (await api.ask('/soap?wsdl')).text();
    expect(wsdl.match(new RegExp(`location="${api.origin}/soap"`, 'g'))).toHaveLength(2);
    expect((await api.ask('/soap')).status).toBe(404);
  });
});

/** The Debian interpreter has python3-zeep; another one may come first on the path. */
function pythonWithZeep(): string | undefined {
  return ['/usr/bin/python3', 'python3'].find((python) => {
    try {
      execFileSync(python, ['-c', 'import zeep'], { stdio: 'ignore' });
      return true;
    } catch {
      return false;
    }
  });
}

describe('a stock SOAP client', () => {
  const python = pythonWithZeep();
  if (python === undefined && !process.env['CI'])
    console.warn('SKIPPED: python3-zeep is not installed (apt-get install python3-zeep)');
  const run = python !== undefined || process.env['CI'] ? it : it.skip;

  const answers = {
    series: [
      [
        'county:42091',
        [
          ['2024-01-01', 12, 10, 'reported'],
          ['2024-01-02', 0, 0, 'reported'],
          ['2024-01-03', null, null, 'missing'],
        ],
      ],
      [
        'facility:F3',
        [
          ['2024-01-01', 11, 11, 'reported'],
          ['2024-01-02', null, null, 'suppressed'],
          ['2024-01-03', null, null, 'missing'],
        ],
      ],
    ],
    completeness: [
      ['2024-01-01', 2, 2],
      ['2024-01-02', 1, 2],
    ],
    datasets: [['clinic', '2024-01-01', ['Respiratory', 'Fever & chills']]],
    regions: [
      [
        ['zip:07001', 'county:34023'],
        ['zip:19401', 'county:42091'],
      ],
      '2',
    ],
    facilities: ['F3'],
    chart: ['image/png', 'PNG'],
  };
  const message = 'There is no such region: no region county:00000';

  run.each(['without a token', 'text', 'digest'])(
    'reads the WSDL and asks every operation over 1.1 and 1.2: %s',
    async (kind) => {
      expect(python).toBeDefined();
      const closed = await runApi({ sampleMode: kind === 'without a token' });
      const script = fileURLToPath(new URL('./soap_client.py', import.meta.url));
      const user = kind === 'without a token' ? '-' : 'reader';
      const asking = promisify(execFile)(python ?? '', [script, `${closed.origin}/soap?wsdl`, user, kind], {
        timeout: 60_000,
      });
      asking.child.stdin?.end(`${kind === 'digest' ? closed.soapSecretOf(user) : closed.keys.viewer}\n`);
      const { stdout } = await asking;
      expect(JSON.parse(stdout)).toEqual({
        Questions: { ...answers, fault: { who: 'soap:Client', message, code: 'UNKNOWN_REGION' } },
        Questions12: { ...answers, fault: { who: 'soap:Sender', message, code: 'UNKNOWN_REGION' } },
      });
      await closed.close();
    },
    90_000,
  );
});
