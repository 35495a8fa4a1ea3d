import type { Readable } from 'node:stream';
import { Body, Controller, HttpCode, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiHeader, ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#access';
import type { Questions } from '#analytics';
import { BellwetherError, type Region } from '#vocabulary';
import { CORRECTION, invalid, read, submissionId, UPLOAD } from '../ask/index.js';
import { Asker, Asking } from '../authorise/request.js';
import { seesExact } from '../authorise/withholding.js';
import { json, Operation } from '../openapi/operation.js';
import {
  type ApiOptions,
  type ApiServices,
  type Corrections,
  correctionsOf,
  type OrderKind,
  OPTIONS,
  SERVICES,
} from '../services.js';
import { dryRunShape, ratesOf } from './dry-run-shape.js';
import { receiptShape } from './shapes.js';
import { bounded, fileNameOf } from './upload.js';

type Given = Readonly<Record<string, unknown>>;

/** A file that is only tried is held in memory. */
const MOST_TRIED_BYTES = 32 * 1024 * 1024;

const ID = ApiParam({ name: 'submission', description: 'From the receipt.', schema: { type: 'string', minLength: 1 } });
const DONE = {
  200: json('DryRun', 'With `dry_run`: what would change.'),
  202: json('Receipt', 'The order is safe; counting follows within seconds.'),
};

/** Taking back what was sent, and trying what has not been. */
@Controller('v1')
export class CorrectionsController {
  constructor(
    @Inject(SERVICES) private readonly services: ApiServices,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Post('submissions/:submission/undo')
  @ID
  @Operation({
    id: 'undoSubmission',
    tag: 'submissions',
    summary: 'Undo a file, or an order',
    description:
      'As if the file had never come: what stood before it stands again, in counts, caches and charts. For operators. Undoing the order takes it back.',
    parameters: CORRECTION,
    answers: DONE,
  })
  async undo(
    @Asker() principal: Principal,
    @Asking() questions: Questions,
    @Param('submission') id: string,
    @Query() given: Given,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const decision = this.services.policy.decide(principal, 'operate', { kind: 'system' });
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
    return this.#order('undo', { principal, questions, id, given, reply });
  }

  @Post('submissions/:submission/withdraw')
  @ID
  @Operation({
    id: 'withdrawSubmission',
    tag: 'submissions',
    summary: 'Withdraw a file',
    description:
      'Its sender takes back what it said: the facility has reported and has withdrawn, until a higher version speaks. Files of another version are not touched.',
    parameters: CORRECTION,
    answers: DONE,
  })
  async withdraw(
    @Asker() principal: Principal,
    @Asking() questions: Questions,
    @Param('submission') id: string,
    @Query() given: Given,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { feed } = (await questions.submission(submissionId(id))).info;
    const decision = this.services.policy.decide(principal, 'submit', { kind: 'feed', feed });
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
    return this.#order('withdraw', { principal, questions, id, given, reply });
  }

  async #order(
    order: OrderKind,
    {
      principal,
      questions,
      id,
      given,
      reply,
    }: { principal: Principal; questions: Questions; id: string; given: Given; reply: FastifyReply },
  ) {
    const { reason, dry_run: isDry } = read(CORRECTION, given);
    // A submission of another sender is unknown here.
    const { submission, feed } = (await questions.submission(submissionId(id))).info;
    if (isDry) {
      void reply.status(200);
      return this.#shown(await correctionsOf(this.services).tryOrder({ order, submission }), {
        principal,
        questions,
        feed,
      });
    }
    const receipt = await correctionsOf(this.services).give({ order, submission, reason, by: principal.id });
    void reply.status(202).header('location', `/v1/submissions/${receipt.submission}`);
    return receiptShape(receipt);
  }

  @Post('dry-runs')
  @HttpCode(200)
  @ApiConsumes('application/octet-stream')
  @ApiBody({ description: 'The file as it would be sent.', required: true, schema: { type: 'string' } })
  @ApiHeader({
    name: 'X-File-Name',
    description: 'File name when `name` is not given.',
    required: false,
    schema: { type: 'string' },
  })
  @Operation({
    id: 'dryRunFile',
    tag: 'submissions',
    summary: 'Try a file',
    description:
      'Reads a file as if it came now and tells what would change: rows in error, cells before and after, reporting facilities and completeness, alarms that would come or go. Nothing is kept. A facility that would move is shown where it lies now.',
    parameters: UPLOAD,
    answers: { 200: json('DryRun', 'What would change.') },
  })
  async dryRun(
    @Asker() principal: Principal,
    @Asking() questions: Questions,
    @Query() given: Given,
    @Body() body: Readable | undefined,
    @Req() request: FastifyRequest,
  ) {
    const asked = read(UPLOAD, given);
    const name = fileNameOf(asked.name, request.headers);
    const decision = this.services.policy.decide(principal, 'submit', { kind: 'feed', feed: asked.feed });
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
    await this.services.enter(principal);
    if (!body) throw invalid('body', 'is empty; send the file as the body of the request');
    const chunks: Uint8Array[] = [];
    const limit = Math.min(MOST_TRIED_BYTES, this.options.bodyLimit);
    for await (const chunk of bounded(body, limit)) chunks.push(chunk);
    const tried = await correctionsOf(this.services).tryFile({
      feed: asked.feed,
      name,
      content: Buffer.concat(chunks),
    });
    return this.#shown(tried, { principal, questions, feed: asked.feed });
  }

  /** Regions that the caller may read, and the facilities a sender may send for. */
  async #shown(
    run: Awaited<ReturnType<Corrections['tryOrder']>>,
    { principal, questions, feed }: { principal: Principal; questions: Questions; feed: string },
  ) {
    const { policy, released } = this.services;
    const { dataset } = run;
    const isOwn = ({ level, code }: Region): boolean =>
      level === 'facility' &&
      policy.decide(principal, 'submissions', { kind: 'submission', feed, facility: code }).allowed;
    const maySee = (region: Region): boolean =>
      policy.decide(principal, 'completeness', { kind: 'region', dataset, region }).allowed || isOwn(region);
    const maySeeCount = ({ region, category }: { region: Region; category: string }): boolean =>
      (policy.decide(principal, 'series', { kind: 'series', dataset, region, category }).allowed &&
        seesExact({ released, policy, principal }, { dataset, regions: [region], categories: [category] })) ||
      isOwn(region);
    const cells = run.cells.filter(maySeeCount);
    const reporting = run.reporting.filter(({ region }) => maySee(region));
    const alarms = { ...run.alarms, changes: run.alarms.changes.filter(maySeeCount) };
    return dryRunShape({ ...run, cells, reporting, alarms }, await ratesOf(questions, dataset, reporting));
  }
}
