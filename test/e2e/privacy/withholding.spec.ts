import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createPolicy, issueKey, parseKeyFile, principalOfKey } from '#access';
import { loadConfiguration, parentIn } from '#registry';
import { decodeRegionYear } from '#series-codec';
import { openSqlReaders, SQL_LIMITS, type SqlDoor, startSqlDoor } from '#sql-door';
import { STATUS } from '#vocabulary';
import { type ServingLine, startServingLine } from '../../contract/serving/serving-line.fixture.js';

jest.setTimeout(120_000);

const CONFIG = {
  'datasets/clinic.yaml': `
categories: { fever: Fever, rash: Rash }
flags: { N: Not flagged, Y: Flagged }
unflagged: N
suppression: { threshold: 10 }
`,
  'datasets/shop.yaml': 'categories: { pills: Pills }\n',
  'feeds/clinics.yaml': `
dataset: clinic
archives: [plain]
name: '{facility}_x_v{version}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: value }
`,
  'feeds/shops.yaml': `
dataset: shop
archives: [plain]
name: '{facility}_x_v{version}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, value: value }
`,
};
const DAY = '2024-03-05';
/** Bucks has a small count of its own; Philadelphia has one among others; of rash there are few everywhere. */
const CLINICS = [
  { id: 'M0', zip: '19401', fever: 30, rash: 2 },
  { id: 'M1', zip: '19401', fever: 25, rash: 0 },
  { id: 'B0', zip: '18901', fever: 4, rash: 1 },
  { id: 'P0', zip: '19104', fever: 50, rash: 3 },
  { id: 'P1', zip: '19104', fever: 8, rash: 0 },
  { id: 'N0', zip: '07001', fever: 40, rash: 1 },
];
const COUNTIES = ['county:42091', 'county:42017', 'county:42101', 'county:34023'];
const ALL = ['nation:us', 'hhs:3', 'hhs:2', 'state:PA', 'state:NJ', ...COUNTIES];
const EXACT = [157, 117, 40, 117, 40, 55, 4, 58, 40];

const csv = (id: string, zip: string, counts: Readonly<Record<string, number>>): string =>
  `facility,zip,day,category,flag,value\n${Object.entries(counts)
    .flatMap(([category, count]) => [
      `${id},${zip},${DAY},${category},N,${Math.ceil(count / 2)}\n`,
      `${id},${zip},${DAY},${category},Y,${Math.floor(count / 2)}\n`,
    ])
    .join('')}`;

interface SeriesBody {
  readonly series: readonly {
    readonly region: string;
    readonly category: string;
    readonly total: (number | null)[];
    readonly unflagged: (number | null)[] | null;
    readonly status: string[] | null;
  }[];
}

describe('who may not see small counts', () => {
  let line: ServingLine;
  let door: SqlDoor;
  const issued = { epidemiologist: issueKey(), partner: issueKey(), analyst: issueKey() };
  type Who = keyof typeof issued;
  const as = (who: Who): Record<string, string> => ({ authorization: `Bearer ${issued[who].key}` });
  const at = `from=${DAY}&to=${DAY}`;
  const query = (category: string, regions: readonly string[], more = ''): string =>
    `/v1/series?dataset=clinic&category=${category}&region=${regions.join(',')}&${at}${more}`;
  const ask = async (path: string, who: Who = 'partner'): Promise<Response> => line.get(path, as(who));
  const series = async (path: string, who: Who = 'partner'): Promise<SeriesBody> =>
    (await (await ask(path, who)).json()) as SeriesBody;
  const totals = ({ series: all }: SeriesBody): (number | null)[] => all.map(({ total }) => total[0]!);
  const statuses = ({ series: all }: SeriesBody): string[] => all.map(({ status }) => status?.[0] ?? 'reported');

  beforeAll(async () => {
    const keys = parseKeyFile(
      `principals:\n${(Object.keys(issued) as Who[])
        .map(
          (role) =>
            `  - { id: ${role}, key: "${issued[role].hash}", roles: [${role}], datasets: "*", regions: "*", facilities: "*", feeds: "*" }\n`,
        )
        .join('')}`,
      'keys.yaml',
    );
    line = await startServingLine({ config: CONFIG, keys });
    for (const { id, zip, fever, rash } of CLINICS)
      await line.send({ feed: 'clinics', name: `${id}_x_v1.csv`, content: csv(id, zip, { fever, rash }) });
    const shop = `facility,zip,day,category,value\nS0,19401,${DAY},pills,3\n`;
    await line.send({ feed: 'shops', name: 'S0_x_v1.csv', content: shop });
    const crosswalk = loadConfiguration(line.configFolder).crosswalk;
    const readers = openSqlReaders({
      policy: createPolicy((region) => parentIn(crosswalk, region)),
      places: () => crosswalk,
      database: 'bellwether',
      views: 'bellwether_views',
      suppressed: () => ['clinic'],
    });
    door = await startSqlDoor({
      engineUrl: line.engineUrl,
      host: '127.0.0.1',
      port: 0,
      database: 'bellwether_views',
      views: ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'],
      authenticate: ({ key }) => readers.readerOf(principalOfKey(keys, key ?? '')),
      limits: SQL_LIMITS,
      log: { info: () => undefined, warn: () => undefined },
    });
  });
  afterAll(async () => {
    await door?.close();
    await line?.close();
  });

  it('see nothing of a day before it is released, and that it is withheld', async () => {
    const body = await series(query('fever', ALL));
    expect(totals(body)).toEqual(ALL.map(() => null));
    expect(statuses(body)).toEqual(ALL.map(() => 'suppressed'));
    expect(totals(await series(query('fever', ALL), 'epidemiologist'))).toEqual(EXACT);
  });

  it('see what is released, and a sibling withheld so that a small count cannot be derived', async () => {
    expect(await line.release()).toBe(1);
    const body = await series(query('fever', ALL));
    const shown = totals(body);
    expect(shown.slice(0, 5)).toEqual([157, 117, 40, 117, 40]);
    const [montgomery, bucks, philadelphia, middlesex] = shown.slice(5);
    expect([bucks, middlesex]).toEqual([null, 40]);
    expect([montgomery, philadelphia].filter((count) => count === null)).toHaveLength(1);
    expect(statuses(body).filter((status) => status === 'suppressed')).toHaveLength(2);
    expect(body.series.every(({ unflagged }) => unflagged === null)).toBe(true);
  });

  it('see no part of a total, which with the others would be the rest', async () => {
    for (const flag of ['N', 'Y']) {
      const body = await series(query('fever', ALL, `&flag=${flag}`));
      expect(totals(body)).toEqual(ALL.map(() => null));
      expect(statuses(body)).toEqual(ALL.map(() => 'suppressed'));
    }
  });

  it('see no facility, no zip, and nothing of what is rare everywhere', async () => {
    const small = ['facility:P1', 'facility:P0', 'zip:19104', 'event_zip:19104'];
    expect(totals(await series(query('fever', small)))).toEqual(small.map(() => null));
    const rash = await series(query('rash', ALL));
    expect(totals(rash)).toEqual(ALL.map(() => null));
    expect(new Set(statuses(rash))).toEqual(new Set(['suppressed']));
  });

  it('see all of a dataset without suppression', async () => {
    const body = await series(`/v1/series?dataset=shop&category=pills&region=county:42091&${at}`);
    expect(totals(body)).toEqual([3]);
  });

  it.each(['csv', 'jsonl'])('get no small count as %s', async (format) => {
    const path = query('fever,rash', [...COUNTIES, 'facility:P1'], `&format=${format}`);
    const exact = await (await ask(path, 'epidemiologist')).text();
    const text = await (await ask(path)).text();
    expect(exact).toMatch(/[,:]4[,}\n]/);
    for (const { fever, rash } of CLINICS.filter(({ id }) => ['B0', 'P1'].includes(id)))
      for (const count of [fever, rash].filter((one) => one > 0))
        expect(text).not.toMatch(new RegExp(`[,:]${count}[,}\\n]`));
    expect(text).toContain('suppressed');
  });

  it('get no small count as stored records', async () => {
    for (const who of ['epidemiologist', 'partner'] as const) {
      const body = Buffer.from(
        await (await ask(query('fever', ['county:42017'], '&format=binary'), who)).arrayBuffer(),
      );
      const record = body.subarray(8 + body.readUInt32LE(4) + 4);
      const { total, status } = decodeRegionYear(record).categories.get('fever')!;
      expect([total[64], status[64]]).toEqual(who === 'partner' ? [0, STATUS.suppressed] : [4, STATUS.reported]);
    }
  });

  it('are never given what was kept in memory for others, nor the others what was kept for them', async () => {
    const path = query('fever', ['county:42017']);
    for (let time = 0; time < 4; time++) {
      expect(totals(await series(path, 'epidemiologist'))).toEqual([4]);
      expect(totals(await series(path))).toEqual([null]);
    }
    const tag = (await ask(path, 'epidemiologist')).headers.get('etag')!;
    const answer = await line.get(path, { ...as('partner'), 'if-none-match': tag });
    expect(answer.status).toBe(200);
  });

  it('get no small count by GraphQL or SOAP', async () => {
    const post = (path: string, type: string, body: string) =>
      fetch(`${line.origin}${path}`, { method: 'POST', headers: { ...as('partner'), 'content-type': type }, body });
    const graphql = `{ series(dataset: "clinic", categories: ["fever"], regions: ["county:42017", "state:PA"], from: "${DAY}", to: "${DAY}") { series { total unflagged status } } }`;
    const answer = await post('/graphql', 'application/json', JSON.stringify({ query: graphql }));
    expect(await answer.json()).toEqual({
      data: {
        series: {
          series: [
            { total: [null], unflagged: null, status: ['suppressed'] },
            { total: [117], unflagged: null, status: ['reported'] },
          ],
        },
      },
    });
    const soap = `<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:b="urn:bellwether:v1"><s:Body><b:GetTimeSeries><b:dataset>clinic</b:dataset><b:category>fever</b:category><b:region>county:42017</b:region><b:from>${DAY}</b:from><b:to>${DAY}</b:to></b:GetTimeSeries></s:Body></s:Envelope>`;
    const text = await (await post('/soap', 'text/xml', soap)).text();
    expect(text).toContain('suppressed');
    expect(text).not.toMatch(/>4</);
  });

  it('see on a chart that a count is withheld', async () => {
    const chart = (who: Who, county: string) =>
      ask(
        `/v1/charts/series.svg?dataset=clinic&category=fever&region=county:${county}&from=2024-03-01&to=2024-03-10`,
        who,
      ).then((answer) => answer.text());
    const [exact, withheld] = [await chart('epidemiologist', '42017'), await chart('partner', '42017')];
    expect(withheld).not.toBe(exact);
    expect(withheld.toLowerCase()).toContain('suppressed');
    expect(exact.toLowerCase()).not.toContain('suppressed');
  });

  it('see on a map what is released, judged by what is released', async () => {
    const map = (await (await ask(`/v1/map?dataset=clinic&category=fever&level=county&${at}`)).json()) as {
      regions: { region: string; total: (number | null)[]; status: string[]; z: (number | null)[] }[];
    };
    const bucks = map.regions.find(({ region }) => region === 'county:42017')!;
    expect(bucks).toMatchObject({ total: [null], status: ['suppressed'], z: [null] });
    expect(map.regions.find(({ region }) => region === 'county:34023')?.total).toEqual([40]);
  });

  it('are told who has reported, and not how counts came about', async () => {
    const path = `/v1/completeness?dataset=clinic&region=county:42017&${at}`;
    expect(await (await ask(path)).json()).toEqual(await (await ask(path, 'epidemiologist')).json());
    const provenance = `/v1/provenance?dataset=clinic&category=fever&region=county:42101&day=${DAY}`;
    expect((await ask(provenance, 'epidemiologist')).status).toBe(200);
    expect((await ask(provenance, 'analyst')).status).toBe(403);
    const files = (await (await ask('/v1/submissions', 'analyst')).json()) as { items: { feed: string }[] };
    expect(new Set(files.items.map(({ feed }) => feed))).toEqual(new Set(['shops']));
  });

  it('read released counts by SQL, under the same names', async () => {
    const sql = async (statement: string, who: Who): Promise<string> => {
      const body = await fetch(`${door.url}/`, { method: 'POST', headers: { 'x-clickhouse-user': who, 'x-clickhouse-key': issued[who].key }, body: statement }); // prettier-ignore
      expect([statement, body.status]).toEqual([statement, 200]);
      return (await body.text()).trim();
    };
    const bucks =
      "FROM region_daily WHERE dataset = 'clinic' AND level = 'county' AND region = '42017' AND category = 'fever'";
    expect(await sql(`SELECT sum(value) ${bucks}`, 'epidemiologist')).toBe('4');
    expect(await sql(`SELECT flag, value, suppressed > 0 ${bucks}`, 'analyst')).toBe('all\t\\N\t1');
    expect(await sql("SELECT sum(value) FROM region_daily WHERE level = 'state' AND region = 'PA' AND category = 'fever'", 'analyst')).toBe('117'); // prettier-ignore
    expect(await sql("SELECT sum(value) FROM region_daily WHERE dataset = 'shop' AND level = 'state'", 'analyst')).toBe(
      '3',
    );
    expect(await sql("SELECT count() FROM facility_daily WHERE dataset = 'clinic'", 'analyst')).toBe('0');
    expect(
      Number(await sql("SELECT count() FROM facility_daily WHERE dataset = 'clinic'", 'epidemiologist')),
    ).toBeGreaterThan(0);
    expect(await sql('SELECT r.value FROM region_daily r JOIN facilities f ON r.region = f.county WHERE r.value BETWEEN 1 AND 10 AND r.dataset = \'clinic\'', 'analyst')).toBe(''); // prettier-ignore
  });

  it('do not see a small change, nor a late facility, until more has come', async () => {
    const later = Date.now() + 3 * 86_400_000;
    const before = totals(await series(query('fever', ALL)));
    await line.send({ feed: 'clinics', name: 'N1_x_v1.csv', content: csv('N1', '07001', { fever: 6, rash: 0 }) });
    await line.release(later);
    expect(totals(await series(query('fever', ALL)))).toEqual(before);
    expect(totals(await series(query('fever', ['state:NJ']), 'epidemiologist'))).toEqual([46]);
    await line.send({ feed: 'clinics', name: 'N2_x_v1.csv', content: csv('N2', '07001', { fever: 9, rash: 0 }) });
    expect(await line.release(later)).toBe(0); // changes are released once a period
    expect(await line.release(later + 86_400_000)).toBe(1);
    expect(totals(await series(query('fever', ['nation:us', 'state:NJ', 'county:34023'])))).toEqual([172, 55, 55]);
  });

  it('see the release that was in force at an instant', async () => {
    const asOf = new Date(Date.now() + 60_000).toISOString();
    const body = await series(query('fever', ['nation:us', 'county:42017'], `&as_of=${asOf}`));
    expect(totals(body)).toEqual([157, null]);
    const early = await series(query('fever', ['nation:us'], `&as_of=2024-03-06T00:00:00Z`));
    expect(totals(early)).toEqual([null]);
  });
});
