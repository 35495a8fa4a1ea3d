import type { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#access';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { COLUMNS, DISCARD, invalid, NOTHING, read, ROWS, SUBMISSION_LIST, submissionId, UPLOAD } from '../ask/index.js';
import { Asker, Asking } from '../authorise/request.js';
import { json, list, Operation } from '../openapi/operation.js';
import { type ApiOptions, type ApiServices, OPTIONS, readingOf, SERVICES } from '../services.js';
import { discardOne, replayOne } from '../operate/dead-letters.js';
import { errorsCsv } from './csv.js';
import { pageAnswer } from './page.js';
import { fileRowShape, receiptShape, submissionShape, submissionWithErrorsShape } from './shapes.js';
import { bounded, fileNameOf, tooLarge } from './upload.js';

type Given = Readonly<Record<string, unknown>>;

/** Files in, and what became of them. */
@Controller('v1/submissions')
export class SubmissionsController {
  constructor(
    @Inject(SERVICES) private readonly services: ApiServices,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post()
  @ApiConsumes('application/octet-stream')
  @ApiBody({
    description: 'The file as it is: an archive, or the data file itself.',
    required: true,
    schema: { type: 'string' },
  })
  @ApiHeader({
    name: 'X-File-Name',
    description: 'File name when `name` is not given.',
    required: false,
    schema: { type: 'string' },
  })
  @Operation({
    id: 'submitFile',
    tag: 'submissions',
    summary: 'Send a file',
    description:
      'Answers once the bytes are safe on disk; counting follows within seconds. The same file again has the same receipt.',
    parameters: UPLOAD,
    answers: { 201: json('Receipt', 'The file is safe.'), 200: json('Receipt', 'The same file was received before.') },
  })
  async submit(
    @Asker() principal: Principal,
    @Query() given: Given,
    @Body() body: Readable | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(UPLOAD, given);
    const name = fileNameOf(asked.name, request.headers);
    const decision = this.services.policy.decide(principal, 'submit', { kind: 'feed', feed: asked.feed });
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
    if (!body) throw invalid('body', 'is empty; send the file as the body of the request');
    const limit = this.options.bodyLimit;
    if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
    await this.services.enter(principal);
    const receipt = await this.services.receive({ feed: asked.feed, name, body: bounded(body, limit), principal });
    void reply.status(receipt.duplicate ? 200 : 201).header('location', `/v1/submissions/${receipt.submission}`);
    return receiptShape(receipt);
  }

  @Get()
  @Operation({
    id: 'listSubmissions',
    tag: 'submissions',
    summary: 'List submissions',
    description: 'Newest first, a page at a time. A sender sees its own.',
    parameters: SUBMISSION_LIST,
    answers: { 200: list('Submissions', 'A page of submissions.') },
  })
  async list(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(SUBMISSION_LIST, given);
    const { feed, facility, state, limit } = asked;
    const ask = (cursor: string | undefined) => questions.submissions({ feed, facility, state, limit, cursor });
    const listing = { asked, ask, shape: submissionShape, columns: COLUMNS.submissions, name: 'submissions' };
    return pageAnswer(listing, { request, reply });
  }

  @Get(':submission')
  @ApiParam({ name: 'submission', description: 'From the receipt.', schema: { type: 'string', minLength: 1 } })
  @Operation({
    id: 'getSubmission',
    tag: 'submissions',
    summary: 'What became of a file',
    description: 'Its state, how many rows counted, and each row that did not, with code, field and line.',
    parameters: NOTHING,
    answers: { 200: json('SubmissionWithErrors', 'The submission and its row errors.') },
  })
  async one(@Asking() questions: Questions, @Param('submission') id: string, @Query() given: Given) {
    read(NOTHING, given);
    return submissionWithErrorsShape(await questions.submission(submissionId(id)));
  }

  @Get(':submission/rows')
  @ApiParam({ name: 'submission', description: 'From the receipt.', schema: { type: 'string', minLength: 1 } })
  @Operation({
    id: 'listRows',
    tag: 'submissions',
    summary: 'The rows of a file behind a statement',
    description:
      'Reads the file again and lists, by member, record and line, what makes up one cell of one statement; at most 1,000.',
    parameters: ROWS,
    answers: { 200: json('FileRows', 'The rows, in the order of the file.') },
  })
  async rows(
    @Asker() principal: Principal,
    @Asking() questions: Questions,
    @Param('submission') id: string,
    @Query() given: Given,
  ) {
    const asked = read(ROWS, given);
    const { info } = await questions.submission(submissionId(id));
    const feed = (await questions.feeds()).find((one) => one.id === info.feed);
    const region = { level: 'facility', code: asked.facility } as const;
    const { category } = asked;
    const object = { kind: 'series', dataset: feed?.dataset ?? '', region, category } as const;
    const decision = this.services.policy.decide(principal, 'provenance', object);
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
    const rows = await readingOf(this.services).rows({ submission: info.submission, ...asked });
    return { items: rows.map(fileRowShape) };
  }

  @Get(':submission/errors.csv')
  @ApiParam({ name: 'submission', description: 'From the receipt.', schema: { type: 'string', minLength: 1 } })
  @Operation({
    id: 'getSubmissionErrors',
    tag: 'submissions',
    summary: 'The rows that did not count, as a table',
    description:
      'One line each: file, record, line, column, code, what was expected, and what to do. Record 0 is the file.',
    parameters: NOTHING,
    answers: { 200: { description: 'The errors.', content: { 'text/csv': 'text' } } },
  })
  async errors(
    @Asking() questions: Questions,
    @Param('submission') id: string,
    @Query() given: Given,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    read(NOTHING, given);
    const { info, errors } = await questions.submission(submissionId(id));
    void reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="errors-${info.submission.slice(0, 12)}.csv"`);
    return errorsCsv(errors);
  }

  @Post(':submission/replay')
  @HttpCode(202)
  @ApiParam({ name: 'submission', description: 'From the receipt.', schema: { type: 'string', minLength: 1 } })
  @Operation({
    id: 'replaySubmission',
    tag: 'submissions',
    summary: 'Have a refused file read again',
    description:
      'After its mapping, code table or password was put right. It keeps its receipt and time of arrival, and counts once. For operators.',
    parameters: NOTHING,
    answers: { 202: json('Handled', 'It is read again within seconds.') },
  })
  replay(
    @Asking() questions: Questions,
    @Asker() principal: Principal,
    @Param('submission') id: string,
    @Query() given: Given,
  ) {
    read(NOTHING, given);
    return replayOne({ services: this.services, questions, principal }, submissionId(id));
  }

  @Post(':submission/discard')
  @HttpCode(200)
  @ApiParam({ name: 'submission', description: 'From the receipt.', schema: { type: 'string', minLength: 1 } })
  @Operation({
    id: 'discardSubmission',
    tag: 'submissions',
    summary: 'Discard a refused file',
    description:
      'Marks it as looked at, with a reason. Nothing is deleted, and it can still be replayed. For operators.',
    parameters: DISCARD,
    answers: { 200: json('Handled', 'It is no dead letter any more.') },
  })
  discard(
    @Asking() questions: Questions,
    @Asker() principal: Principal,
    @Param('submission') id: string,
    @Query() given: Given,
  ) {
    const { reason } = read(DISCARD, given);
    return discardOne({ services: this.services, questions, principal }, submissionId(id), reason);
  }
}
