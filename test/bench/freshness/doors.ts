import { createClient } from '@clickhouse/client';

export interface Place {
  readonly dataset: string;
  readonly facility: string;
  readonly categories: readonly string[];
  /** YYYY-MM-DD */
  readonly day: string;
}

/** What a reader of one door sees of a facility's day: equal texts, equal counts. */
export type Door = (place: Place) => Promise<string>;

/** A facility that has not reported yet; also a sight. */
const UNKNOWN = '{"series":[]}';

async function body(response: Response): Promise<string> {
  const text = await response.text();
  if (text.includes('UNKNOWN_REGION')) return UNKNOWN;
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${text.slice(0, 300)}`);
  return text;
}

const post = async (url: string, type: string, text: string): Promise<string> =>
  body(await fetch(url, { method: 'POST', headers: { 'content-type': type }, body: text }));

/** Runs at most `width` at a time, in order: the SQL door answers 429 beyond a few. */
function lanes(width: number): <T>(work: () => Promise<T>) => Promise<T> {
  const ends = Array.from({ length: width }, () => Promise.resolve());
  let turn = 0;
  return (work) => {
    const lane = turn++ % width;
    const done = ends[lane]!.then(work);
    ends[lane] = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  };
}

/** Asks as ordinary clients do, over new questions each time; nothing is kept between two. */
export function openDoors({ api, sql }: { api: string; sql: string }): {
  doors: Readonly<Record<string, Door>>;
  close(): Promise<void>;
} {
  const client = createClient({ url: sql });
  const inLane = lanes(2);
  const query = ({ dataset, facility, categories, day }: Place): string =>
    [
      `dataset=${encodeURIComponent(dataset)}&region=${encodeURIComponent(`facility:${facility}`)}&from=${day}&to=${day}`,
      ...categories.map((category) => `category=${encodeURIComponent(category)}`),
    ].join('&');
  const doors: Record<string, Door> = {
    rest: async (place) => {
      const { series } = JSON.parse(await body(await fetch(`${api}/v1/series?${query(place)}`))) as {
        series: { total: unknown; status: unknown }[];
      };
      return JSON.stringify(series.map(({ total, status }) => [total, status]));
    },
    graphql: ({ dataset, facility, categories, day }) =>
      post(
        `${api}/graphql`,
        'application/json',
        JSON.stringify({
          query:
            'query ($d: String!, $c: [String!]!, $r: [Region!]!, $t: Day!) { series(dataset: $d, categories: $c, regions: $r, from: $t, to: $t) { series { total status } } }',
          variables: { d: dataset, c: categories, r: [`facility:${facility}`], t: day },
        }),
      ),
    soap: async ({ dataset, facility, categories, day }) => {
      const asked = `<b:dataset>${dataset}</b:dataset>${categories.map((one) => `<b:category>${one}</b:category>`).join('')}<b:region>facility:${facility}</b:region><b:from>${day}</b:from><b:to>${day}</b:to>`;
      const envelope = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:b="urn:bellwether:v1"><s:Body><b:GetTimeSeries>${asked}</b:GetTimeSeries></s:Body></s:Envelope>`;
      return post(`${api}/soap`, 'text/xml', envelope);
    },
    sql: ({ dataset, facility, day }) =>
      inLane(async () => {
        const rows = await client.query({
          query:
            'SELECT category, flag, value FROM bellwether_views.facility_daily WHERE dataset = {dataset:String} AND facility = {facility:String} AND day = {day:Date} ORDER BY category, flag',
          query_params: { dataset, facility, day },
          format: 'JSONCompactEachRow',
        });
        return rows.text();
      }),
    chart: async (place) => {
      const response = await fetch(`${api}/v1/charts/series.svg?${query(place)}`);
      await body(response);
      return response.headers.get('etag') ?? 'none';
    },
  };
  return { doors, close: () => client.close() };
}
