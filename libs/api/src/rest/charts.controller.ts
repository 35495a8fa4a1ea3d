import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions } from '#analytics';
import { CHART, chartQuestion, read } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { Operation } from '../openapi/operation.js';
import { etagOf, revalidated } from './revalidate.js';

type Given = Readonly<Record<string, unknown>>;

interface Exchange {
  readonly given: Given;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

async function draw(questions: Questions, format: 'png' | 'svg', { given, request, reply }: Exchange) {
  const question = await chartQuestion(read(CHART, given), { catalogue: questions, format });
  const { bytes, contentType, digest } = await questions.chart(question);
  if (revalidated(request, reply, etagOf(digest))) return undefined;
  void reply.type(contentType);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const CHARTS = {
  tag: 'series',
  parameters: CHART,
  description: 'One line a series; a gap is a day without a value, not a zero.',
} as const;
const UNCHANGED = { description: 'Nothing has changed since the ETag in If-None-Match.' };

/** Pictures of series. */
@Controller('v1/charts')
export class ChartsController {
  @Get('series.png')
  @Operation({
    ...CHARTS,
    id: 'drawSeriesPng',
    summary: 'Series as a PNG',
    answers: { 200: { description: 'The picture.', content: { 'image/png': 'binary' } }, 304: UNCHANGED },
  })
  async png(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return draw(questions, 'png', { given, request, reply });
  }

  @Get('series.svg')
  @Operation({
    ...CHARTS,
    id: 'drawSeriesSvg',
    summary: 'Series as an SVG',
    answers: { 200: { description: 'The picture.', content: { 'image/svg+xml': 'text' } }, 304: UNCHANGED },
  })
  async svg(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return draw(questions, 'svg', { given, request, reply });
  }
}
