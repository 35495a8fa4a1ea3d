import { type Day, daysInYear, startOfYear, yearOf } from '#vocabulary';

type Values = readonly (number | null)[];

/** Mean of the seven days that end with each; null where fewer than four of them have a number. */
export function sevenDayMean(values: Values): (number | null)[] {
  let [sum, known] = [0, 0];
  return values.map((value, i) => {
    if (value !== null) [sum, known] = [sum + value, known + 1];
    const leaving = i >= 7 ? values[i - 7]! : null;
    if (leaving !== null) [sum, known] = [sum - leaving, known - 1];
    return known >= 4 ? sum / known : null;
  });
}

/** A leap year that stands for every year: the axis of years laid over each other. */
const MODEL_YEAR = 2024;
export const MODEL_DAYS: readonly Day[] = Array.from({ length: 366 }, (_, i) => startOfYear(MODEL_YEAR) + i);

/** One line a calendar year, each day under its date; 29 February is a gap in other years. */
export function byYear(values: Values, from: Day): ReadonlyMap<number, (number | null)[]> {
  const years = new Map<number, (number | null)[]>();
  values.forEach((value, i) => {
    const year = yearOf(from + i);
    let line = years.get(year);
    if (!line) years.set(year, (line = new Array<number | null>(366).fill(null)));
    const at = from + i - startOfYear(year);
    line[daysInYear(year) === 366 || at < 59 ? at : at + 1] = value;
  });
  return years;
}
