import { type Asking, openAsking, type Query } from './asking.js';
import { dayAfter, decodeRecords, RECORDS_TYPE } from './records.js';
import { stream } from './subscribe.js';
import type * as types from './types.js';
import { upload, type UploadOptions } from './upload.js';

export interface BellwetherOptions {
  /** API key; not needed in sample mode. */
  readonly key?: string;
  /** In place of the `fetch` that is there. */
  readonly fetch?: typeof fetch;
}

interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

/** A Bellwether, as one principal may ask it. Every method fails with BellwetherProblem where the server says no. */
export interface Bellwether {
  datasets(): Promise<readonly types.Dataset[]>;
  /** Daily series of regions × categories; they come in few bytes and are decoded here. */
  series(question: types.SeriesQuestion): Promise<types.SeriesAnswer>;
  completeness(question: types.CompletenessQuestion): Promise<types.Completeness>;
  /** All regions of a level, page by page as they are read. */
  regions(question: { dataset: string; level: string; parent?: types.Region }): AsyncGenerator<types.RegionInfo>;
  facilities(question: { dataset: string; region?: types.Region }): AsyncGenerator<types.Facility>;
  alarms(question?: { dataset?: string; rule?: string; state?: string }): AsyncGenerator<types.Alarm>;
  /** Newest first. */
  submissions(question?: { feed?: string; facility?: string; state?: string }): AsyncGenerator<types.Submission>;
  submission(id: string): Promise<types.SubmissionWithErrors>;
  /** Sends a file; what breaks off is continued. Resolves once it is safe; `submission` says what becomes of it. */
  upload(file: Blob | Uint8Array<ArrayBuffer>, options: UploadOptions): Promise<types.Receipt>;
  /** Every commit that changes a region, in order, until the reader leaves the loop. */
  changes(
    question: { dataset: string; region?: types.Region },
    signal?: AbortSignal,
  ): AsyncGenerator<types.RegionChange>;
  /** A GraphQL operation; its data. */
  graphql(query: string, variables?: object): Promise<Readonly<Record<string, unknown>>>;
  /** The day that element `index` of a series is about. */
  dayOf(answer: Pick<types.SeriesAnswer, 'from'>, index: number): types.Day;
}

/** `origin`: where the doors are, `https://bellwether.example.org`. Nothing is sent before a question is asked. */
export function openBellwether(origin: string, options: BellwetherOptions = {}): Bellwether {
  const { key, fetch: other } = options;
  const asking = openAsking(origin, { key, fetch: other ?? ((url, init) => fetch(url, init)) });

  async function read<T>(path: string, query: Query = {}): Promise<T> {
    return (await (await asking.ask(asking.url(path, query))).json()) as T;
  }
  async function* pages<T>(path: string, query: Query): AsyncGenerator<T> {
    for (let cursor: string | undefined; ;) {
      const { items, next } = await read<Page<T>>(path, { ...query, cursor });
      yield* items;
      if (next === null) return;
      cursor = next;
    }
  }

  return {
    datasets: () => listOf<types.Dataset>(asking, '/v1/datasets'),
    async series({ categories, regions, ...question }) {
      const url = asking.url('/v1/series', { ...question, category: categories, region: regions });
      const response = await asking.ask(url, { headers: { accept: `${RECORDS_TYPE}, application/json;q=0.5` } });
      if (response.headers.get('content-type')?.startsWith(RECORDS_TYPE) === true)
        return decodeRecords(new Uint8Array(await response.arrayBuffer()));
      return (await response.json()) as types.SeriesAnswer;
    },
    completeness: ({ regions, ...question }) => read('/v1/completeness', { ...question, region: regions }),
    regions: (question) => pages('/v1/regions', { limit: 1000, ...question }),
    facilities: (question) => pages('/v1/facilities', { limit: 1000, ...question }),
    alarms: (question = {}) => pages('/v1/alarms', { ...question }),
    submissions: (question = {}) => pages('/v1/submissions', { ...question }),
    submission: (id) => read(`/v1/submissions/${encodeURIComponent(id)}`),
    upload: (file, how) => upload(asking, file instanceof Blob ? file : new Blob([file]), how),
    async *changes(variables, signal) {
      const query =
        'subscription ($dataset: String!, $region: Region) { regionChanged(dataset: $dataset, region: $region) { region days rev } }';
      for await (const { regionChanged } of stream(asking, { query, variables }, signal))
        yield regionChanged as types.RegionChange;
    },
    async graphql(query, variables = {}) {
      for await (const data of stream(asking, { query, variables })) return data;
      return {};
    },
    dayOf: ({ from }, index) => dayAfter(from, index),
  };
}

/** Lists that come whole: as an array, or as `items`. */
async function listOf<T>(asking: Asking, path: string): Promise<readonly T[]> {
  const answer = (await (await asking.ask(asking.url(path))).json()) as readonly T[] | Page<T>;
  return 'items' in answer ? answer.items : answer;
}
