import { type Day, startOfYear, weekdayOf } from './day.js';

/** A week of a numbered year: MMWR weeks begin on Sunday, ISO weeks on Monday. */
export interface Week {
  readonly year: number;
  readonly week: number;
}

type WeekStart = 0 | 1;

/** Week 1 is the first week with at least four days in the year, in both systems; so it holds 4 January. */
function firstDayOfYear(year: number, start: WeekStart): Day {
  const fourth = startOfYear(year) + 3;
  return fourth - ((weekdayOf(fourth) - start + 7) % 7);
}

function weekOf(day: Day, start: WeekStart): Week {
  let year = new Date(day * 86_400_000).getUTCFullYear() + 1;
  while (firstDayOfYear(year, start) > day) year--;
  return { year, week: Math.floor((day - firstDayOfYear(year, start)) / 7) + 1 };
}

/** CDC MMWR week (epiweek) of a day. Source: MMWR Weeks, https://ndc.services.cdc.gov (Sunday start, four-day rule). */
export const epiweekOf = (day: Day): Week => weekOf(day, 0);

/** ISO 8601 week of a day. */
export const isoWeekOf = (day: Day): Week => weekOf(day, 1);

/** The Sunday on which an epiweek begins. */
export const epiweekStart = ({ year, week }: Week): Day => firstDayOfYear(year, 0) + (week - 1) * 7;

/** 52 or 53. */
export const epiweeksInYear = (year: number): number => (firstDayOfYear(year + 1, 0) - firstDayOfYear(year, 0)) / 7;

/** Reads `YYYYww` (as in `epiweeks=202401-202410`); undefined when there is no such epiweek. */
export function parseEpiweek(text: string): Week | undefined {
  if (!/^\d{6}$/.test(text)) return undefined;
  const week = { year: Number(text.slice(0, 4)), week: Number(text.slice(4)) };
  return week.week >= 1 && week.week <= epiweeksInYear(week.year) ? week : undefined;
}

/** `YYYYww` */
export const formatEpiweek = ({ year, week }: Week): string => `${year}${String(week).padStart(2, '0')}`;
