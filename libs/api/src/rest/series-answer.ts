import { parse } from 'node:querystring';
import type { SeriesQuestion, SeriesRecords } from '#analytics';
import { explicitSeriesQuestion, read, SERIES_FILE } from '../ask/index.js';
import { authorisedRecords } from '../authorise/authorised-records.js';
import type { Draft, FinishedAnswers } from '../finished/index.js';
import type { Finished } from '../finished/answer.js';
import type { Wanted } from '../finished/finished-answers.js';
import { noteOfSeries } from '../guard/notes.js';
import type { ApiServices } from '../services.js';
import { type Form, formOf } from './forms.js';
import type { Fragments } from './fragments.js';
import { RECORDS_TYPE, writeRecords } from './records-binary.js';
import { writeRecordsJson } from './records-json.js';
import { etagOf } from './revalidate.js';

export const SERIES_ROUTE = '/v1/series';
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Names the content of an answer that was made from records. */
function tagOf(records: SeriesRecords, { categories, from, to, regions }: SeriesQuestion, form: Form): string {
  return etagOf(form, records.dataset, String(from), String(to), String(regions.length), records.tag, ...categories);
}

interface Making {
  readonly question: SeriesQuestion;
  readonly form: 'json' | 'binary';
  readonly fragments: Fragments;
  readonly finished: FinishedAnswers;
}

/** A series answer from stored records, in JSON or as the records themselves. */
export function draftOf(records: SeriesRecords, { question, form, fragments, finished }: Making): Draft {
  const regions = question.regions.map(({ level, code }) => `${level}:${code}`).join();
  const etag = etagOf(tagOf(records, question, form), regions);
  const body =
    finished.bodyOf(etag) ??
    (form === 'json' ? writeRecordsJson(records, { question, fragments }) : writeRecords(records, question));
  const type = form === 'json' ? JSON_TYPE : RECORDS_TYPE;
  return { etag, type, body, route: SERIES_ROUTE, holds: records.holds };
}

/** Makes the answer to a question that is whole in itself from what is in memory; undefined when that is not enough. */
export function assembler({
  services: { records, released, policy },
  fragments,
  finished,
}: {
  services: Pick<ApiServices, 'records' | 'released' | 'policy'>;
  fragments: Fragments;
  finished: FinishedAnswers;
}): (wanted: Wanted) => Finished | undefined {
  return (wanted) => {
    const { principal, accept, target } = wanted;
    const start = `${SERIES_ROUTE}?`;
    if (!records || !target.startsWith(start)) return undefined;
    const asked = read(SERIES_FILE, parse(target.slice(start.length)));
    const form = formOf(asked.format, accept);
    const question = explicitSeriesQuestion(asked);
    if ((form !== 'json' && form !== 'binary') || asked.fields || !question) return undefined;
    const found = authorisedRecords({ records, released, policy, principal }).now(question);
    if (!found) return undefined;
    const draft = draftOf(found, { question, form, fragments, finished });
    return finished.keep(wanted, { ...draft, notes: [noteOfSeries(question)] });
  };
}
