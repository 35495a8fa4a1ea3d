import { useMemo } from 'react';
import { useQuery } from '../address/address.js';
import { readDay } from '../look/format.js';
import { useDataset } from '../shell/catalogue.js';

/** Series of one picture. */
export const MOST_LINES = 12;
export const SPANS = { '90': '3 months', '365': '1 year', '730': '2 years' } as const;
type Span = keyof typeof SPANS;
const SHOWS = ['total', 'unflagged', 'both'] as const;
export type Show = (typeof SHOWS)[number];

const listOf = (text: string | null): string[] => [...new Set((text ?? '').split(',').filter((part) => part !== ''))];

/** What the address says the explorer shows. */
export function useSeriesView() {
  const dataset = useDataset();
  const [query, set] = useQuery();
  const askedCategories = query.get('category');
  const askedRegions = query.get('region');
  // Lists keep their identity while other parts of the address change, so that what shows them is left alone.
  const [categories, regions] = useMemo(() => {
    const known = listOf(askedCategories).filter((id) => dataset.categories.some((one) => one.id === id));
    const chosen = known.length > 0 ? known : dataset.categories.slice(0, 1).map(({ id }) => id);
    const given = listOf(askedRegions);
    const places = given.length > 0 ? given : ['nation:us'];
    return [chosen.slice(0, MOST_LINES), places.slice(0, Math.max(1, Math.floor(MOST_LINES / chosen.length)))];
  }, [dataset, askedCategories, askedRegions]);
  const lastDay = readDay(dataset.last_day);
  const firstDay = readDay(dataset.first_day);
  const asOf = readDay(query.get('as_of'));
  const [from, to] = (query.get('zoom') ?? '').split('_').map(readDay);
  return {
    dataset,
    categories,
    regions,
    show: SHOWS.find((one) => one === query.get('show')) ?? 'total',
    mean: query.get('mean') === '7',
    years: query.get('compare') === 'years',
    span: (Object.keys(SPANS) as Span[]).find((one) => one === query.get('span')) ?? '365',
    zoom: from !== undefined && to !== undefined && to > from ? ([from, to] as const) : undefined,
    asOf,
    firstDay,
    lastDay,
    /** The point whose files are shown. */
    day: readDay(query.get('day')),
    line: query.get('line') ?? undefined,
    query,
    set,
  };
}
export type SeriesView = ReturnType<typeof useSeriesView>;
