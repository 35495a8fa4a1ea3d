import { Readable } from 'node:stream';
import { Controller, Get, Query, Req, Res, StreamableFile } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Questions, SeriesAnswer, SeriesQuestion } from '#analytics';
import { read, SERIES_FILE, seriesQuestion } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { Operation } from '../openapi/operation.js';
import { etagOf, revalidated } from './revalidate.js';
import { seriesCsv } from './csv.js';
import { writeSeriesJson } from './series-json.js';

const FINISHED_BYTES = 32 << 20;
const LARGEST_FINISHED = 1 << 20;

/** Names the document: the digest names its values, the rest what its head echoes. */
const nameOf = ({ digest, rev }: SeriesAnswer, { dataset, from, to, flag, asOf }: SeriesQuestion): string =>
  JSON.stringify([digest, rev, dataset, from, to, flag, asOf]);

@Controller('v1')
export class SeriesController {
  /** Finished documents by name; equal names have equal bytes, so nothing here is ever stale. */
  readonly #finished = new LRUCache<string, Buffer>({
    maxSize: FINISHED_BYTES,
    maxEntrySize: LARGEST_FINISHED,
    sizeCalculation: (bytes) => bytes.length,
  });

  @Get('series')
  @Operation({
    id: 'getSeries',
    tag: 'series',
    summary: 'Daily series of regions × categories',
    description:
      'One value a day, total and unflagged. Without from and to: the last year. The ETag changes with the values.',
    parameters: SERIES_FILE,
    answers: {
      200: { description: 'The series.', content: { 'application/json': 'SeriesAnswer', 'text/csv': 'text' } },
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
    const question = await seriesQuestion(asked, questions);
    const answer = await questions.series(question);
    const name = nameOf(answer, question);
    if (revalidated(request, reply, etagOf(name, asked.format))) return undefined;
    if (asked.format === 'csv') {
      void reply.header('content-disposition', 'inline; filename="series.csv"');
      return new StreamableFile(Readable.from(seriesCsv(answer)), { type: 'text/csv; charset=utf-8' });
    }
    let bytes = this.#finished.get(name);
    if (bytes === undefined) {
      bytes = writeSeriesJson(answer, question);
      this.#finished.set(name, bytes);
    }
    void reply.type('application/json; charset=utf-8');
    return bytes;
  }
}
