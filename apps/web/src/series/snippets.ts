import { addressWith } from '../address/address.js';
import { dayText } from '../look/format.js';
import type { SeriesView } from './view.js';

/** The question behind the picture, for those who go on elsewhere. */
export function snippetsOf(view: SeriesView, origin: string) {
  const { dataset, categories, regions, firstDay, lastDay, zoom, span, asOf } = view;
  const to = zoom?.[1] ?? lastDay!;
  const from = zoom?.[0] ?? Math.max(firstDay ?? to, to - Number(span) + 1);
  const asked = {
    dataset: dataset.id,
    category: categories.join(','),
    region: regions.join(','),
    from: dayText(from),
    to: dayText(to),
    ...(asOf === undefined ? {} : { as_of: dayText(asOf) }),
  };
  const csv = addressWith('/v1/series', { ...asked, format: 'csv' });
  const looks = { show: view.show, width: '1200', height: '560', marks: asOf === undefined ? 'alarms' : undefined };
  const png = addressWith('/v1/charts/series.png', { ...asked, ...looks });
  const texts = (list: readonly string[]): string => `[${list.map((one) => JSON.stringify(one)).join(', ')}]`;
  const past = asOf === undefined ? '' : `, asOf: "${dayText(asOf)}T23:59:59Z"`;
  const graphql = `{
  series(dataset: "${dataset.id}", categories: ${texts(categories)}, regions: ${texts(regions)}, from: "${asked.from}", to: "${asked.to}"${past}) {
    rev
    series { region category from total unflagged status }
  }
}
`;
  const r = `# Empty cells have no number; "status" says why.
series <- read.csv("${origin}${csv}", colClasses = c(day = "Date"))
`;
  const python = `# Empty cells have no number; "status" says why.
import pandas as pd

series = pd.read_csv("${origin}${csv}", parse_dates=["day"])
`;
  return { csv, png, graphql, r, python };
}
