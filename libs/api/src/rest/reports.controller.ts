import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions } from '#analytics';
import { type ReportKind, writeReport } from '#report';
import { type Day, epiweekOf, epiweekStart, formatDay, NATION, type Region, regionKey } from '#vocabulary';
import { type Asked, formatInstant, lastDayOf, read, REPORT } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { Operation } from '../openapi/operation.js';
import { gatherReport } from '../report/gather.js';
import { REPORT_WAIT_SECONDS, REPORTS_AT_ONCE, REPORTS_WAITING, turns } from '../report/turns.js';
import { etagOf, revalidated } from './revalidate.js';

type Given = Readonly<Record<string, unknown>>;

const TYPES = { html: 'text/html; charset=utf-8', pdf: 'application/pdf', csv: 'text/csv; charset=utf-8' } as const;

const ANSWERS = {
  200: {
    description: 'The report. Content-Location names the instant it speaks of.',
    content: { 'text/html': 'text', 'application/pdf': 'binary', 'text/csv': 'text' },
  },
  304: { description: 'Nothing has changed since the ETag in If-None-Match.' },
} as const;

const NATIONWIDE: Region = { level: 'nation', code: NATION };

/** The last day of a week, or of the last whole week, that a day lies in. */
const endOfWeek = (day: Day): Day => epiweekStart(epiweekOf(day)) + 6;

async function dayOf({ dataset, date }: Asked<typeof REPORT>, kind: ReportKind, questions: Questions): Promise<Day> {
  if (date !== undefined) return kind === 'daily' ? date : endOfWeek(date);
  const last = await lastDayOf(dataset, questions);
  const end = endOfWeek(last);
  return kind === 'daily' ? last : end === last ? end : end - 7;
}

/** What was, on paper: every day and every week, for everybody in the same words. */
@Controller('v1/reports')
export class ReportsController {
  readonly #inTurn = turns({ atOnce: REPORTS_AT_ONCE, waiting: REPORTS_WAITING, seconds: REPORT_WAIT_SECONDS });

  @Get('daily')
  @Operation({
    id: 'getDailyReport',
    tag: 'series',
    summary: 'A day as a report',
    description:
      'Every category of a region against the same weekday of eight weeks, where within it to look, and who has not reported; to read, to print, or as a table.',
    parameters: REPORT,
    answers: ANSWERS,
  })
  daily(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#write('daily', { questions, given, request, reply });
  }

  @Get('weekly')
  @Operation({
    id: 'getWeeklyReport',
    tag: 'series',
    summary: 'An MMWR week as a report',
    description: 'Every category of a region against the eight weeks before and the year before, as the daily report.',
    parameters: REPORT,
    answers: ANSWERS,
  })
  weekly(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#write('weekly', { questions, given, request, reply });
  }

  async #write(
    kind: ReportKind,
    {
      questions,
      given,
      request,
      reply,
    }: { questions: Questions; given: Given; request: FastifyRequest; reply: FastifyReply },
  ): Promise<Buffer | undefined> {
    const asked = read(REPORT, given);
    const { dataset, format, region = NATIONWIDE } = asked;
    const day = await dayOf(asked, kind, questions);
    // To the second, so that the instant can be written down and asked for again.
    const asOf = asked.as_of ?? Math.floor(Date.now() / 1000) * 1000;
    const pinned = { dataset, region: regionKey(region), date: formatDay(day), as_of: formatInstant(asOf) };
    const address = `/v1/reports/${kind}?${new URLSearchParams(pinned).toString().replaceAll('%3A', ':')}`;
    const bytes = await this.#inTurn(async () => {
      const facts = await gatherReport(questions, { kind, dataset, region, day, asOf, address });
      return writeReport(facts, format);
    });
    void reply.header('content-location', `${address}&format=${format}`);
    if (revalidated(request, reply, etagOf(Buffer.from(bytes).toString('latin1')))) return undefined;
    const name = `${kind}-${dataset}-${regionKey(region).replace(':', '-')}-${formatDay(day)}.${format}`;
    void reply
      .type(TYPES[format])
      .header('content-disposition', `inline; filename="${name.replaceAll(/[^\w.-]/g, '_')}"`);
    return Buffer.from(bytes);
  }
}
