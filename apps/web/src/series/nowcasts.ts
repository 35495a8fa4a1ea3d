import { useEffect, useState } from 'react';
import { addressWith } from '../address/address.js';
import { fetchJson, Refusal } from '../ask/fetch-answer.js';
import type { CompletenessAnswer } from '../ask/shapes.js';
import { dayText, readDay } from '../look/format.js';
import { isIncomplete } from '../look/reading.js';
import type { SeriesView } from './view.js';

/** What a day of a series will come to once everybody has reported. */
export interface Nowcast {
  readonly region: string;
  readonly category: string;
  readonly day: number;
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}
interface NowcastShape {
  readonly expected: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** Each looks at weeks of every facility, so there are few, of regions that are not too large, and not with every commit. */
const MOST_LINES = 4;
const NEWEST_DAYS = 3;
const MOST_FACILITIES = 500;
const AGAIN_MS = 300_000;
const NONE: readonly Nowcast[] = [];

/** The newest incomplete days of a few lines, foreseen one after the other; none for whom they are not served. */
export function useNowcasts(
  { dataset, categories, regions, asOf, years, mean, lastDay }: SeriesView,
  completeness: CompletenessAnswer | undefined,
): readonly Nowcast[] {
  const isShown = asOf === undefined && !years && !mean && categories.length * regions.length <= MOST_LINES;
  const open =
    isShown && lastDay !== undefined
      ? (completeness?.regions ?? []).flatMap(({ region, days }) =>
          days
            .slice(-NEWEST_DAYS)
            .filter(({ day, reporting, participating }) => {
              const isNew = readDay(day)! > lastDay - NEWEST_DAYS;
              const isOpen = reporting > 0 && isIncomplete(reporting, participating);
              return isNew && isOpen && participating <= MOST_FACILITIES;
            })
            .flatMap(({ day }) => categories.map((category) => ({ region, category, day }))),
        )
      : [];
  const key = JSON.stringify([dataset.id, open]);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((before) => before + 1), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const [found, setFound] = useState<{ readonly key: string; readonly nowcasts: readonly Nowcast[] }>();
  useEffect(() => {
    const leaving = new AbortController();
    const ask = async (): Promise<void> => {
      let nowcasts: readonly Nowcast[] = [];
      for (const { region, category, day } of open) {
        const path = addressWith('/v1/nowcast', { dataset: dataset.id, region, category, day: dayText(readDay(day)!) });
        const { expected, low, high } = await fetchJson<NowcastShape>(path, { signal: leaving.signal });
        if (expected === null || low === null || high === null || leaving.signal.aborted) continue;
        nowcasts = [...nowcasts, { region, category, day: readDay(day)!, expected, low, high }];
        setFound({ key, nowcasts });
      }
    };
    if (open.length > 0) {
      ask().catch((error: unknown) => {
        // Without permission, or where alarms are not served, the picture goes without.
        if (!leaving.signal.aborted && !(error instanceof Refusal)) throw error;
      });
    }
    return () => leaving.abort();
  }, [key, turn]);
  return found && open.length > 0 && found.key === key ? found.nowcasts : NONE;
}
