import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiParam } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { AccessObject, Action, Principal } from '#access';
import { BellwetherError } from '#vocabulary';
import { invalid, NOTHING, PREVIEW, read } from '../ask/index.js';
import { Asker } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';
import { type ApiServices, readingOf, SERVICES } from '../services.js';
import { previewShape } from './shapes.js';

type Given = Readonly<Record<string, unknown>>;

/** How files are read: the mapping of a feed, and what it makes of a file. */
@Controller('v1/feeds')
export class FeedsController {
  constructor(@Inject(SERVICES) private readonly services: ApiServices) {}

  #demand(principal: Principal, action: Action, object: AccessObject): void {
    const decision = this.services.policy.decide(principal, action, object);
    if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
  }

  @Post('preview')
  @HttpCode(200)
  @ApiConsumes('application/json')
  @ApiBody({
    description: `Members: ${Object.entries(PREVIEW)
      .map(([name, { description }]) => `\`${name}\`: ${description}`)
      .join(' ')}`,
    required: true,
    schema: {
      type: 'object',
      properties: Object.fromEntries(Object.entries(PREVIEW).map(([name, { schema }]) => [name, schema])),
      required: ['feed', 'name', 'content'],
    },
  })
  @Operation({
    id: 'previewFile',
    tag: 'submissions',
    summary: 'What a file would count, without counting it',
    description:
      'Reads a small file by the feed in force, or by the YAML sent with it (for operators). Nothing is kept. At most 1 MiB.',
    parameters: NOTHING,
    answers: { 200: json('Preview', 'What would be counted, and what refused.') },
  })
  async preview(@Asker() principal: Principal, @Query() query: Given, @Body() body: unknown) {
    read(NOTHING, query);
    if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid('body', 'expected an object');
    const { feed, yaml, name, content } = read(PREVIEW, body as Given);
    this.#demand(principal, 'submit', { kind: 'feed', feed });
    if (yaml !== undefined) this.#demand(principal, 'operate', { kind: 'system' });
    return previewShape(await readingOf(this.services).preview({ feed, yaml, name, content }));
  }

  @Get(':feed/yaml')
  @ApiParam({ name: 'feed', description: 'See /v1/feeds.', schema: { type: 'string', minLength: 1 } })
  @Operation({
    id: 'getFeedText',
    tag: 'catalogue',
    summary: 'The YAML of a feed',
    description: 'As it is in force. It names secrets and never holds them. For operators.',
    parameters: NOTHING,
    answers: { 200: { description: 'The text.', content: { 'application/yaml': 'text' } } },
  })
  async text(
    @Asker() principal: Principal,
    @Param('feed') feed: string,
    @Query() given: Given,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    read(NOTHING, given);
    this.#demand(principal, 'operate', { kind: 'system' });
    const text = await readingOf(this.services).feedText(feed);
    void reply.type('application/yaml; charset=utf-8').header('cache-control', 'no-cache');
    return text;
  }
}
