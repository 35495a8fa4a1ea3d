import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions, SeriesAnswer, SeriesQuestion } from '#analytics';
import { COLUMNS, read, SERIES_FILE, seriesQuestion } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import type { Draft } from '../finished/index.js';
import { Operation } from '../openapi/operation.js';
import { REMEMBERED, type Remembered } from './remembered.js';
import { RECORDS_TYPE } from './records-binary.js';
import { formOf, TABULAR_CONTENT } from './forms.js';
import { etagOf, revalidated } from './revalidate.js';
import { bytesOfTable, dispositionOf, sendTable } from './send-table.js';
import { draftOf, JSON_TYPE, SERIES_ROUTE } from './series-answer.js';
import { selectedSeriesJson, writeSeriesJson } from './series-json.js';
import { seriesTable } from './tables/counts.js';
import { selected, TABULAR } from '../tabular/index.js';

/** Names the document: the digest names its values, the rest what its head echoes. */
const nameOf = ({ digest, rev }: SeriesAnswer, { dataset, from, to, flag, asOf, lag }: SeriesQuestion): string =>
  JSON.stringify([digest, rev, dataset, from, to, flag, asOf, lag]);

/** Values of a table that is put together whole; a longer one is sent as it is written. */
const WHOLE_TABLE = 20_000;

@Controller('v1')
export class SeriesController {
  constructor(@Inject(REMEMBERED) private readonly remembered: Remembered) {}

  @Get('series')
  @Operation({
    id: 'getSeries',
    tag: 'series',
    summary: 'Daily series of regions × categories',
    description:
      'One value a day, total and unflagged. Without from and to: the last year. The ETag changes with the values.',
    parameters: SERIES_FILE,
    answers: {
      200: {
        description: 'The series.',
        content: { 'application/json': 'SeriesAnswer', [RECORDS_TYPE]: 'binary', ...TABULAR_CONTENT },
      },
      304: { description: 'Nothing has changed since the ETag in If-None-Match.' },
    },
  })
  async series(
    @Asking() questions: Questions,
    @Query() given: Readonly<Record<string, unknown>>,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(SERIES_FILE, given);
    const form = formOf(asked.format, request.headers.accept);
    const { fields } = asked;
    const { records } = request;
    const holds = this.remembered.periodHolds(asked);
    const question = await seriesQuestion(asked, questions);
    const isNow = (question.flag ?? question.asOf ?? question.lag) === undefined;
    if (records && (form === 'binary' || (form === 'json' && isNow && !fields))) {
      const draft = draftOf(await records.series(question), { ...this.remembered, question, form });
      return this.remembered.send({ ...draft, holds: () => holds() && draft.holds() }, { request, reply });
    }
    const answer = await questions.series(question);
    const etag = etagOf(nameOf(answer, question), form, ...(fields ?? []));
    const isTable = form !== 'json' && form !== 'binary';
    const table = seriesTable(answer);
    const columns = fields ?? COLUMNS.series;
    if (isTable && answer.series.length * (question.to - question.from + 1) > WHOLE_TABLE) {
      if (revalidated(request, reply, etag)) return undefined;
      return sendTable(table, { form, name: 'series', fields: columns, reply });
    }
    const json = (): Buffer =>
      fields ? selectedSeriesJson(answer, question, fields) : writeSeriesJson(answer, question);
    const draft: Draft = {
      etag,
      body: isTable ? await bytesOfTable(selected(table, columns), form) : json(),
      type: isTable ? TABULAR[form].type : JSON_TYPE,
      ...(isTable ? { headers: { 'content-disposition': dispositionOf(form, 'series') } } : {}),
      route: SERIES_ROUTE,
      holds: () => holds() && answer.holds?.() === true,
    };
    return this.remembered.send(draft, { request, reply });
  }
}
