import { Readable } from 'node:stream';
import { Controller, Get, Inject, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions, SeriesAnswer, SeriesQuestion } from '#analytics';
import { read, SERIES_FILE, seriesQuestion } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import type { Draft } from '../finished/index.js';
import { Operation } from '../openapi/operation.js';
import { REMEMBERED, type Remembered } from './remembered.js';
import { RECORDS_TYPE } from './records-binary.js';
import { draftOf, formOf, JSON_TYPE, SERIES_ROUTE } from './series-answer.js';
import { etagOf, revalidated } from './revalidate.js';
import { seriesCsv } from './csv.js';
import { writeSeriesJson } from './series-json.js';

/** Names the document: the digest names its values, the rest what its head echoes. */
const nameOf = ({ digest, rev }: SeriesAnswer, { dataset, from, to, flag, asOf }: SeriesQuestion): string =>
  JSON.stringify([digest, rev, dataset, from, to, flag, asOf]);

/** Values of a CSV that is put together whole; a longer one is sent as it is written. */
const WHOLE_CSV = 20_000;
const CSV_HEADERS = { 'content-disposition': 'inline; filename="series.csv"' };

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
        content: { 'application/json': 'SeriesAnswer', 'text/csv': 'text', [RECORDS_TYPE]: 'binary' },
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
    const form = formOf(asked, request.headers.accept);
    const { records } = request;
    const holds = this.remembered.periodHolds(asked);
    const question = await seriesQuestion(asked, questions);
    if (records && form !== 'csv' && (form === 'binary' || (question.flag ?? question.asOf) === undefined)) {
      const draft = draftOf(await records.series(question), { ...this.remembered, question, form });
      return this.remembered.send({ ...draft, holds: () => holds() && draft.holds() }, { request, reply });
    }
    const answer = await questions.series(question);
    const etag = etagOf(nameOf(answer, question), form);
    if (form === 'csv' && answer.series.length * (question.to - question.from + 1) > WHOLE_CSV) {
      if (revalidated(request, reply, etag)) return undefined;
      void reply.headers(CSV_HEADERS);
      return new StreamableFile(Readable.from(seriesCsv(answer)), { type: 'text/csv; charset=utf-8' });
    }
    const draft: Draft = {
      etag,
      body: form === 'csv' ? Buffer.from([...seriesCsv(answer)].join('')) : writeSeriesJson(answer, question),
      type: form === 'csv' ? 'text/csv; charset=utf-8' : JSON_TYPE,
      ...(form === 'csv' ? { headers: CSV_HEADERS } : {}),
      route: SERIES_ROUTE,
      holds: () => holds() && answer.holds?.() === true,
    };
    return this.remembered.send(draft, { request, reply });
  }
}
