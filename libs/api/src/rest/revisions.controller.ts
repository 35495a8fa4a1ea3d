import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions } from '#analytics';
import { CHANGES, changesQuestion, read, REVISIONS, revisionQuestion } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { list, Operation } from '../openapi/operation.js';
import { tableOf } from '../tabular/index.js';
import { tabularFormOf } from './forms.js';
import { pageLinks } from './page.js';
import { pick } from './pick.js';
import { sendTable } from './send-table.js';
import { changeColumns, revisionColumns, shapeOf } from './tables/counts.js';

type Given = Readonly<Record<string, unknown>>;

/** How values came to be what they are. */
@Controller('v1')
export class RevisionsController {
  @Get('revisions')
  @Operation({
    id: 'listRevisions',
    tag: 'series',
    summary: 'Every version of values, as it was issued',
    description:
      'One item a version: from `issued_at` on, until the next of the same region, category and day, this was the answer. `issues` chooses by when they were issued. At most 100,000 versions and 1,000 days.',
    parameters: REVISIONS,
    answers: { 200: list('Revisions', 'The versions, by region, category, day and issue.') },
  })
  async revisions(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(REVISIONS, given);
    const { fields } = asked;
    const { dataset, revisions } = await questions.revisions(await revisionQuestion(asked, questions));
    const form = tabularFormOf(asked.format, request.headers.accept);
    if (form !== 'json')
      return sendTable(tableOf(revisionColumns, revisions), { form, name: 'revisions', fields, reply });
    const shape = shapeOf(revisionColumns);
    return { dataset, items: revisions.map((revision) => pick(shape(revision), fields)) };
  }

  @Get('changes')
  @Operation({
    id: 'listChanges',
    tag: 'series',
    summary: 'What has changed since an instant',
    description:
      'Each region, category and day whose value is not what was answered then: the value before and after, how often it changed, and the revision. A file takes effect when it is counted, so whoever asks with the instant of the time before misses nothing.',
    parameters: CHANGES,
    answers: { 200: list('Changes', 'A page of changes, by day, region and category.') },
  })
  async changes(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(CHANGES, given);
    const { fields, cursor } = asked;
    const links = pageLinks({ request, reply }, cursor);
    const page = await questions.changes({ ...changesQuestion(asked), cursor: links.own });
    const next = links.name(page.next);
    const form = tabularFormOf(asked.format, request.headers.accept);
    if (form !== 'json') return sendTable(tableOf(changeColumns, page.items), { form, name: 'changes', fields, reply });
    const shape = shapeOf(changeColumns);
    return { items: page.items.map((change) => pick(shape(change), fields)), next };
  }
}
