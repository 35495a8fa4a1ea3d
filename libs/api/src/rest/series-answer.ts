import { parse } from 'node:querystring';
import { LRUCache } from 'lru-cache';
import type { SeriesQuestion, SeriesRecords } from '#analytics';
import { explicitSeriesQuestion, read, SERIES_FILE } from '../ask/index.js';
import { authorisedRecords } from '../authorise/authorised-records.js';
import type { Draft, FinishedAnswers } from '../finished/index.js';
import type { Finished } from '../finished/answer.js';
import type { Wanted } from '../finished/finished-answers.js';
import { type Note, noteOfSeries } from '../guard/notes.js';
import type { ApiServices } from '../services.js';
import { regionKey } from '#vocabulary';
import { formAccepted, formOf } from './forms.js';
import type { Fragments } from './fragments.js';
import { RECORDS_TYPE, writeRecords } from './records-binary.js';
import { writeRecordsJson } from './records-json.js';
import { etagOf } from './revalidate.js';

export const SERIES_ROUTE = '/v1/series';
export const JSON_TYPE = 'application/json; charset=utf-8';

interface Making {
  readonly question: SeriesQuestion;
  readonly form: 'json' | 'binary';
  readonly fragments: Fragments;
  readonly finished: FinishedAnswers;
}

/** A series answer from stored records, in JSON or as the records themselves. */
export function draftOf(records: SeriesRecords, { question, form, fragments, finished }: Making): Draft {
  const { from, to, regions, categories } = question;
  const etag = etagOf(
    ...[form, records.dataset, `${from} ${to} ${regions.length}`, records.tag],
    ...regions.map(regionKey),
    ...categories,
  );
  const body =
    finished.bodyOf(etag) ??
    (form === 'json'
      ? writeRecordsJson(records, { question, fragments })
      : writeRecords(records, { question, fragments }));
  const type = form === 'json' ? JSON_TYPE : RECORDS_TYPE;
  return { etag, type, body, route: SERIES_ROUTE, holds: records.holds };
}

/** A question that is whole in itself, and answered from stored records. */
interface Understood {
  readonly question: SeriesQuestion;
  readonly form: 'json' | 'binary';
  readonly note: Note;
}

/** Addresses whose meaning is remembered: after a commit the same are asked again. */
const UNDERSTOOD = 1000;

/** Undefined where the address has to be looked at by somebody else; throws where there is no such question. */
function understand({ accept, target }: Wanted): Understood | undefined {
  const start = `${SERIES_ROUTE}?`;
  if (!target.startsWith(start)) return undefined;
  const asked = read(SERIES_FILE, parse(target.slice(start.length)));
  const form = formOf(asked.format, accept);
  const question = explicitSeriesQuestion(asked);
  if ((form !== 'json' && form !== 'binary') || asked.fields || !question) return undefined;
  if (question.flag !== undefined || question.asOf !== undefined || question.lag !== undefined) return undefined;
  return { question, form, note: noteOfSeries(question) };
}

/**
 * Makes the answer to a question that is whole in itself, and is about what is known now: at once where everything is in
 * memory, else when the records have come. Undefined for any other question. Throws, or fails, where it cannot be answered.
 */
export function assembler({
  services: { records, released, policy },
  fragments,
  finished,
}: {
  services: Pick<ApiServices, 'records' | 'released' | 'policy'>;
  fragments: Fragments;
  finished: FinishedAnswers;
}): (wanted: Wanted) => Finished | Promise<Finished> | undefined {
  const understood = new LRUCache<string, Understood>({ max: UNDERSTOOD });
  return (wanted) => {
    if (!records) return undefined;
    const { principal, accept, target } = wanted;
    const name = `${formAccepted(accept) ?? ''} ${target}`;
    const known = understood.get(name) ?? understand(wanted);
    if (!known) return undefined;
    understood.set(name, known);
    const { question, form, note } = known;
    const finish = (found: SeriesRecords): Finished =>
      finished.keep(wanted, { ...draftOf(found, { question, form, fragments, finished }), notes: [note] });
    const theirs = authorisedRecords({ records, released, policy, principal });
    const found = theirs.now(question);
    return found ? finish(found) : theirs.series(question).then(finish);
  };
}
