import type { ReportFacts } from '../facts.js';
import { count, instant, percent } from '../words.js';
import type { Block } from './document.js';
import { isIncomplete, type Judged, shareOf } from './tables.js';

/** Who stands behind the numbers, first of all. */
export function completenessNote({ kind }: ReportFacts, [first]: readonly Judged[]): Block[] {
  const share = first && shareOf(first.whole);
  if (!first || share === undefined)
    return [{ kind: 'text', tone: 'warning', text: 'No facility of this region takes part.' }];
  const { reporting, participating } = first.whole;
  const unit = kind === 'daily' ? 'facilities have reported' : 'facility-days have been reported';
  const said = `${count(reporting)} of ${count(participating)} ${unit} (${percent(share)}).`;
  if (!isIncomplete(first.whole)) return [{ kind: 'text', tone: 'plain', text: said }];
  const text = `${said} That is not complete: counts will rise as reports arrive. What is usual is scaled to those who reported.`;
  return [{ kind: 'text', tone: 'warning', text }];
}

/** How to read the report, and how to have it again. */
export function readingNotes({ kind, asOf, address, dataset }: ReportFacts): Block[] {
  const compared = kind === 'daily' ? 'the same weekday of the eight weeks before' : 'the eight weeks before';
  const notes = [
    `Usual: ${compared}, counts per facility that reported, times the facilities that reported now. SD: how far the count lies from it, in standard deviations of those weeks, never less than those of Poisson counts. It points to where to look; it is not an alarm.`,
    'Hatched, and called not complete: under 90 % of the facilities that take part have reported. “Not reported” is no zero; “withheld” is a number that may not be shown; a gap in a line has no number.',
    `Everything as it was known at ${instant(asOf)}: asked again for that instant, this report is the same to the byte, whatever arrives later. ${dataset.title}; ${address}`,
  ];
  return [
    { kind: 'heading', text: 'How to read this' },
    ...notes.map((text): Block => ({ kind: 'text', tone: 'quiet', text })),
  ];
}
