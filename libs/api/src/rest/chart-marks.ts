import type { ChartMarks, ChartQuestion, Questions } from '#analytics';
import { BellwetherError, type Day, type Region, regionKey } from '#vocabulary';
import type { AuthorisedAlarms } from '../authorise/authorised-alarms.js';

/** Lines of a picture with nowcasts, and days of each: a nowcast looks at weeks of every facility. */
const NOWCAST_LINES = 4;
const NOWCAST_DAYS = 3;
/** Alarms of a picture: the newest. */
const MOST_ALARMS = 1000;
/** A day is foreseen while a smaller share of its facilities has reported. */
const COMPLETE_FROM = 0.9;

interface Wanted {
  readonly wanted: readonly ('alarms' | 'nowcast')[];
  readonly questions: Questions;
  /** Undefined where they are not served. */
  readonly alarms: AuthorisedAlarms | undefined;
}

/** What is known of the days of a picture, for whoever may know it. FORBIDDEN, REQUEST_INVALID. */
export async function chartMarks(
  question: ChartQuestion,
  { wanted, questions, alarms }: Wanted,
): Promise<ChartMarks | undefined> {
  if (question.asOf !== undefined || question.lag !== undefined)
    throw new BellwetherError('REQUEST_INVALID', 'marks: they are of what is known now; leave out as_of and lag');
  if (!alarms) return undefined;
  return {
    alarms: wanted.includes('alarms') ? await alarmsOf(question, alarms) : [],
    nowcasts: wanted.includes('nowcast') ? await nowcastsOf(question, { questions, alarms }) : [],
  };
}

/** Alarms that stand and of which nobody has said that they are nothing, as the pages mark them. */
async function alarmsOf(
  { dataset, categories, regions, from, to }: ChartQuestion,
  alarms: AuthorisedAlarms,
): Promise<ChartMarks['alarms']> {
  const { items } = await alarms.list({ dataset, from, to, limit: MOST_ALARMS });
  const keys = new Set(regions.map(regionKey));
  return items
    .filter(({ standing, state }) => standing && state !== 'dismissed')
    .flatMap(({ first, last, ...alarm }) =>
      alarm.regions
        .filter((region) => keys.has(regionKey(region)))
        .flatMap((region) =>
          alarm.categories
            .filter((category) => categories.includes(category))
            .map((category) => ({ region, category, first, last })),
        ),
    );
}

async function nowcastsOf(
  { dataset, categories, regions, from, to }: ChartQuestion,
  { questions, alarms }: { questions: Questions; alarms: AuthorisedAlarms },
): Promise<ChartMarks['nowcasts']> {
  if (categories.length * regions.length > NOWCAST_LINES)
    throw new BellwetherError('REQUEST_INVALID', `marks: nowcasts are of at most ${NOWCAST_LINES} lines`);
  const first = Math.max(from, to - NOWCAST_DAYS + 1);
  const known = await questions.completeness({ dataset, regions, from: first, to, asOf: undefined });
  const open = known.regions.flatMap(({ region, days }) =>
    days.flatMap(({ reporting, participating }, i): { region: Region; day: Day }[] =>
      reporting > 0 && reporting < COMPLETE_FROM * participating ? [{ region, day: first + i }] : [],
    ),
  );
  const nowcasts: ChartMarks['nowcasts'][number][] = [];
  // One after the other: a picture can wait, the questions of others cannot.
  for (const { region, day } of open) {
    for (const category of categories) {
      const { expected, low, high } = await alarms.nowcast({ dataset, region, category, day });
      if (expected !== null && low !== null && high !== null)
        nowcasts.push({ region, category, day, expected, low, high });
    }
  }
  return nowcasts;
}
