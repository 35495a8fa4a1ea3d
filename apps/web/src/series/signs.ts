import { type Alarm, isMarked } from '../alarms/alarms.js';
import { readDay } from '../look/format.js';
import type { Range, Sign } from '../marks/lines.js';
import type { Nowcast } from './nowcasts.js';
import type { Picture } from './picture.js';
import { isRevised } from './revised.js';
import type { Settled } from './revisions.js';

interface Known {
  readonly alarms: readonly Alarm[] | undefined;
  readonly settled: Settled | undefined;
  /** Colour of an alarm. */
  readonly colour: string;
}

/** The signs on the lines of totals: a diamond where there is an alarm, else a ring where a number was revised. */
export function signsOf({ days, lines }: Picture, { alarms = [], settled, colour }: Known): Sign[] {
  const marked = alarms.filter(isMarked);
  const first = days[0] ?? 0;
  return lines.flatMap(({ part, series: { region, category }, values, colour: own }, line) => {
    if (part !== 'total') return [];
    const signs = new Map<number, Sign>();
    const then = settled?.seriesOf(region, category);
    if (settled && then) {
      for (let day = Math.max(first, settled.first); day < settled.first + then.length; day++) {
        const at = day - first;
        if (isRevised(values[at] ?? null, then[day - settled.first] ?? null))
          signs.set(at, { at, line, sign: 'ring', colour: own });
      }
    }
    for (const alarm of marked) {
      if (!alarm.regions.includes(region) || !alarm.categories.includes(category)) continue;
      const last = Math.min(readDay(alarm.last)!, first + days.length - 1);
      for (let day = Math.max(first, readDay(alarm.first)!); day <= last; day++)
        signs.set(day - first, { at: day - first, line, sign: 'diamond', colour });
    }
    return Array.from(signs.values());
  });
}

/** The bars of what incomplete days will come to, on the lines of totals. */
export function rangesOf({ days, lines }: Picture, nowcasts: readonly Nowcast[]): Range[] {
  return nowcasts.flatMap(({ region, category, day, expected, low, high }) => {
    const line = lines.find(
      ({ part, series }) => part === 'total' && series.region === region && series.category === category,
    );
    const at = day - (days[0] ?? 0);
    return line && at >= 0 && at < days.length ? [{ at, low, expected, high, colour: line.colour }] : [];
  });
}
