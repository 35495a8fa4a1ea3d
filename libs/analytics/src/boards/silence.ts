import { BellwetherError, type Day, dayAt } from '#vocabulary';
import { type Sources, checkRegions, datasetOf } from '../sources.js';
import { takesPart } from '../directory.js';
import type { SilentAnswer, SilentQuestion } from './questions.js';

/**
 * Facilities that take part and have said nothing for long, those silent longest first: candidates for closing. Looked at
 * from a day (today, in the dataset's zone, when none is given), so that the list of a past quarter can be drawn again.
 */
export async function answerSilent(sources: Sources, question: SilentQuestion): Promise<SilentAnswer> {
  const dataset = datasetOf(sources, question.dataset);
  const { region, silentDays, limit } = question;
  if (region.level === 'event_zip')
    throw new BellwetherError('REQUEST_INVALID', 'region: this is about facilities; event_zip has none');
  await checkRegions(sources, { dataset: dataset.id, regions: [region] });
  const on: Day = question.on ?? dayAt(sources.now(), dataset.timeZone);
  const directory = await sources.directories.of(dataset.id);
  const silent = directory
    .inRegion(region)
    .filter((one) => takesPart(one, on) && on - one.lastDay >= silentDays)
    .sort((a, b) => a.lastDay - b.lastDay || (a.facility < b.facility ? -1 : 1));
  return {
    dataset: dataset.id,
    region,
    on,
    silentDays,
    silent: silent.length,
    items: silent.slice(0, limit).map(({ facility, zip, county, state, firstDay, lastDay }) => ({
      facility,
      zip,
      county,
      state,
      firstActive: firstDay,
      lastActive: lastDay,
      silentFor: on - lastDay,
    })),
  };
}
