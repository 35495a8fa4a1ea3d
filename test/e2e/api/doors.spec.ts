import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { createPolicy } from '#access';
import { SUBMISSIONS } from '../../contract/questions/small-world.js';
import { type RunningApi, runApi } from './running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi({ sampleMode: false });
});
afterAll(() => api.close());

type Who = 'analyst' | 'sender' | 'viewer' | 'nobody';
const keyOf = (who: Who): Record<string, string> =>
  who === 'nobody' ? {} : { authorization: `Bearer ${api.keys[who]}` };
const DAYS = { from: '2024-01-01', to: '2024-01-02' };

/** One question of a region, asked through one door: the code of its error, or `ok`. */
interface Door {
  readonly name: string;
  series(region: string, who: Who): Promise<string>;
}

async function restCode(path: string, who: Who): Promise<string> {
  const response = await api.ask(path, { headers: keyOf(who) });
  return response.ok ? 'ok' : ((await response.json()) as { code: string }).code;
}
async function graphqlCode(query: string, who: Who): Promise<string> {
  const response = await api.ask('/graphql', {
    method: 'POST',
    headers: { ...keyOf(who), 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const body = (await response.json()) as { errors?: { extensions: { code: string } }[]; code?: string };
  return body.code ?? body.errors?.[0]?.extensions.code ?? 'ok';
}
async function soapCode(operation: string, content: string, who: Who): Promise<string> {
  const body = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><${operation} xmlns="urn:bellwether:v1">${content}</${operation}></s:Body></s:Envelope>`;
  const response = await api.ask('/soap', {
    method: 'POST',
    headers: { ...keyOf(who), 'content-type': 'text/xml' },
    body,
  });
  return /<code>(\w+)<\/code>/.exec(await response.text())?.[1] ?? 'ok';
}
const query = (region: string) =>
  `dataset=clinic&category=respiratory&region=${region}&from=${DAYS.from}&to=${DAYS.to}`;
const args = (region: string) =>
  `dataset: "clinic", categories: "respiratory", regions: "${region}", from: "${DAYS.from}", to: "${DAYS.to}"`;
const elements = (region: string) =>
  `<dataset>clinic</dataset><category>respiratory</category><region>${region}</region><from>${DAYS.from}</from><to>${DAYS.to}</to>`;

const DOORS: readonly Door[] = [
  { name: 'REST series', series: (region, who) => restCode(`/v1/series?${query(region)}`, who) },
  { name: 'REST series as CSV', series: (region, who) => restCode(`/v1/series?${query(region)}&format=csv`, who) },
  { name: 'REST chart', series: (region, who) => restCode(`/v1/charts/series.png?${query(region)}`, who) },
  {
    name: 'REST completeness',
    series: (region, who) => restCode(`/v1/completeness?${query(region).replace('&category=respiratory', '')}`, who),
  },
  {
    name: 'REST curve',
    series: (region, who) => restCode(`/v1/completeness/curve?dataset=clinic&region=${region}&day=2024-01-01`, who),
  },
  { name: 'GraphQL series', series: (region, who) => graphqlCode(`{ series(${args(region)}) { rev } }`, who) },
  { name: 'GraphQL chart', series: (region, who) => graphqlCode(`{ chart(${args(region)}) { digest } }`, who) },
  { name: 'SOAP series', series: (region, who) => soapCode('GetTimeSeries', elements(region), who) },
  { name: 'SOAP chart', series: (region, who) => soapCode('GetChart', elements(region), who) },
  {
    name: 'SOAP completeness',
    series: (region, who) => soapCode('GetCompleteness', elements(region).replace(/<category>.*<\/category>/, ''), who),
  },
];

describe.each(DOORS)('through $name', ({ series }) => {
  it.each([
    ['viewer', 'nation:us', 'ok'],
    ['analyst', 'county:42091', 'ok'],
    ['analyst', 'zip:19401', 'ok'],
    ['analyst', 'facility:F2', 'ok'],
    ['analyst', 'state:PA', 'FORBIDDEN'],
    ['analyst', 'facility:F3', 'FORBIDDEN'],
    ['analyst', 'county:00000', 'FORBIDDEN'],
    ['sender', 'facility:F1', 'FORBIDDEN'],
    ['nobody', 'nation:us', 'UNAUTHENTICATED'],
  ] as const)('%s asks for %s: %s', async (who, region, code) => {
    expect(await series(region, who)).toBe(code);
  });
});

describe('lists', () => {
  const items = async (path: string, who: Who): Promise<unknown[]> =>
    ((await (await api.ask(path, { headers: keyOf(who) })).json()) as { items: unknown[] }).items;

  it('show what is within reach', async () => {
    expect(await items('/v1/regions?dataset=clinic&level=county', 'analyst')).toMatchObject([
      { region: 'county:42091' },
    ]);
    expect(await items('/v1/facilities?dataset=clinic', 'analyst')).toMatchObject([
      { facility: 'F1' },
      { facility: 'F2' },
    ]);
    expect(await items('/v1/feeds', 'sender')).toMatchObject([{ id: 'clinics' }]);
    expect(await items('/v1/datasets', 'sender')).toMatchObject([{ id: 'clinic' }]);
  });

  it('show a sender its own submissions, in full pages', async () => {
    expect(await items('/v1/submissions?limit=2', 'sender')).toMatchObject([
      { submission: SUBMISSIONS[3].submission },
      { submission: SUBMISSIONS[0].submission },
    ]);
  });
});

describe('a sender', () => {
  it('reads its own submission, and nobody else’s exists', async () => {
    expect(await restCode(`/v1/submissions/${SUBMISSIONS[0].submission}`, 'sender')).toBe('ok');
    expect(await restCode(`/v1/submissions/${SUBMISSIONS[1].submission}`, 'sender')).toBe('UNKNOWN_SUBMISSION');
    expect(await graphqlCode(`{ submission(id: "${SUBMISSIONS[1].submission}") { info { name } } }`, 'sender')).toBe(
      'UNKNOWN_SUBMISSION',
    );
    expect(await restCode('/v1/submissions?feed=labs', 'sender')).toBe('FORBIDDEN');
  });

  it('sees dead letters of its own only, and neither replays nor discards', async () => {
    expect(await restCode('/v1/dead-letters', 'sender')).toBe('ok');
    const listed = (await (await api.ask('/v1/dead-letters', { headers: keyOf('sender') })).json()) as {
      items: object[];
    };
    expect(listed.items).toEqual([]);
    expect(await restCode('/v1/dead-letters?feed=labs', 'sender')).toBe('FORBIDDEN');
    expect(await graphqlCode('{ deadLetters(feed: "labs") { items { submission } } }', 'sender')).toBe('FORBIDDEN');
    expect(await restCode('/v1/dead-letters', 'viewer')).toBe('FORBIDDEN');
    const refused = SUBMISSIONS[4].submission;
    for (const path of [
      `submissions/${refused}/replay`,
      `submissions/${refused}/discard?reason=x`,
      'dead-letters/replay?feed=labs',
      'dead-letters/discard?feed=labs&reason=x',
    ]) {
      for (const who of ['sender', 'analyst', 'viewer'] as const)
        expect((await api.ask(`/v1/${path}`, { method: 'POST', headers: keyOf(who) })).status).toBe(403);
    }
    expect([...api.replayed, ...api.discarded]).toEqual([]);
  });

  it('sends to its own feed only, and nobody without the role sends at all', async () => {
    const send = async (feed: string, who: Who) =>
      (await api.ask(`/v1/submissions?feed=${feed}&name=a.csv`, { method: 'POST', body: 'x', headers: keyOf(who) }))
        .status;
    expect([
      await send('clinics', 'sender'),
      await send('labs', 'sender'),
      await send('clinics', 'analyst'),
      await send('clinics', 'nobody'),
    ]).toEqual([201, 403, 403, 401]);
  });
});

describe('keys', () => {
  it('are taken from X-Api-Key as well', async () => {
    await request(api.origin).get('/v1/datasets').set('x-api-key', api.keys.viewer).expect(200);
  });

  it.each([
    ['a wrong key', `Bearer bw_${'A'.repeat(43)}`],
    ['what is no key', 'Bearer wrong'],
    ['another scheme', 'Basic dTpw'],
  ])('refuse %s everywhere, even where none is needed', async (_, authorization) => {
    await request(api.origin).get('/healthz').set({ authorization }).expect(401).expect('www-authenticate', 'Bearer');
    await request(api.origin).get('/healthz').set({ authorization, 'x-api-key': api.keys.viewer }).expect(401);
  });

  it('are not needed to find the way', async () => {
    for (const path of ['/about', '/healthz', '/readyz', '/openapi.json', '/docs', '/docs/errors', '/soap?wsdl']) {
      await request(api.origin).get(path).expect(200);
    }
    expect((await request(api.origin).get('/about')).text).not.toContain('clinic');
    expect(await restCode('/metrics', 'nobody')).toBe('UNAUTHENTICATED');
    expect(await restCode('/metrics', 'viewer')).toBe('FORBIDDEN');
  });
});

describe('sample mode', () => {
  it('refuses to start where other machines can connect', async () => {
    await expect(runApi({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(runApi({ host: '::' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('says in the log that it is open', async () => {
    const said: string[] = [];
    const open = await runApi({
      log: { info: () => undefined, warn: (_, message) => said.push(message), error: () => undefined },
    });
    await open.close();
    expect(said).toEqual([expect.stringContaining('sample mode')]);
  });

  it.each([
    ['by a name that was rebound to this machine', { host: 'evil.example' }],
    ['from a page of another site', { origin: 'https://evil.example' }],
    ['through a proxy', { 'x-forwarded-for': '10.0.0.1' }],
  ])('is closed to a request %s', async (_, headers) => {
    const open = await runApi();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest(`${open.origin}/v1/datasets`, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
    await open.close();
    expect(status).toBe(401);
  });
});

describe('the policy', () => {
  it('is asked by every door: one that refuses everything leaves nothing to see', async () => {
    const refusing = {
      ...createPolicy(() => undefined),
      decide: () => ({ allowed: false as const, why: 'closed' }),
      reach: () => undefined,
    };
    const closed = await runApi({ services: { policy: refusing } });
    const paths = [
      'datasets',
      'feeds',
      'regions?dataset=clinic&level=zip',
      'facilities?dataset=clinic',
      `series?${query('nation:us')}`,
      `charts/series.svg?${query('nation:us')}`,
      'submissions',
      'dead-letters',
      `submissions/${SUBMISSIONS[0].submission}`,
      'provenance?dataset=clinic&region=nation:us&category=fever&day=2024-01-01',
    ];
    for (const path of paths) expect((await closed.ask(`/v1/${path}`)).status).toBe(403);
    await closed.close();
  });
});
