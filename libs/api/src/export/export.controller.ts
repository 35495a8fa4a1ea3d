import { Readable } from 'node:stream';
import {
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Param,
  Post,
  Query,
  Req,
  Res,
  StreamableFile,
} from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#access';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { EXPORT, formatInstant, NOTHING, read, type ExportForm } from '../ask/index.js';
import { Asker, Asking } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';
import { formAccepted, TABULAR_CONTENT } from '../rest/forms.js';
import { EXPORTED } from '../tabular/index.js';
import { type ExportJob, type ExportJobs, MOST_RUNNING } from './jobs.js';
import { planExport } from './plan.js';

type Given = Readonly<Record<string, unknown>>;

/** Injection token of the jobs; undefined where none are kept. */
export const EXPORT_JOBS = Symbol('ExportJobs');

/** Rows of the table that follows, where that is known before. */
const ROWS_HEADER = 'bellwether-rows';

const ID = ApiParam({
  name: 'export',
  description: 'From the answer to POST.',
  schema: { type: 'string', minLength: 1 },
});

const EXPORT_CONTENT = { ...TABULAR_CONTENT, 'application/json': 'ExportedRows' } as const;

const jobShape = ({ id, form, createdAt, state, rowsDone, rowsTotal, bytes, code }: ExportJob) => ({
  export: id,
  state,
  format: form,
  rows_done: rowsDone,
  rows_total: rowsTotal,
  bytes,
  code,
  created_at: formatInstant(createdAt),
  file: state === 'done' ? `/v1/exports/${id}/file` : null,
});

function formAsked(format: ExportForm | undefined, accept: string | undefined): ExportForm {
  const accepted = formAccepted(accept);
  return format ?? (accepted === undefined || accepted === 'json' || accepted === 'binary' ? 'csv' : accepted);
}

/** Tables of any size. */
@Controller('v1')
export class ExportController {
  #streams = 0;

  constructor(@Inject(EXPORT_JOBS) private readonly jobs: ExportJobs | undefined) {}

  #kept(): ExportJobs {
    if (!this.jobs)
      throw new BellwetherError('NOT_FOUND', 'exports are not kept here; GET /v1/export sends them at once');
    return this.jobs;
  }

  @Get('export')
  @Operation({
    id: 'streamExport',
    tag: 'exports',
    summary: 'A table of any size, as it is made',
    description:
      'Rows come in the order of regions, categories and days. The header `Bellwether-Rows` says how many will come, where that is known. A connection that is closed ends the work; one that ends before its time was cut off by an error.',
    parameters: EXPORT,
    answers: { 200: { description: 'The table.', content: EXPORT_CONTENT } },
  })
  async stream(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(EXPORT, given);
    const form = formAsked(asked.format, request.headers.accept);
    const { table, rows } = await planExport(asked, questions);
    if (this.#streams >= MOST_RUNNING)
      throw new BellwetherError('TOO_MANY_REQUESTS', `${MOST_RUNNING} exports run already`, {}, { retryAfter: 30 });
    this.#streams++;
    const { type, bytes } = EXPORTED[form];
    const body = Readable.from(bytes(table), { objectMode: false });
    body.once('close', () => this.#streams--);
    if (rows !== null) void reply.header(ROWS_HEADER, String(rows));
    void reply.header(
      'content-disposition',
      `attachment; filename="${asked.dataset.replace(/[^\w-]/g, '_')}-${asked.table}.${form}"`,
    );
    void reply.header('cache-control', 'no-store');
    return new StreamableFile(body, { type });
  }

  @Post('exports')
  @HttpCode(202)
  @Operation({
    id: 'beginExport',
    tag: 'exports',
    summary: 'Have a table made as a file',
    description:
      'Answers at once; the address in `Location` tells how far it is, and where the file is to be fetched for an hour.',
    parameters: EXPORT,
    answers: { 202: json('Export', 'It is being made.') },
  })
  async begin(
    @Asking() questions: Questions,
    @Asker() principal: Principal,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const jobs = this.#kept();
    const asked = read(EXPORT, given);
    const form = formAsked(asked.format, request.headers.accept);
    const job = jobs.begin({ owner: principal.id, form, plan: await planExport(asked, questions) });
    void reply.header('location', `/v1/exports/${job.id}`);
    return jobShape(job);
  }

  @Get('exports')
  @Operation({
    id: 'listExports',
    tag: 'exports',
    summary: 'List your exports',
    description: 'Those that are being made, and those of the last hour.',
    parameters: NOTHING,
    answers: { 200: json('Exports', 'The exports, oldest first.') },
  })
  list(@Asker() principal: Principal, @Query() given: Given) {
    read(NOTHING, given);
    return { items: this.#kept().list(principal.id).map(jobShape) };
  }

  @Get('exports/:export')
  @ID
  @Operation({
    id: 'getExport',
    tag: 'exports',
    summary: 'How far an export is',
    description: 'Rows made so far, and how many there will be where that is known.',
    parameters: NOTHING,
    answers: { 200: json('Export', 'The export.') },
  })
  one(@Asker() principal: Principal, @Param('export') id: string, @Query() given: Given) {
    read(NOTHING, given);
    return jobShape(this.#kept().find(id, principal.id));
  }

  @Get('exports/:export/file')
  @ID
  @Operation({
    id: 'getExportFile',
    tag: 'exports',
    summary: 'The file of an export',
    description: 'Once it is done.',
    parameters: NOTHING,
    answers: { 200: { description: 'The file.', content: EXPORT_CONTENT } },
  })
  file(
    @Asker() principal: Principal,
    @Param('export') id: string,
    @Query() given: Given,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    read(NOTHING, given);
    const jobs = this.#kept();
    const job = jobs.find(id, principal.id);
    const stream = jobs.open(job);
    void reply
      .header('content-disposition', `attachment; filename="export.${job.form}"`)
      .header('cache-control', 'no-store');
    return new StreamableFile(stream, { type: EXPORTED[job.form].type, length: job.bytes });
  }

  @Delete('exports/:export')
  @HttpCode(204)
  @ID
  @Operation({
    id: 'removeExport',
    tag: 'exports',
    summary: 'Stop an export, and remove its file',
    description: 'Whether it is being made or done.',
    parameters: NOTHING,
    answers: { 204: { description: 'It is gone.' } },
  })
  async remove(@Asker() principal: Principal, @Param('export') id: string, @Query() given: Given) {
    read(NOTHING, given);
    const jobs = this.#kept();
    await jobs.remove(jobs.find(id, principal.id));
  }
}
