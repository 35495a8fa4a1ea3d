import { decodeRegionYear } from '#series-codec';
import { parseDay } from '#vocabulary';
import type { ServingLine } from './serving-line.fixture.js';

export const DAY = '2024-03-05';
const SPAN = 'dataset=clinic&from=2024-01-01&to=2024-12-31';
const at = parseDay(DAY)! - parseDay('2024-01-01')!;

/** What a door says of fever in a region on the day: the count, or only a tag that differs where the count does. */
export type Sight = { readonly count: number } | { readonly tag: string };
type Door = (line: ServingLine, region: string) => Promise<Sight>;

interface SeriesJson {
  readonly series: readonly { readonly category: string; readonly total: readonly (number | null)[] }[];
}

const feverOf = ({ series }: SeriesJson): Sight => ({
  count: series.find(({ category }) => category === 'fever')?.total[at] ?? 0,
});
const series = async (line: ServingLine, query: string): Promise<Sight> =>
  feverOf((await (await line.get(`/v1/series?${query}`)).json()) as SeriesJson);

/** The record of a binary answer to one region and one year; docs/series-codec.md, "Over HTTP". */
function recordIn(body: Buffer): Uint8Array {
  const record = 8 + body.readUInt32LE(4);
  return body.subarray(record + 4, record + 4 + body.readUInt32LE(record));
}

let turn = 0;

export const DOORS: Readonly<Record<string, Door>> = {
  'REST, the same address': (line, region) => series(line, `${SPAN}&category=fever&region=${region}`),
  'REST, an address nobody has used': (line, region) =>
    series(line, `${SPAN}&category=fever&region=${region}${'&category=fever'.repeat(turn++ % 40)}&category=rash`),
  'REST, without a period': (line, region) =>
    series(line, `dataset=clinic&category=fever&region=${region}&from=2024-01-01`),
  async 'REST, binary'(line, region) {
    const answer = await line.get(`/v1/series?${SPAN}&category=fever&region=${region}&format=binary`);
    const year = decodeRegionYear(recordIn(Buffer.from(await answer.arrayBuffer())));
    return { count: year.categories.get('fever')?.total[at] ?? 0 };
  },
  async 'REST, CSV'(line, region) {
    const answer = await line.get(`/v1/series?${SPAN}&category=fever&region=${region}&format=csv`);
    const cells = (await answer.text())
      .split('\r\n')
      .find((row) => row.includes(DAY))
      ?.split(',');
    return { count: Number(cells?.[4] ?? 0) };
  },
  async 'REST, if it has changed'(line, region) {
    const query = `/v1/series?${SPAN}&category=rash&category=fever&region=${region}`;
    const first = await line.get(query);
    const etag = first.headers.get('etag') ?? '';
    await first.arrayBuffer();
    const again = await line.get(query, { 'if-none-match': etag });
    await again.arrayBuffer();
    return { tag: again.headers.get('etag') ?? '' };
  },
  async GraphQL(line, region) {
    const query = `{ series(dataset: "clinic", categories: ["fever"], regions: ["${region}"], from: "2024-01-01", to: "2024-12-31") { series { category total } } }`;
    const answer = await fetch(`${line.origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
    return feverOf(((await answer.json()) as { data: { series: SeriesJson } }).data.series);
  },
  async chart(line, region) {
    const answer = await line.get(`/v1/charts/series.svg?${SPAN}&category=fever&region=${region}&width=200&height=100`);
    await answer.arrayBuffer();
    return { tag: answer.headers.get('etag') ?? '' };
  },
};
