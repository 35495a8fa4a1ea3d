import { useMemo } from 'react';
import type { Day } from '#vocabulary';
import { addressWith } from '../address/address.js';
import type { SeriesAnswer } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { dayText, readDay } from '../look/format.js';
import type { SeriesView } from './view.js';

/** A day has settled when so many days have passed; what changes later is a revision. */
export const SETTLED_DAYS = 7;
/** Days that are looked at: every one is answered from the versions it had. */
const LOOKED_AT = 120;

/** What each line had been once its days had settled, from the day `first` on. */
export interface Settled {
  readonly first: Day;
  seriesOf(region: string, category: string): readonly (number | null)[] | undefined;
}

/** Asked beside the series of now; nothing for questions of the past, which are settled themselves. */
export function useSettled(view: SeriesView, pulse: number): Settled | undefined {
  const { dataset, categories, regions, lastDay, firstDay, asOf, years } = view;
  const isAsked = lastDay !== undefined && firstDay !== undefined && asOf === undefined && !years;
  const from = isAsked ? Math.max(firstDay, lastDay - LOOKED_AT + 1) : 0;
  const path = isAsked
    ? addressWith('/v1/series', {
        dataset: dataset.id,
        category: categories.join(','),
        region: regions.join(','),
        from: dayText(from),
        to: dayText(lastDay),
        lag: String(SETTLED_DAYS),
      })
    : undefined;
  const { data } = useAnswer<SeriesAnswer>(path, pulse);
  return useMemo(() => {
    const first = readDay(data?.from);
    if (!isAsked || !data || first === undefined) return undefined;
    return {
      first,
      seriesOf: (region, category) =>
        data.series.find((one) => one.region === region && one.category === category)?.total,
    };
  }, [isAsked, data]);
}
