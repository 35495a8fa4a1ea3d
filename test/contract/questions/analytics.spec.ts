import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TextReader, Uint8ArrayWriter, ZipWriter, configure } from '@zip.js/zip.js';
import type { Questions, RegionChange } from '#analytics';
import { HEAD, fileOf, outcome, questionsOf, region } from './asking.js';
import { type RunningLine, startLine } from './running-line.fixture.js';
import { SMALL_WORLD, SUBMISSIONS, day } from './small-world.js';
import { twinOf } from './twin.js';

jest.setTimeout(60_000);

const CONFIG = {
  'datasets/clinic.yaml': `
title: Clinic visits
unit: visits
categories: { respiratory: Respiratory, fever: Fever & chills }
flags: { N: Not flagged, Y: Flagged }
unflagged: N
`,
  'feeds/clinics.yaml': `
title: Clinics
dataset: clinic
archives: [plain]
name: '{facility}_{period}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: { column: value, suppressed: ['*'], missing: [NA] } }
`,
  'feeds/labs.yaml': `
title: Laboratories
dataset: clinic
archives: [zip]
name: '{facility}_{period}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: value }
`,
};

async function zipOf(name: string, content: string): Promise<Uint8Array> {
  configure({ useWebWorkers: false });
  const zip = new ZipWriter(new Uint8ArrayWriter());
  await zip.add(name, new TextReader(content));
  return zip.close();
}

describe('openAnalytics answers as the twin does', () => {
  let line: RunningLine;
  let twin: Questions;
  let told: RegionChange[];
  const world: { receipts: string[] } = { receipts: [] };

  beforeAll(async () => {
    line = await startLine({ config: CONFIG });
    told = [];
    line.analytics.watch({ dataset: 'clinic', region: region('zip:19403') }, (change) => told.push(change));
    for (const [index, { feed, name, receivedAt }] of SUBMISSIONS.entries()) {
      const text = fileOf(SMALL_WORLD, index);
      const content =
        feed === 'labs' ? await zipOf(name, HEAD) : index === 3 ? `${text}F1,19401,2024-01-01,fever,N,-1\n` : text;
      const { submission } = await line.send({ feed, name, content, at: new Date(receivedAt).toISOString() });
      world.receipts.push(submission);
    }
    const submissions = SUBMISSIONS.map((info, index) => ({ ...info, submission: world.receipts[index]! }));
    const errors = new Map([[world.receipts[3]!, SMALL_WORLD.errors.get(SUBMISSIONS[3].submission)!]]);
    // The doors' tests let the world end a day later and one feed be silent; here the files say what is so.
    const dataset = { ...SMALL_WORLD.dataset, lastDay: day('2024-01-02') };
    const feeds = SMALL_WORLD.feeds.map((feed) => ({
      ...feed,
      lastReceivedAt: feed.lastReceivedAt ?? SUBMISSIONS[4].receivedAt,
    }));
    twin = twinOf({ ...SMALL_WORLD, dataset, feeds, submissions, errors });
  });
  afterAll(() => line.close());

  it.each(questionsOf(SMALL_WORLD))('%s', async (_, ask) => {
    expect(await outcome(ask(line.analytics))).toEqual(await outcome(ask(twin)));
  });

  it('submissions with their errors', async () => {
    const [first, , , corrected, refused] = world.receipts;
    for (const id of [first!, corrected!])
      expect(await outcome(line.analytics.submission(id))).toEqual(await outcome(twin.submission(id)));
    const { info, errors } = await line.analytics.submission(refused!);
    expect({ ...info, detail: 'line 3' }).toMatchObject({ state: 'quarantined', code: 'FILE_MALFORMED', rev: 0 });
    expect(errors.map(({ record, code }) => [record, code])).toEqual([[0, 'FILE_MALFORMED']]);
  });

  it('tells a watcher of its region and of no other', () => {
    expect(told.map(({ region, days }) => [region, days])).toEqual([[region('zip:19403'), [day('2024-01-01')]]]);
  });

  it('names regions for people', async () => {
    const { items } = await line.analytics.regions({ dataset: 'clinic', level: 'county', limit: 5 });
    expect(items.map(({ name }) => name)).toEqual(['Middlesex County, NJ', 'Montgomery County, PA']);
  });

  it('gives a revision to every series whose region has spoken, and none to answers of the past', async () => {
    const ask = {
      dataset: 'clinic',
      categories: ['respiratory', 'fever'],
      from: day('2024-01-01'),
      to: day('2024-01-02'),
    };
    const { series, rev } = await line.analytics.series({
      ...ask,
      regions: [region('facility:F3'), region('nation:us')],
    });
    expect(series.map((one) => one.rev > 0)).toEqual([true, true, true, true]);
    expect(rev).toBe(Math.max(...series.map((one) => one.rev)));
    expect((await line.analytics.series({ ...ask, regions: [region('nation:us')], asOf: Date.now() })).rev).toBe(0);
  });
});
