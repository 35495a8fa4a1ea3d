import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { brotliDecompressSync } from 'node:zlib';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { issueKey, parseKeyFile } from '#access';
import { decodeRegionYear } from '#series-codec';
import { type ServingLine, startServingLine } from './serving-line.fixture.js';

jest.setTimeout(60_000);

const CONFIG = {
  'datasets/clinic.yaml': `
title: Clinic visits
unit: visits
categories: { fever: Fever, rash: Rash }
flags: { N: Not flagged, Y: Flagged }
unflagged: N
`,
  'feeds/clinics.yaml': `
title: Clinics
dataset: clinic
archives: [plain]
name: '{facility}_x_v{version}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: value }
`,
};
const QUERY = '/v1/series?dataset=clinic&category=fever,rash&region=county:42091&from=2024-01-01&to=2024-12-31';
const OTHER = QUERY.replace('county:42091', 'county:34023');

/** Bodies as they came, for fetch unpacks them by itself. */
function raw(
  line: ServingLine,
  path: string,
  headers: Record<string, string>,
): Promise<{ head: Record<string, unknown>; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${line.origin}${path}`, { headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ head: answer.headers, body: Buffer.concat(chunks) }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Sends texts one after the other over one connection, each `apart` milliseconds after the one before; gives the bodies by status. */
async function overOneConnection(
  origin: string,
  { texts, apart, answers }: { texts: readonly string[]; apart: number; answers: number },
): Promise<(readonly [status: number, body: string])[]> {
  const socket = connect(Number(new URL(origin).port), '127.0.0.1');
  let heard = Buffer.alloc(0);
  const got: (readonly [number, string])[] = [];
  const all = new Promise<void>((resolve, reject) => {
    socket.on('close', resolve).on('error', reject);
    socket.on('data', (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      for (;;) {
        const end = heard.indexOf('\r\n\r\n');
        if (end < 0) return;
        const head = heard.toString('latin1', 0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (heard.length < end + 4 + length) return;
        got.push([Number(head.slice(9, 12)), heard.toString('utf8', end + 4, end + 4 + length)]);
        heard = heard.subarray(end + 4 + length);
        if (got.length === answers) resolve();
      }
    });
  });
  for (const text of texts) {
    socket.write(text);
    await pause(apart);
  }
  await all;
  socket.destroy();
  return got;
}

describe('what is answered from memory', () => {
  let line: ServingLine;
  const issued = { all: issueKey(), county: issueKey(), sender: issueKey() };
  const as = (who: keyof typeof issued): Record<string, string> => ({ authorization: `Bearer ${issued[who].key}` });

  beforeAll(async () => {
    const keys = parseKeyFile(
      `principals:
  - { id: all, key: "${issued.all.hash}", roles: [analyst], datasets: "*", regions: "*", facilities: "*", feeds: "*" }
  - { id: county, key: "${issued.county.hash}", roles: [analyst], datasets: "*", regions: ["county:42091"], facilities: "*", feeds: "*" }
  - { id: sender, key: "${issued.sender.hash}", roles: [sender], datasets: "*", regions: "*", facilities: "*", feeds: "*" }
`,
      'keys.yaml',
    );
    line = await startServingLine({ config: CONFIG, keys });
    const head = 'facility,zip,day,category,flag,value\n';
    await line.send({
      feed: 'clinics',
      name: 'A_x_v1.csv',
      content: `${head}A,19401,2024-03-05,fever,N,7\nA,19401,2024-03-05,fever,Y,2\n`,
    });
    await line.send({ feed: 'clinics', name: 'B_x_v1.csv', content: `${head}B,07001,2024-03-05,fever,N,5\n` });
  });
  afterAll(() => line.close());

  it('is never given to who may not have it, however often others had it', async () => {
    for (const query of [
      OTHER,
      `${OTHER}&format=binary`,
      `${OTHER}&format=csv`,
      OTHER.replace('series?', 'charts/series.svg?'),
    ]) {
      for (let time = 0; time < 3; time++) expect((await line.get(query, as('all'))).status).toBe(200);
      expect([query, (await line.get(query, as('county'))).status]).toEqual([query, 403]);
      expect([query, (await line.get(query, as('sender'))).status]).toEqual([query, 403]);
      expect([query, (await line.get(query)).status]).toEqual([query, 401]);
      expect([query, (await line.get(query, { authorization: 'Bearer bw_nobody' })).status]).toEqual([query, 401]);
    }
  });

  it('has the same bytes and headers as the answer that was made for the first who asked', async () => {
    for (const query of [
      QUERY,
      `${QUERY}&format=csv`,
      `${QUERY}&format=binary`,
      QUERY.replace('series?', 'charts/series.webp?'),
    ]) {
      const first = await raw(line, query, as('county'));
      const second = await raw(line, query, as('county'));
      expect(second.body.equals(first.body)).toBe(true);
      const known = ({ head }: typeof first) => ({ ...head, date: '', 'x-request-id': '' });
      expect(known(second)).toEqual(known(first));
    }
  });

  it('echoes the id of each request', async () => {
    for (const id of ['one', 'two'])
      expect((await line.get(QUERY, { ...as('all'), 'x-request-id': id })).headers.get('x-request-id')).toBe(id);
  });

  it('is the same over one connection with other requests, in pieces, at once, and unread', async () => {
    const plain = (await raw(line, QUERY, as('all'))).body.toString();
    const health = (await raw(line, '/healthz', {})).body.toString();
    const get = (path: string): string =>
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${as('all')['authorization']!}\r\n\r\n`;
    const hot = get(QUERY);
    const [asked, other] = [[200, plain] as const, [200, health] as const];
    const said = (texts: readonly string[], answers: number, apart = 20) =>
      overOneConnection(line.origin, { texts, answers, apart });
    expect(await said([hot, hot], 2)).toEqual([asked, asked]);
    expect(await said([hot, get('/healthz'), hot, get('/healthz')], 4)).toEqual([asked, other, asked, other]);
    expect(await said([hot.slice(0, 9), hot.slice(9, 90), hot.slice(90), hot], 2)).toEqual([asked, asked]);
    expect(await said([hot + hot + get('/healthz') + hot.slice(0, 50), hot.slice(50)], 4)).toEqual([
      asked,
      asked,
      other,
      asked,
    ]);
    const many = Array.from({ length: 300 }, () => hot);
    expect(await said(many, many.length, 0)).toEqual(many.map(() => asked));
    expect((await said([hot, hot.replace('HTTP/1.1', 'HTTP/9.9')], 2)).map(([status]) => status)).toEqual([200, 400]);
  });

  it('refuses what is wrong in the same words, before and after the right question was answered', async () => {
    await line.get(QUERY, as('all'));
    const wrong: readonly (readonly [string, string])[] = [
      [`${QUERY}&catgory=fever`, 'REQUEST_INVALID'],
      [`${QUERY}&__proto__=1`, 'REQUEST_INVALID'],
      [QUERY.replace('fever', 'fevr'), 'UNKNOWN_CATEGORY'],
      [QUERY.replace('42091', '99999'), 'UNKNOWN_REGION'],
      [QUERY.replace('dataset=clinic', 'dataset=clinics'), 'UNKNOWN_DATASET'],
      [QUERY.replace('to=2024-12-31', 'to=2023-12-31'), 'REQUEST_INVALID'],
    ];
    for (const [query, code] of wrong) {
      const answer = await line.get(query, as('all'));
      expect([query, ((await answer.json()) as { code: string }).code]).toEqual([query, code]);
      expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    }
  });

  it('comes compressed once it has been asked for more than once, and says the same', async () => {
    const headers = { ...as('all'), 'accept-encoding': 'gzip, br' };
    const plain = await raw(line, QUERY, as('all'));
    let packed = await raw(line, QUERY, headers);
    while (packed.head['content-encoding'] === undefined) {
      await pause(5);
      packed = await raw(line, QUERY, headers);
    }
    expect(packed.head['content-encoding']).toBe('br');
    expect(brotliDecompressSync(packed.body).equals(plain.body)).toBe(true);
    expect(packed.head['etag']).not.toBe(plain.head['etag']);
    for (const tag of [packed.head['etag'], plain.head['etag']]) {
      expect((await line.get(QUERY, { ...as('all'), 'if-none-match': String(tag) })).status).toBe(304);
    }
  });

  it('can be had as the stored records, by format or by Accept, and they hold what JSON shows', async () => {
    const accept = { ...as('all'), accept: 'application/vnd.bellwether.series' };
    const { head, body } = await raw(line, QUERY, accept);
    expect(head['content-type']).toBe('application/vnd.bellwether.series');
    expect(body.equals((await raw(line, `${QUERY}&format=binary`, as('all'))).body)).toBe(true);
    // The frame by hand, as docs/series-codec.md describes it.
    expect(body.toString('latin1', 0, 4)).toBe('BWS1');
    const headLength = body[4]! + 256 * body[5]! + 65536 * body[6]!;
    const frame = JSON.parse(body.toString('utf8', 8, 8 + headLength)) as Record<string, unknown>;
    expect(frame).toMatchObject({
      dataset: 'clinic', from: '2024-01-01', to: '2024-12-31', absence: 'zero', unflagged: true,
      categories: ['fever', 'rash'], regions: ['county:42091'], years: 1,
    }); // prettier-ignore
    const record = body.subarray(8 + headLength + 4);
    expect(record.length).toBe(body.readUInt32LE(8 + headLength));
    const year = decodeRegionYear(record);
    const json = JSON.parse((await raw(line, QUERY, as('all'))).body.toString()) as {
      series: { category: string; total: (number | null)[]; unflagged: (number | null)[]; status: string[] }[];
    };
    for (const { category, total, unflagged, status } of json.series) {
      const stored = year.categories.get(category)!;
      const shown = (values: Uint32Array) =>
        Array.from(values, (value, day) => (status[day] === 'reported' ? value : null));
      expect([shown(stored.total), shown(stored.unflagged)]).toEqual([total, unflagged]);
    }
    expect(json.series[0]!.total[64]).toBe(9);
  });
});
