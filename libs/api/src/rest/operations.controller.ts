import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Principal } from '#access';
import { BellwetherError } from '#vocabulary';
import { NOTHING } from '../ask/index.js';
import { Asker } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';
import { type ApiOptions, type ApiServices, OPTIONS, SERVICES } from '../services.js';

/** For those who run it. Liveness and readiness need no key, and say nothing that one is needed for. */
@Controller()
export class OperationsController {
  constructor(
    @Inject(SERVICES) private readonly services: ApiServices,
    @Inject(OPTIONS) private readonly options: ApiOptions,
  ) {}

  @Get('healthz')
  @Operation({
    id: 'getLiveness',
    tag: 'operations',
    summary: 'Whether the process is alive',
    description: 'Answers as long as the process does.',
    parameters: NOTHING,
    answers: { 200: json('Alive', 'Alive.') },
  })
  alive(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('cache-control', 'no-store');
    return { alive: true, version: this.options.version };
  }

  @Get('readyz')
  @Operation({
    id: 'getReadiness',
    tag: 'operations',
    summary: 'Whether the system can answer',
    description: 'Each part with its state.',
    parameters: NOTHING,
    answers: { 200: json('Health', 'Ready.'), 503: json('Health', 'Not ready; the parts say which.') },
  })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const health = await this.services.health();
    void reply.status(health.ready ? 200 : 503).header('cache-control', 'no-store');
    return health;
  }

  @Get('metrics')
  @Operation({
    id: 'getMetrics',
    tag: 'operations',
    summary: 'Metrics for Prometheus',
    description: 'Text exposition format 0.0.4.',
    parameters: NOTHING,
    answers: { 200: { description: 'The metrics.', content: { 'text/plain': 'text' } } },
  })
  async metrics(@Asker() principal: Principal, @Res({ passthrough: true }) reply: FastifyReply) {
    const decision = this.services.policy.decide(principal, 'operate', { kind: 'system' });
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
    void reply.type('text/plain; version=0.0.4; charset=utf-8').header('cache-control', 'no-store');
    return this.services.metrics();
  }
}
