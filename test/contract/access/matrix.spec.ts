import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { createGate, issueKey, parseKeyFile } from '#access';
import { openSqlReaders, SQL_LIMITS, startSqlDoor, type SqlDoor } from '#sql-door';
import { type ServingLine, startServingLine } from '../serving/serving-line.fixture.js';
import { CATEGORIES, CONFIG, countOf, DATASETS, DAY, FEED_OF, FILES, mayDo, PEOPLE, type Person, REGIONS, reporters, seesCount, seesDataset, seesFeed, seesFile, seesRegion } from './world.js'; // prettier-ignore

jest.setTimeout(300_000);

/**
 * Everybody × every door × everything: whether the answer is what an independent model says, and holds the counts of what was
 * asked and no others. Refused where it should be answered, or answered where it should be refused, it is listed.
 */
const wrong: string[] = [];
let cells = 0;
function cell(what: string, found: unknown, expected: unknown): void {
  cells++;
  if (JSON.stringify(found) !== JSON.stringify(expected))
    wrong.push(`${what}: found ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

let line: ServingLine;
let sql: SqlDoor;
const keys = new Map<string, string>();

beforeAll(async () => {
  const entries = PEOPLE.map(({ id, role, scope }) => {
    const issued = issueKey();
    keys.set(id, issued.key);
    return { id, key: issued.hash, roles: [role], ...scope };
  });
  const ring = parseKeyFile(JSON.stringify({ principals: entries }), 'keys.yaml');
  line = await startServingLine({ config: CONFIG, keys: ring });
  for (const file of FILES) await line.send(file);
  const gate = createGate({ keys: ring, sampleMode: false });
  const { policy, configuration } = line;
  const readers = openSqlReaders({ policy, places: () => configuration.crosswalk, database: 'bellwether', views: 'bellwether_views' }); // prettier-ignore
  sql = await startSqlDoor({
    engineUrl: line.engineUrl,
    host: '127.0.0.1',
    port: 0,
    database: 'bellwether_views',
    views: ['region_daily', 'facility_daily', 'completeness_daily', 'facilities'],
    authenticate: async (credentials) => readers.readerOf(await gate.authenticate(credentials)),
    limits: { ...SQL_LIMITS, concurrent: 20 },
    log: { info: () => undefined, warn: () => undefined },
  });
});
afterAll(async () => {
  await sql.close();
  await line.close();
});

const SPAN = `from=${DAY}&to=${DAY}`;
const headersOf = ({ id }: Person): Record<string, string> => ({ authorization: `Bearer ${keys.get(id) ?? ''}` });

type Answer = { readonly status: number; readonly text: string };
async function get(person: Person, path: string, more: Record<string, string> = {}): Promise<Answer> {
  const response = await line.get(path, { ...headersOf(person), ...more });
  return { status: response.status, text: await response.text() };
}
async function post(person: Person, path: string, body: string, type: string): Promise<Answer> {
  const response = await fetch(line.origin + path, { method: 'POST', headers: { ...headersOf(person), 'content-type': type }, body }); // prettier-ignore
  return { status: response.status, text: await response.text() };
}
const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;
const items = (text: string): readonly Record<string, unknown>[] => json(text)['items'] as Record<string, unknown>[];
const ALLOWED = (count: number | undefined): unknown => ['ok', count ?? null];
const REFUSED = ['refused'];
const verdict = ({ status, text }: Answer, read: (text: string) => unknown): unknown =>
  status === 200 ? ['ok', read(text)] : status === 403 ? REFUSED : [`status ${status}`];

/** A facility that never reported to a dataset is not there to be asked for. */
const places = DATASETS.flatMap((dataset) => REGIONS.map((region) => ({ dataset, region }))).filter(
  ({ dataset, region }) => !region.startsWith('facility:') || reporters(dataset, region).length > 0,
);
const counts = places.flatMap((place) => CATEGORIES.map((category) => ({ ...place, category })));
type Count = (typeof counts)[number];
const nameOf = ({ dataset, region, category }: Count): string => `${dataset} ${category} ${region}`;
const expectedCount = (person: Person, { dataset, region, category }: Count, action = 'series'): unknown =>
  seesCount(person, action, dataset, category, region) ? ALLOWED(countOf(dataset, category, region)) : REFUSED;

interface SeriesJson {
  readonly series: readonly { readonly total: readonly (number | null)[] }[];
}
const totalOf = (text: string): unknown => (JSON.parse(text) as SeriesJson).series[0]?.total[0] ?? null;

/** Names of all counts in a text that are anybody's: an answer with one more than was asked has leaked. */
const NUMBERS = new Map(counts.map((count) => [countOf(count.dataset, count.category, count.region), count]));

const DOORS: Readonly<Record<string, (person: Person) => Promise<void>>> = {
  async 'REST series'(person) {
    for (const count of counts) {
      const path = `/v1/series?dataset=${count.dataset}&category=${count.category}&region=${count.region}&${SPAN}`;
      cell(
        `${person.id} REST ${nameOf(count)}`,
        verdict(await get(person, path), totalOf),
        expectedCount(person, count),
      );
    }
  },
  async 'REST series, again'(person) {
    for (const count of counts.filter((_, index) => index % 3 === 0)) {
      const path = `/v1/series?dataset=${count.dataset}&category=${count.category}&region=${count.region}&${SPAN}`;
      cell(`${person.id} REST again ${nameOf(count)}`, verdict(await get(person, path), totalOf), expectedCount(person, count)); // prettier-ignore
    }
  },
  async 'REST series, CSV'(person) {
    for (const count of counts.filter((_, index) => index % 6 === 0)) {
      const path = `/v1/series?dataset=${count.dataset}&category=${count.category}&region=${count.region}&${SPAN}&format=csv`; // prettier-ignore
      const read = (text: string): unknown => {
        const cells = text.trim().split('\r\n')[1]?.split(',') ?? [];
        const found = cells.map(Number).find((value) => NUMBERS.has(value));
        return found ?? null;
      };
      cell(`${person.id} CSV ${nameOf(count)}`, verdict(await get(person, path), read), expectedCount(person, count));
    }
  },
  async GraphQL(person) {
    // About as many at once as an operation may cost.
    for (let from = 0; from < counts.length; from += 8) {
      const asked = counts.slice(from, from + 8);
      const fields = asked.map(({ dataset, region, category }, index) => `c${index}: series(dataset: "${dataset}", categories: "${category}", regions: "${region}", from: "${DAY}", to: "${DAY}") { series { total } }`); // prettier-ignore
      // One that is refused leaves nothing of the others, so each is asked for itself where some are.
      const isWhole = asked.every((one) => seesCount(person, 'series', one.dataset, one.category, one.region));
      for (const group of isWhole ? [fields] : fields.map((field) => [field])) {
        const body = JSON.stringify({ query: `{ ${group.join(' ')} }` });
        const answer = json((await post(person, '/graphql', body, 'application/json')).text);
        const data = answer['data'] as Record<string, SeriesJson> | null | undefined;
        const code = (answer['errors'] as { extensions: { code: string } }[] | undefined)?.[0]?.extensions.code;
        for (const field of group) {
          const index = Number(/^c(\d)/.exec(field)?.[1]);
          const found = data?.[`c${index}`]?.series[0]?.total[0];
          const seen = code === 'FORBIDDEN' ? REFUSED : data ? ['ok', found ?? null] : [code];
          cell(`${person.id} GraphQL ${nameOf(asked[index]!)}`, seen, expectedCount(person, asked[index]!));
        }
      }
    }
  },
  async SOAP(person) {
    for (const count of counts.filter(({ dataset, category }) => dataset === 'clinic' && category === 'fever')) {
      const body = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><GetTimeSeries xmlns="urn:bellwether:v1"><dataset>clinic</dataset><category>fever</category><region>${count.region}</region><from>${DAY}</from><to>${DAY}</to></GetTimeSeries></s:Body></s:Envelope>`; // prettier-ignore
      const { text } = await post(person, '/soap', body, 'text/xml');
      const total = /total="(\d+)"/.exec(text)?.[1];
      const seen = text.includes('FORBIDDEN') ? REFUSED : ['ok', total === undefined ? null : Number(total)];
      cell(`${person.id} SOAP ${nameOf(count)}`, seen, expectedCount(person, count));
    }
  },
  async charts(person) {
    for (const count of counts.filter(({ dataset, category }) => dataset === 'clinic' && category === 'rash')) {
      const path = `/v1/charts/series.svg?dataset=${count.dataset}&category=rash&region=${count.region}&${SPAN}&width=200&height=100`; // prettier-ignore
      const isSeen = seesCount(person, 'series', count.dataset, 'rash', count.region);
      cell(`${person.id} chart ${nameOf(count)}`, (await get(person, path)).status, isSeen ? 200 : 403);
    }
  },
  async provenance(person) {
    for (const { dataset, region, category } of counts.filter(({ category: one }) => one === 'fever')) {
      const path = `/v1/provenance?dataset=${dataset}&region=${region}&category=${category}&day=${DAY}`;
      const seen = verdict(await get(person, path), (text) => (json(text)['contributions'] as { facility: string }[]).map(({ facility }) => facility).sort()); // prettier-ignore
      const expected = reporters(dataset, region).filter((one) => seesCount(person, 'provenance', dataset, category, `facility:${one}`)); // prettier-ignore
      cell(`${person.id} provenance ${dataset} ${region}`, seen, seesCount(person, 'provenance', dataset, category, region) ? ['ok', [...expected].sort()] : REFUSED); // prettier-ignore
    }
  },
  async completeness(person) {
    for (const { dataset, region } of places) {
      const path = `/v1/completeness?dataset=${dataset}&region=${region}&${SPAN}`;
      const isSeen = seesRegion(person, 'completeness', dataset, region);
      cell(`${person.id} completeness ${dataset} ${region}`, (await get(person, path)).status, isSeen ? 200 : 403);
    }
  },
  async map(person) {
    for (const dataset of DATASETS)
      for (const within of ['nation:us', 'state:PA', 'hhs:2']) {
        const seen = verdict(await get(person, `/v1/map?dataset=${dataset}&category=fever&level=county&within=${within}&${SPAN}`), (text) => (json(text)['regions'] as { region: string }[]).map(({ region }) => region).sort()); // prettier-ignore
        const counties = REGIONS.filter((region) => region.startsWith('county:') && reporters(dataset, region).some((one) => reporters(dataset, within).includes(one)) && seesCount(person, 'series', dataset, 'fever', region)); // prettier-ignore
        cell(`${person.id} map ${dataset} ${within}`, seen, seesCount(person, 'series', dataset, 'fever', within) ? ['ok', counties.sort()] : REFUSED); // prettier-ignore
      }
  },
  async lists(person) {
    const listed = async (path: string, field: string): Promise<unknown> =>
      verdict(await get(person, path), (text) => items(text).map((item) => item[field]).sort()); // prettier-ignore
    const allowed = (is: boolean, list: readonly string[]): unknown => (is ? ['ok', [...list].sort()] : REFUSED);
    const may = mayDo(person, 'catalogue');
    cell(`${person.id} datasets`, await listed('/v1/datasets', 'id'), allowed(may, DATASETS.filter((one) => seesDataset(person, 'catalogue', one)))); // prettier-ignore
    cell(`${person.id} feeds`, await listed('/v1/feeds', 'id'), allowed(may, Object.values(FEED_OF).filter((one) => seesFeed(person, 'catalogue', one)))); // prettier-ignore
    for (const dataset of DATASETS) {
      const isSeen = seesDataset(person, 'catalogue', dataset);
      cell(`${person.id} facilities ${dataset}`, await listed(`/v1/facilities?dataset=${dataset}`, 'facility'), allowed(isSeen, reporters(dataset, 'nation:us').filter((one) => seesRegion(person, 'catalogue', dataset, `facility:${one}`)))); // prettier-ignore
      cell(`${person.id} counties ${dataset}`, await listed(`/v1/regions?dataset=${dataset}&level=county`, 'region'), allowed(isSeen, REGIONS.filter((region) => region.startsWith('county:') && reporters(dataset, region).length > 0 && seesRegion(person, 'catalogue', dataset, region)))); // prettier-ignore
      const categories = await get(person, `/v1/categories?dataset=${dataset}`);
      const shown = person.scope.categories ?? CATEGORIES;
      cell(`${person.id} categories ${dataset}`, categories.status === 404 ? ['none'] : verdict(categories, (text) => items(text).map(({ id }) => id).sort()), !may ? REFUSED : isSeen ? ['ok', [...shown].sort()] : ['none']); // prettier-ignore
    }
    const own = await get(person, '/v1/submissions?limit=100');
    const seen = FILES.filter(({ feed, facility }) => seesFile(person, feed, facility));
    cell(`${person.id} submissions`, verdict(own, (text) => items(text).map(({ feed, name }) => `${String(feed)} ${String(name)}`).sort()), allowed(mayDo(person, 'submissions'), seen.map(({ feed, name }) => `${feed} ${name}`))); // prettier-ignore
    for (const { feed, facility, id } of files) {
      const expected = !mayDo(person, 'submissions') ? 403 : seesFile(person, feed, facility) ? 200 : 404;
      cell(
        `${person.id} submission of ${facility} to ${feed}`,
        (await get(person, `/v1/submissions/${id}`)).status,
        expected,
      );
    }
  },
  async 'sending and operating'(person) {
    for (const feed of Object.values(FEED_OF)) {
      const { status } = await post(person, `/v1/submissions?feed=${feed}&name=a.csv`, 'x', 'text/csv');
      cell(`${person.id} sends to ${feed}`, status === 403 ? 403 : 413, seesFeed(person, 'submit', feed) ? 413 : 403);
    }
    for (const path of ['/metrics', '/v1/flow'])
      cell(`${person.id} ${path}`, (await get(person, path)).status, mayDo(person, 'operate') ? 200 : 403);
  },
  async SQL(person) {
    const ask = async (statement: string): Promise<unknown> => {
      const response = await fetch(sql.url, { method: 'POST', headers: { 'x-clickhouse-user': 'x', 'x-clickhouse-key': keys.get(person.id) ?? '' }, body: statement }); // prettier-ignore
      const text = await response.text();
      return response.status === 200
        ? new Set(text.trim().split('\n'))
        : text.includes('UNAUTHENTICATED')
          ? undefined
          : text;
    };
    const regions = await ask("SELECT concat(dataset, ' ', category, ' ', toString(level), ':', region, ' ', toString(value)) FROM region_daily FORMAT TSV"); // prettier-ignore
    const facilities = await ask("SELECT concat(dataset, ' ', category, ' facility:', facility, ' ', toString(value)) FROM facility_daily FORMAT TSV"); // prettier-ignore
    for (const count of counts) {
      const found = count.region.startsWith('facility:') ? facilities : regions;
      const value = countOf(count.dataset, count.category, count.region);
      const isThere = found instanceof Set ? found.has(`${nameOf(count)} ${value ?? ''}`) : found;
      const isReader = mayDo(person, 'provenance');
      const expected = !isReader ? undefined : value !== undefined && seesCount(person, 'series', count.dataset, count.category, count.region); // prettier-ignore
      cell(`${person.id} SQL ${nameOf(count)}`, isThere, expected);
    }
  },
};

/** The files with their ids, asked of who sees all. */
let files: readonly { readonly feed: string; readonly facility: string; readonly id: string }[] = [];

it('answers everybody through every door with exactly what is theirs, over ten thousand times', async () => {
  const all = PEOPLE[0]!;
  const listed = items((await get(all, '/v1/submissions?limit=100')).text);
  files = listed.map(({ feed, name, submission }) => ({ feed: String(feed), facility: String(name)[0]!, id: String(submission) })); // prettier-ignore
  expect(files).toHaveLength(FILES.length);
  const began = performance.now();
  // Side by side and in turn, so that what was made for one is at hand when the next asks.
  for (const ask of Object.values(DOORS)) {
    const waiting = [...PEOPLE];
    await Promise.all(
      Array.from({ length: 6 }, async () => {
        for (let person = waiting.shift(); person; person = waiting.shift()) await ask(person);
      }),
    );
  }
  console.log(`${cells} cells, ${PEOPLE.length} principals, ${Object.keys(DOORS).length} doors, ${Math.round(performance.now() - began)} ms`); // prettier-ignore
  expect(wrong.slice(0, 40)).toEqual([]);
  expect(wrong).toHaveLength(0);
  expect(cells).toBeGreaterThan(10_000);
});

it('answers nobody who says nothing', async () => {
  for (const path of [
    '/v1/datasets',
    `/v1/series?dataset=clinic&category=fever&region=nation:us&${SPAN}`,
    '/v1/submissions',
    '/v1/flow',
    '/metrics',
  ])
    // prettier-ignore
    expect([path, (await line.get(path)).status]).toEqual([path, 401]);
  expect((await fetch(sql.url, { method: 'POST', body: 'SELECT 1' })).status).toBe(401);
});
