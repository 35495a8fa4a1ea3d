import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ChartQuestion, Questions } from '#analytics';
import { CHART_PICTURE, chartQuestion, read, SERIES_CHART } from '../ask/index.js';
import { chartMarks } from './chart-marks.js';
import { Asking } from '../authorise/request.js';
import { PictureOperation } from './picture-operation.js';
import { REMEMBERED, type Remembered } from './remembered.js';
import { etagOf } from './revalidate.js';

type Given = Readonly<Record<string, unknown>>;

interface Exchange {
  readonly given: Given;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

const CHARTS = {
  parameters: SERIES_CHART,
  description: 'One line a series; a gap is a day without a value, not a zero.',
} as const;

/** Pictures of series. */
@Controller('v1/charts')
export class ChartsController {
  constructor(@Inject(REMEMBERED) private readonly remembered: Remembered) {}

  @Get('series.png')
  @PictureOperation('image/png', {
    ...CHARTS,
    parameters: CHART_PICTURE,
    id: 'drawSeriesPng',
    summary: 'Series as a PNG',
  })
  async png(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.draw(questions, 'png', { given, request, reply });
  }

  @Get('series.svg')
  @PictureOperation('image/svg+xml', {
    ...CHARTS,
    id: 'drawSeriesSvg',
    summary: 'Series as an SVG',
  })
  async svg(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.draw(questions, 'svg', { given, request, reply });
  }
  @Get('series.webp')
  @PictureOperation('image/webp', {
    ...CHARTS,
    parameters: CHART_PICTURE,
    id: 'drawSeriesWebp',
    summary: 'Series as a WebP',
  })
  async webp(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.draw(questions, 'webp', { given, request, reply });
  }

  private async draw(
    questions: Questions,
    format: ChartQuestion['format'],
    { given, request, reply }: Exchange,
  ): Promise<Buffer | undefined> {
    const asked = format === 'svg' ? read(SERIES_CHART, given) : read(CHART_PICTURE, given);
    const periodHolds = this.remembered.periodHolds(asked);
    const plain = await chartQuestion(asked, { catalogue: questions, format });
    const marks = asked.marks && (await chartMarks(plain, { wanted: asked.marks, questions, alarms: request.alarms }));
    const { bytes, contentType, digest, holds } = await questions.chart({ ...plain, marks });
    const draft = {
      etag: etagOf(digest),
      type: contentType,
      body: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
      route: `/v1/charts/series.${format}`,
      // Alarms come and go between commits.
      holds: () => marks === undefined && periodHolds() && holds?.() === true,
    };
    return this.remembered.send(draft, { request, reply });
  }
}
