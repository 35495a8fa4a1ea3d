import { useEffect, useState } from 'react';
import { addressWith } from '../address/address.js';
import type { List } from '../ask/shapes.js';
import { type Answered, useAnswer } from '../ask/use-answer.js';
import { dayText, readDay } from '../look/format.js';

/** What stands out, as far as the pages read it. */
export interface Alarm {
  readonly id: string;
  readonly region: string;
  readonly category: string;
  readonly first: string;
  readonly last: string;
  readonly regions: readonly string[];
  readonly categories: readonly string[];
  readonly value: number | null;
  readonly expected: number | null;
  readonly recurrence_days: number | null;
  readonly completeness: number | null;
  readonly standing: boolean;
  readonly state: 'open' | 'acknowledged' | 'snoozed' | 'dismissed' | 'closed';
}

/** Judging follows a commit within seconds. */
const AGAIN_MS = 10_000;
const MOST = '100';

interface Asked {
  readonly dataset: string;
  readonly from: number;
  readonly to: number;
  readonly pulse: number | string;
}

/** The alarms with a day in a period; undefined asks nothing. */
export function useAlarms(asked: Asked | undefined): Answered<List<Alarm>> {
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTurn((before) => before + 1), AGAIN_MS);
    return () => clearInterval(timer);
  }, []);
  const path =
    asked &&
    addressWith('/v1/alarms', {
      dataset: asked.dataset,
      from: dayText(asked.from),
      to: dayText(asked.to),
      limit: MOST,
    });
  return useAnswer<List<Alarm>>(path, `${asked?.pulse ?? ''}/${turn}`);
}

/** Marked on pictures: it still stands, and nobody has said that it was nothing. */
export const isMarked = ({ standing, state }: Alarm): boolean => standing && state !== 'dismissed';

/** Whether an alarm is about a region and category on a day. */
export const isAbout = (
  { regions, categories, first, last }: Alarm,
  { region, category, day }: { region: string; category: string; day: number },
): boolean =>
  regions.includes(region) && categories.includes(category) && readDay(first)! <= day && day <= readDay(last)!;
