import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Questions } from '#analytics';
import { COMPLETENESS_FILE, completenessQuestion, CURVE, PROVENANCE, provenanceQuestion, read } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { json, list, Operation } from '../openapi/operation.js';
import { tabularFormOf } from './forms.js';
import { sendTable } from './send-table.js';
import { completenessShape, curveShape, provenanceShape } from './shapes.js';
import { completenessBatches, completenessColumns } from './tables/counts.js';

type Given = Readonly<Record<string, unknown>>;

/** Who stands behind the numbers. */
@Controller('v1')
export class CompletenessController {
  @Get('completeness')
  @Operation({
    id: 'getCompleteness',
    tag: 'completeness',
    summary: 'Facilities that reported, a day',
    description: 'Reporting ÷ participating facilities of regions. Without from and to: the last year.',
    parameters: COMPLETENESS_FILE,
    answers: {
      200: list('Completeness', 'A row a region and day.'),
    },
  })
  async completeness(
    @Asking() questions: Questions,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(COMPLETENESS_FILE, given);
    const answer = await questions.completeness(await completenessQuestion(asked, questions));
    const { fields } = asked;
    const form = tabularFormOf(asked.format, request.headers.accept);
    if (form === 'json') return completenessShape(answer, fields);
    const table = { columns: completenessColumns, batches: completenessBatches(answer) };
    return sendTable(table, { form, name: 'completeness', fields, reply });
  }

  @Get('completeness/curve')
  @Operation({
    id: 'getCompletenessCurve',
    tag: 'completeness',
    summary: 'How one reporting day filled up',
    description: 'Facilities that had reported by each hour after midnight, on the clock of the dataset.',
    parameters: CURVE,
    answers: { 200: json('Curve', 'The curve.') },
  })
  async curve(@Asking() questions: Questions, @Query() given: Given) {
    const { as_of: asOf, ...question } = read(CURVE, given);
    return curveShape(await questions.curve({ ...question, asOf }));
  }

  @Get('provenance')
  @Operation({
    id: 'getProvenance',
    tag: 'completeness',
    summary: 'Where one count comes from',
    description: 'The statements of facilities that add up to a point, each with the submission that made it.',
    parameters: PROVENANCE,
    answers: { 200: json('Provenance', 'The statements.') },
  })
  async provenance(@Asking() questions: Questions, @Query() given: Given) {
    return provenanceShape(await questions.provenance(provenanceQuestion(read(PROVENANCE, given))));
  }
}
