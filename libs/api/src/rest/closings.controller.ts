import { Controller, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { Principal } from '#access';
import { BellwetherError, type Day } from '#vocabulary';
import { CLOSE, read, REOPEN } from '../ask/index.js';
import { Asker } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';
import { type ApiServices, correctionsOf, SERVICES } from '../services.js';
import { receiptShape } from './shapes.js';

type Given = Readonly<Record<string, unknown>>;

const FACILITY = ApiParam({ name: 'facility', description: 'Its id.', schema: { type: 'string', minLength: 1 } });
const DONE = { 202: json('Receipt', 'The order is safe; counting follows within seconds.') };

interface Order {
  readonly dataset: string;
  readonly facility: string;
  readonly closedOn: Day | undefined;
  readonly reason: string;
}

/** Saying of a silent facility that it has closed. */
@Controller('v1/facilities/:facility')
export class ClosingsController {
  constructor(@Inject(SERVICES) private readonly services: ApiServices) {}

  @Post('close')
  @FACILITY
  @HttpCode(202)
  @Operation({
    id: 'closeFacility',
    tag: 'operations',
    summary: 'Close a facility',
    description:
      'From a day on it no longer counts as missing; rates of days before do not move. Where it reports again, it takes part until then. For operators.',
    parameters: CLOSE,
    answers: DONE,
  })
  close(
    @Asker() principal: Principal,
    @Param('facility') facility: string,
    @Query() given: Given,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { closed_on: closedOn, ...asked } = read(CLOSE, given);
    return this.#give({ ...asked, facility, closedOn }, principal, reply);
  }

  @Post('reopen')
  @FACILITY
  @HttpCode(202)
  @Operation({
    id: 'reopenFacility',
    tag: 'operations',
    summary: 'Open a facility again',
    description: 'As if it had not been closed. For operators.',
    parameters: REOPEN,
    answers: DONE,
  })
  reopen(
    @Asker() principal: Principal,
    @Param('facility') facility: string,
    @Query() given: Given,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.#give({ ...read(REOPEN, given), facility, closedOn: undefined }, principal, reply);
  }

  async #give(order: Order, principal: Principal, reply: FastifyReply) {
    const decision = this.services.policy.decide(principal, 'operate', { kind: 'system' });
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
    const receipt = await correctionsOf(this.services).close({ ...order, by: principal.id });
    void reply.header('location', `/v1/submissions/${receipt.submission}`);
    return receiptShape(receipt);
  }
}
