import { Controller, Delete, Get, HttpCode, Inject, Post, Query, Req } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { BreakGlass, Grant, Principal } from '#access';
import { BellwetherError } from '#vocabulary';
import { BREAK_GLASS, NOTHING, read } from '../ask/index.js';
import { Asker } from '../authorise/request.js';
import { entryOf } from '../guard/trail.js';
import { json, Operation } from '../openapi/operation.js';
import { type ApiOptions, type ApiServices, OPTIONS, SERVICES } from '../services.js';

type Given = Readonly<Record<string, unknown>>;

const grantShape = (grant: Grant | undefined) => ({
  reason: grant?.reason ?? null,
  until: grant ? new Date(grant.until).toISOString() : null,
});

/** Emergencies: a principal with the right reaches further, for a reason and a time. */
@Controller('v1/break-glass')
export class BreakGlassController {
  constructor(
    @Inject(SERVICES) private readonly services: ApiServices,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  #glass(): BreakGlass {
    if (this.services.breakGlass) return this.services.breakGlass;
    throw new BellwetherError('NOT_FOUND', 'no reach is widened here');
  }

  /** Loud, and on disk before it takes effect. */
  async #told(
    does: string,
    { request, principal, reason }: { request: FastifyRequest; principal: Principal; reason: string },
  ) {
    this.options.log.warn({ who: principal.id, reason, request: request.id }, does);
    this.services.audit?.record(
      entryOf({ at: Date.now(), principal, door: 'rest', request: request.id, reason }, { does, object: '' }),
    );
    await this.services.audit?.settled();
  }

  @Get()
  @Operation({
    id: 'getBreakGlass',
    tag: 'operations',
    summary: 'Whether your reach is widened',
    description: 'The reason that was given, and until when; both null when it is not.',
    parameters: NOTHING,
    answers: { 200: json('BreakGlass', 'The state.') },
  })
  state(@Asker() principal: Principal, @Query() given: Given) {
    read(NOTHING, given);
    return grantShape(this.#glass().current(principal));
  }

  @Post()
  @HttpCode(200)
  @Operation({
    id: 'beginBreakGlass',
    tag: 'operations',
    summary: 'Widen your reach in an emergency',
    description:
      'As far and as long as your entry in the configuration lets you, through every door. It is in the log and the audit trail, and so is everything that is asked meanwhile, with the reason.',
    parameters: BREAK_GLASS,
    answers: { 200: json('BreakGlass', 'It is in force.') },
  })
  async begin(@Asker() principal: Principal, @Req() request: FastifyRequest, @Query() given: Given) {
    const { reason, minutes } = read(BREAK_GLASS, given);
    const glass = this.#glass();
    await this.#told('break-glass asked for', { request, principal, reason });
    return grantShape(await glass.begin(principal, { reason, minutes }));
  }

  @Delete()
  @Operation({
    id: 'endBreakGlass',
    tag: 'operations',
    summary: 'End it before its time',
    description: 'From now on you reach what you reached before.',
    parameters: NOTHING,
    answers: { 200: json('BreakGlass', 'It has ended.') },
  })
  async end(@Asker() principal: Principal, @Req() request: FastifyRequest, @Query() given: Given) {
    read(NOTHING, given);
    const glass = this.#glass();
    await glass.end(principal);
    await this.#told('break-glass ended', { request, principal, reason: glass.current(principal)?.reason ?? '' });
    return grantShape(undefined);
  }
}
