import { Controller, Get, Query } from '@nestjs/common';
import type { Questions } from '#analytics';
import { COMPLETENESS, completenessQuestion, CURVE, PROVENANCE, provenanceQuestion, read } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';
import { completenessShape, curveShape, provenanceShape } from './shapes.js';

type Given = Readonly<Record<string, unknown>>;

/** Who stands behind the numbers. */
@Controller('v1')
export class CompletenessController {
  @Get('completeness')
  @Operation({
    id: 'getCompleteness',
    tag: 'completeness',
    summary: 'Facilities that reported, a day',
    description: 'Reporting ÷ participating facilities of regions. Give from and to, or epiweeks.',
    parameters: COMPLETENESS,
    answers: { 200: json('Completeness', 'A row a region and day.') },
  })
  async completeness(@Asking() questions: Questions, @Query() given: Given) {
    return completenessShape(await questions.completeness(completenessQuestion(read(COMPLETENESS, given))));
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
