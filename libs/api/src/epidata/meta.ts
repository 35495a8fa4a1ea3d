import type { Questions } from '#analytics';
import type { Level } from '#vocabulary';
import { dayNumber, type Given, textsOf, weekNumber } from './parameters.js';
import type { Row } from './rows.js';
import { GEO_TYPES, regionsOf, signalsOf } from './signals.js';

const namesIn = (texts: readonly string[]): readonly string[] => texts.flatMap((text) => text.split(','));

/** One row a signal, geographic type and time type: covidcast_meta of Epidata. Statistics of values are not kept: null. */
export async function metaRows(questions: Questions, given: Given): Promise<Row[]> {
  const [signals, timeTypes, geoTypes] = [['signals'], ['time_types'], ['geo_types']].map((names) =>
    namesIn(textsOf(given, ...names)),
  );
  const feeds = await questions.feeds();
  const rows: Row[] = [];
  for (const dataset of await questions.datasets()) {
    const { firstDay, lastDay } = dataset;
    if (firstDay === null || lastDay === null) continue;
    const received = Math.max(
      0,
      ...feeds.filter((feed) => feed.dataset === dataset.id).map((feed) => feed.lastReceivedAt ?? 0),
    );
    const issue = Math.floor(received / 86_400_000);
    for (const type of GEO_TYPES) {
      if (geoTypes!.length > 0 && !geoTypes!.includes(type)) continue;
      const places = (await regionsOf(questions, { dataset: dataset.id, type, values: true })).length;
      for (const { name } of signalsOf(dataset)) {
        const isAsked =
          signals!.length === 0 || signals!.includes(`${dataset.id}:${name}`) || signals!.includes(`${dataset.id}:*`);
        for (const time of dataset.kind === 'sum' ? (['day', 'week'] as const) : (['day'] as const)) {
          if (!isAsked || (timeTypes!.length > 0 && !timeTypes!.includes(time))) continue;
          const number = time === 'day' ? dayNumber : weekNumber;
          rows.push({
            data_source: dataset.id, signal: name, time_type: time, geo_type: type,
            min_time: number(firstDay), max_time: number(lastDay), num_locations: places,
            min_value: null, max_value: null, mean_value: null, stdev_value: null,
            last_update: Math.floor(received / 1000), max_issue: number(issue), min_lag: 0, max_lag: Math.max(0, issue - firstDay),
          }); // prettier-ignore
        }
      }
    }
  }
  return rows;
}

/** What `covidcast/meta` of Epidata tells about sources and their signals. */
export async function sourceList(questions: Questions): Promise<object[]> {
  const geoTypes = Object.fromEntries(
    (GEO_TYPES as Level[]).map((type) => [type, { min: 0, max: 0, mean: 0, stdev: 0 }]),
  );
  return (await questions.datasets()).map((dataset) => ({
    source: dataset.id,
    db_source: dataset.id,
    name: dataset.title,
    description: `${dataset.title}, in ${dataset.unit}`,
    reference_signal: dataset.categories[0]?.id ?? '',
    license: null,
    link: [],
    dua: null,
    signals: signalsOf(dataset).map(({ name, category, flag }) => {
      const title = dataset.categories.find(({ id }) => id === category)?.title ?? category;
      const part = dataset.flags.find(({ id }) => id === flag)?.title;
      const words = part === undefined ? title : `${title}: ${part}`;
      return {
        source: dataset.id, signal: name, signal_basename: name, name: words, active: true, short_description: words,
        description: words, time_label: 'Date', value_label: dataset.unit, format: 'count', category: 'public',
        high_values_are: 'neutral', is_smoothed: false, is_weighted: false, is_cumulative: false, has_stderr: false,
        has_sample_size: false, link: [], compute_from_base: false, time_type: 'day', geo_types: geoTypes,
      }; // prettier-ignore
    }),
  }));
}
