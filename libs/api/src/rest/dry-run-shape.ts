import type { Questions } from '#analytics';
import { BellwetherError, type Day, formatDay, regionKey } from '#vocabulary';
import type { Tried } from '../services.js';

/** Regions and days of which completeness is told at most. */
const MOST_RATES = 500;

/** Participating facilities by region and day; only what the caller may see of completeness. */
export type Participants = ReadonlyMap<string, number>;

const keyOf = (region: string, day: Day): string => `${region} ${day}`;

/** Participants as they are now, of the regions and days whose reporting would change. */
export async function ratesOf(
  questions: Questions,
  dataset: string,
  reporting: Tried['reporting'],
): Promise<Participants> {
  const some = reporting.slice(0, MOST_RATES);
  const found = new Map<string, number>();
  for (const { region, day } of some) {
    try {
      const answer = await questions.completeness({ dataset, regions: [region], from: day, to: day });
      for (const { days } of answer.regions)
        for (const { participating } of days) found.set(keyOf(regionKey(region), day), participating);
    } catch (error) {
      // Facilities have no completeness, and a sender sees none.
      if (!(error instanceof BellwetherError)) throw error;
    }
  }
  return found;
}

const cellOrNull = (cell: Tried['cells'][number]['before']) => cell ?? null;
const alarmOrNull = (alarm: Tried['alarms']['changes'][number]['before']) => alarm ?? null;

export const dryRunShape = (tried: Tried, participants: Participants) => ({
  dataset: tried.dataset,
  rows_read: tried.reading?.rowsRead ?? null,
  rows_accepted: tried.reading?.rowsAccepted ?? null,
  rows_refused: tried.reading?.rowsRefused ?? null,
  errors: (tried.reading?.faults ?? []).map(({ member, record, line, field, code, detail }) => ({
    member, record, line, field, code, detail,
  })), // prettier-ignore
  cells: tried.cells.map(({ region, day, category, flag, before, after }) => ({
    region: regionKey(region), day: formatDay(day), category, flag, before: cellOrNull(before), after: cellOrNull(after),
  })), // prettier-ignore
  completeness: tried.reporting.map(({ region, day, before, after }) => {
    const now = participants.get(keyOf(regionKey(region), day));
    // A facility that has never reported begins to take part with its first report.
    const then = now === undefined ? undefined : Math.max(now, after);
    return {
      region: regionKey(region),
      day: formatDay(day),
      reporting_before: before,
      reporting_after: after,
      participating: now ?? null,
      completeness_before: now ? before / now : null,
      completeness_after: then ? after / then : null,
    };
  }),
  alarms: {
    detector: tried.alarms.detector,
    changes: tried.alarms.changes.map(({ region, category, day, before, after }) => ({
      region: regionKey(region), category, day: formatDay(day), before: alarmOrNull(before), after: alarmOrNull(after),
    })), // prettier-ignore
    cut: tried.alarms.isCut,
  },
  cut: tried.isCut,
});
