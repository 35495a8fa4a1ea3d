import { Controller, Get, HttpCode, Inject, Post, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Principal } from '#access';
import type { Questions } from '#analytics';
import { COLUMNS, DEAD_LETTER_LIST, DISCARD_LETTERS, read, REPLAY_LETTERS } from '../ask/index.js';
import { Asker, Asking } from '../authorise/request.js';
import { json, list, Operation } from '../openapi/operation.js';
import { discardMany, replayMany } from '../operate/dead-letters.js';
import { type ApiServices, SERVICES } from '../services.js';
import { pageAnswer } from './page.js';
import { deadLetterShape } from './shapes.js';

type Given = Readonly<Record<string, unknown>>;

/** Files that do not count, until somebody does something about it. */
@Controller('v1/dead-letters')
export class DeadLettersController {
  constructor(@Inject(SERVICES) private readonly services: ApiServices) {}

  @Get()
  @Operation({
    id: 'listDeadLetters',
    tag: 'submissions',
    summary: 'List dead letters',
    description:
      'Files that were refused, wait for a password, or could not be counted: where they were stopped, why, when, after how many tries, and what to do. Newest receipt first. A sender sees its own.',
    parameters: DEAD_LETTER_LIST,
    answers: { 200: list('DeadLetters', 'A page of dead letters.') },
  })
  async list(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(DEAD_LETTER_LIST, given);
    const { feed, facility, state, code, step, since, limit } = asked;
    const ask = (cursor: string | undefined) =>
      questions.deadLetters({ feed, facility, state, code, step, since, limit, cursor });
    const listing = { asked, ask, shape: deadLetterShape, columns: COLUMNS.deadLetters, name: 'dead-letters' };
    return pageAnswer(listing, { request, reply });
  }

  @Post('replay')
  @HttpCode(202)
  @Operation({
    id: 'replayDeadLetters',
    tag: 'submissions',
    summary: 'Have dead letters read again',
    description:
      'All that fit, after their cause was put right. Each counts once, however often it is asked for. For operators.',
    parameters: REPLAY_LETTERS,
    answers: { 202: json('Handled', 'They are read again within seconds.') },
  })
  replay(@Asking() questions: Questions, @Asker() principal: Principal, @Query() given: Given) {
    return replayMany({ services: this.services, questions, principal }, read(REPLAY_LETTERS, given));
  }

  @Post('discard')
  @HttpCode(200)
  @Operation({
    id: 'discardDeadLetters',
    tag: 'submissions',
    summary: 'Discard dead letters',
    description:
      'Marks all that fit as looked at, with a reason. Nothing is deleted, and each can still be replayed. For operators.',
    parameters: DISCARD_LETTERS,
    answers: { 200: json('Handled', 'They are no dead letters any more.') },
  })
  discard(@Asking() questions: Questions, @Asker() principal: Principal, @Query() given: Given) {
    return discardMany({ services: this.services, questions, principal }, read(DISCARD_LETTERS, given));
  }
}
