import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openResumableUploads, openStaging, type ResumableUploads, stagingKey } from '#transport';
import { day } from '../../contract/questions/small-world.js';
import { type ServingLine, startServingLine } from '../../contract/serving/serving-line.fixture.js';
import { type RunningApi, runApi } from '../api/running-api.js';
import { asReceived, openReceiving, type Receiving } from '../ways/receiving.fixture.js';

jest.setTimeout(60_000);

// The package as it is built: what its readers get, not its source.
const PACKAGE = join(import.meta.dirname, '../../../dist/clients/typescript');
type Client = typeof import('../../../clients/typescript/src/index.js');
let client: Client;
beforeAll(async () => {
  client = (await import(join(PACKAGE, 'bellwether.js'))) as Client;
});

describe('the package', () => {
  it('is one module without dependencies that names nothing of Node, with types, below 64 KiB (24 KiB in gzip)', () => {
    const text = readFileSync(join(PACKAGE, 'bellwether.js'), 'utf8');
    expect(text).not.toMatch(/\bfrom\s*["']|\brequire\(|\bimport\(|node:|\bBuffer\b|\bprocess\./);
    expect(text.length).toBeLessThan(64 << 10);
    expect(gzipSync(text).length).toBeLessThan(24 << 10);
    const manifest = JSON.parse(readFileSync(join(PACKAGE, 'package.json'), 'utf8')) as Record<string, unknown>;
    expect([manifest['dependencies'], manifest['peerDependencies']]).toEqual([undefined, undefined]);
    const types = readdirSync(join(PACKAGE, 'types'));
    expect(types).toContain('index.d.ts');
    for (const file of types) {
      const declaration = readFileSync(join(PACKAGE, 'types', file), 'utf8');
      for (const [, imported] of declaration.matchAll(/from '([^']+)'/g))
        expect([file, imported, existsSync(join(PACKAGE, 'types', (imported ?? '').replace(/\.js$/, '.d.ts')))]).toEqual([file, imported, true]); // prettier-ignore
    }
    expect(statSync(join(PACKAGE, 'README.md')).size).toBeGreaterThan(1000);
  });
});

describe('a client in sample mode', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await runApi();
  });
  afterAll(() => api.close());
  const open = () => client.openBellwether(`${api.origin}/`);

  it('reads what there is, page by page', async () => {
    const [clinic] = await open().datasets();
    expect(clinic).toMatchObject({ id: 'clinic', first_day: '2024-01-01' });
    const found: string[] = [];
    for await (const { region } of open().regions({ dataset: 'clinic', level: 'zip' })) found.push(region);
    expect(found).toContain('zip:19401');
    const facilities: string[] = [];
    for await (const { facility } of open().facilities({ dataset: 'clinic' })) facilities.push(facility);
    expect(facilities).toEqual(expect.arrayContaining(['F1', 'F2', 'F3']));
    const states = new Set<string>();
    for await (const { state } of open().submissions()) states.add(state);
    expect(states.size).toBeGreaterThan(1);
  });

  it('reads series and completeness', async () => {
    const period = { from: '2024-01-01', to: '2024-01-03' };
    const answer = await open().series({ dataset: 'clinic', categories: ['respiratory'], regions: ['county:42091', 'facility:F3'], ...period }); // prettier-ignore
    expect(answer.series).toMatchObject([
      { region: 'county:42091', total: [12, 0, null], status: ['reported', 'reported', 'missing'] },
      { region: 'facility:F3', total: [11, null, null], status: ['reported', 'suppressed', 'missing'] },
    ]);
    expect(open().dayOf(answer, 2)).toBe('2024-01-03');
    const { regions } = await open().completeness({ dataset: 'clinic', regions: ['county:42091'], ...period });
    expect(regions[0]?.days[1]).toEqual({ day: '2024-01-02', reporting: 1, participating: 2, completeness: 0.5 });
  });

  it('tells what the server refuses by its code', async () => {
    const asked = open().completeness({ dataset: 'other', regions: ['state:PA'] });
    await expect(asked).rejects.toBeInstanceOf(client.BellwetherProblem);
    await expect(asked).rejects.toMatchObject({ code: 'UNKNOWN_DATASET', more: { status: 404 } });
    await expect(open().graphql('{ nothing }')).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    await expect(client.openBellwether('http://127.0.0.1:9').datasets()).rejects.toThrow('fetch failed');
  });

  it('asks in GraphQL', async () => {
    expect(await open().graphql('query ($l: String!) { regions(dataset: "clinic", level: $l, limit: 1) { items { region } } }', { l: 'state' })) // prettier-ignore
      .toMatchObject({ regions: { items: [{ region: expect.stringContaining('state:') }] } });
  });

  it('hears of every change, in order, and leaves nothing open', async () => {
    const revs: number[] = [];
    const listening = (async () => {
      for await (const { region, days, rev } of open().changes({ dataset: 'clinic', region: 'county:42091' })) {
        expect([region, days]).toEqual(['county:42091', ['2024-01-01']]);
        revs.push(rev);
        if (revs.length === 3) return;
      }
    })();
    while (api.questions.watching() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const rev of [7, 8, 9])
      api.questions.announce({ dataset: 'clinic', region: { level: 'county', code: '42091' }, days: [day('2024-01-01')], rev }); // prettier-ignore
    await listening;
    expect(revs).toEqual([7, 8, 9]);
    while (api.questions.watching() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const abort = new AbortController();
    const endless = open().changes({ dataset: 'clinic' }, abort.signal).next();
    while (api.questions.watching() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    abort.abort();
    await expect(endless).rejects.toThrow();
    while (api.questions.watching() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('sends its key', async () => {
    const closed = await runApi({ sampleMode: false });
    await expect(client.openBellwether(closed.origin).datasets()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await client.openBellwether(closed.origin, { key: closed.keys.viewer }).datasets()).toHaveLength(1);
    await closed.close();
  });
});

describe('uploads', () => {
  let receiving: Receiving;
  let uploads: ResumableUploads;
  let api: RunningApi;
  beforeEach(async () => {
    receiving = await openReceiving();
    uploads = openResumableUploads({
      path: '/v1/uploads',
      staging: await openStaging({
        folder: join(receiving.folder, 'staging'),
        key: await stagingKey(join(receiving.folder, 'keys')),
        maxBytes: 1 << 24,
        now: Date.now,
      }),
      maxBytes: 1 << 24,
      policy: receiving.policy,
      enter: () => Promise.resolve(),
      receive: receiving.receive,
    });
    api = await runApi({ bodyLimit: 1 << 24, services: { uploads } });
  });
  afterEach(async () => {
    uploads.close();
    await api.close();
    receiving.close();
  });

  const content = new Uint8Array(randomBytes(3 << 20));
  const how = { feed: 'clinics', name: 'a.csv', chunkBytes: 300_000, waitMs: 1 };

  it('arrive whole, and tell how far they are', async () => {
    const progress: number[] = [];
    const receipt = await client.openBellwether(api.origin, { key: api.keys.sender }).upload(content, { ...how, progress: (sent) => progress.push(sent) }); // prettier-ignore
    expect(receipt).toMatchObject({ submission: expect.stringMatching(/^[0-9a-f]{64}$/), duplicate: false });
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
    expect(progress.at(-1)).toBe(content.length);
    const again = await client.openBellwether(api.origin, { key: api.keys.sender }).upload(content, how);
    expect(again).toMatchObject({ submission: receipt.submission, duplicate: true });
  });

  it('arrive whole over a line that breaks off every third time, before or after the bytes have come', async () => {
    let requests = 0;
    const breaking: typeof fetch = async (url, init) => {
      const turn = ++requests % 6;
      if (turn === 2) throw new TypeError('the line broke before');
      const response = await fetch(url, init);
      if (turn === 5 && init?.method === 'PATCH') throw new TypeError('the line broke after');
      return response;
    };
    const sender = client.openBellwether(api.origin, { key: api.keys.sender, fetch: breaking });
    await sender.upload(new Blob([content]), how);
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it('go on after a restart of the sender', async () => {
    let at = '';
    let patches = 0;
    const dying: typeof fetch = (url, init) => {
      if (init?.method === 'PATCH' && ++patches > 4) throw new TypeError('gone');
      return fetch(url, init);
    };
    const key = api.keys.sender;
    const first = client.openBellwether(api.origin, { key, fetch: dying }).upload(content, { ...how, tries: 1, begun: (place) => (at = place) }); // prettier-ignore
    await expect(first).rejects.toThrow('gone');
    const sent: number[] = [];
    await client.openBellwether(api.origin, { key }).upload(content, { ...how, at, progress: (bytes) => sent.push(bytes) }); // prettier-ignore
    expect(sent[0]).toBe(5 * 300_000);
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it('that the server refuses are not tried again', async () => {
    let requests = 0;
    const counting: typeof fetch = (url, init) => (requests++, fetch(url, init));
    const sender = client.openBellwether(api.origin, { key: api.keys.viewer, fetch: counting });
    await expect(sender.upload(content, how)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(requests).toBe(1);
  });
});

describe('stored series', () => {
  let line: ServingLine;
  beforeAll(async () => {
    line = await startServingLine({
      config: {
        'datasets/clinic.yaml':
          'title: Clinic visits\nunit: visits\ncategories: { fever: Fever, rash: Rash }\nflags: { N: Not flagged, Y: Flagged }\nunflagged: N\n',
        'feeds/clinics.yaml':
          "title: Clinics\ndataset: clinic\narchives: [plain]\nname: '{facility}_x_v{version}.{ext}'\nrecord: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: value }\n",
      },
    });
    const rows = Array.from({ length: 500 }, (_, n) => {
      const on = new Date(Date.UTC(2023, 6, 1) + n * 86_400_000).toISOString().slice(0, 10);
      return n % 17 === 0 ? '' : `A,19401,${on},fever,N,${(n * 37) % 91}\nA,19401,${on},fever,Y,${n % 5}\n`;
    });
    await line.send({
      feed: 'clinics',
      name: 'A_x_v1.csv',
      content: `facility,zip,day,category,flag,value\n${rows.join('')}`,
    });
  });
  afterAll(() => line.close());

  it('are decoded to what JSON says, from an answer of a few bytes', async () => {
    const types: (string | null)[] = [];
    const watching: typeof fetch = async (url, init) => {
      const response = await fetch(url, init);
      types.push(response.headers.get('content-type'));
      return response;
    };
    const span = { from: '2023-06-01', to: '2024-12-31' };
    const regions = ['zip:19401', 'nation:us', 'facility:A'];
    const answer = await client.openBellwether(line.origin, { fetch: watching }).series({ dataset: 'clinic', categories: ['fever', 'rash'], regions, ...span }); // prettier-ignore
    const query = new URLSearchParams({
      dataset: 'clinic',
      category: 'fever,rash',
      region: regions.join(','),
      ...span,
    });
    const json = (await (await line.get(`/v1/series?${query.toString()}`)).json()) as typeof answer;
    expect(types).toEqual(['application/vnd.bellwether.series']);
    expect(answer.rev).toBe(json.rev);
    expect(json.series).toMatchObject(answer.series);
    expect(answer.series).toHaveLength(6);
    expect(answer.series[0]?.total.filter((count) => count !== null).length).toBeGreaterThan(400);
  });
});
