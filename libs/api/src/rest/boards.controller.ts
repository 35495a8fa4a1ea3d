import { Controller, Get, Query } from '@nestjs/common';
import type { Questions } from '#analytics';
import { FLOW, LATE, MAP, mapQuestion, read, SILENT, TIMELINESS, timelinessQuestion, USUAL } from '../ask/index.js';
import { Asking } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';
import { flowShape, lateShape, mapShape, silentShape, timelinessShape, usualShape } from './board-shapes.js';

type Given = Readonly<Record<string, unknown>>;

/** Many regions or facilities at once: maps, league tables, the control room. */
@Controller('v1')
export class BoardsController {
  @Get('map')
  @Operation({
    id: 'getMap',
    tag: 'series',
    summary: 'Every region of a level, over some days',
    description:
      'Counts, who reported, and how each day stands against the same weekday of the eight weeks before (`z`, in standard deviations; scaled to the facilities that reported). Without from: the last 28 days.',
    parameters: MAP,
    answers: { 200: json('Map', 'The regions, in order of their codes.') },
  })
  async map(@Asking() questions: Questions, @Query() given: Given) {
    return mapShape(await questions.map(await mapQuestion(read(MAP, given), questions)));
  }

  @Get('completeness/usual')
  @Operation({
    id: 'getUsualCurve',
    tag: 'completeness',
    summary: 'How such a day usually fills up',
    description:
      'Lower decile, median and upper decile of the share of facilities that had reported n hours after midnight, on the same weekday of eight weeks; of all days of four weeks where too few of those are known.',
    parameters: USUAL,
    answers: { 200: json('UsualCurve', 'The band.') },
  })
  async usual(@Asking() questions: Questions, @Query() given: Given) {
    return usualShape(await questions.usual(read(USUAL, given)));
  }

  @Get('completeness/timeliness')
  @Operation({
    id: 'getTimeliness',
    tag: 'completeness',
    summary: 'How long each day took to become complete',
    description:
      'Hours after midnight until 50, 80 and 90 % of the facilities taking part had reported. Without from: 60 days. At most 92 days.',
    parameters: TIMELINESS,
    answers: { 200: json('Timeliness', 'A row a day.') },
  })
  async timeliness(@Asking() questions: Questions, @Query() given: Given) {
    return timelinessShape(await questions.timeliness(await timelinessQuestion(read(TIMELINESS, given), questions)));
  }

  @Get('facilities/late')
  @Operation({
    id: 'listLateFacilities',
    tag: 'completeness',
    summary: 'Who has not reported a day',
    description:
      'Facilities that take part and have not reported, those that usually come first first; how likely each still reports by an hour, and when it is expected, from when its reports of the last four weeks came.',
    parameters: LATE,
    answers: { 200: json('LateFacilities', 'The facilities that are late, as many as `limit` allows.') },
  })
  async late(@Asking() questions: Questions, @Query() given: Given) {
    const { by_hour: byHour, ...asked } = read(LATE, given);
    return lateShape(await questions.late({ ...asked, byHour }));
  }

  @Get('facilities/silent')
  @Operation({
    id: 'listSilentFacilities',
    tag: 'completeness',
    summary: 'Who has said nothing for long',
    description:
      'Facilities that take part and have not reported for `silent_days`, those silent longest first: to be asked, and closed where they are. Once a quarter is a good habit.',
    parameters: SILENT,
    answers: { 200: json('SilentFacilities', 'The facilities that are silent, as many as `limit` allows.') },
  })
  async silent(@Asking() questions: Questions, @Query() given: Given) {
    const { silent_days: silentDays, ...asked } = read(SILENT, given);
    return silentShape(await questions.silent({ ...asked, silentDays }));
  }

  @Get('flow')
  @Operation({
    id: 'getFlow',
    tag: 'operations',
    summary: 'What came in, minute by minute',
    description: 'Submissions received, counted and refused, how many wait, and how far detection is. For operators.',
    parameters: FLOW,
    answers: { 200: json('Flow', 'A row a minute that has any.') },
  })
  async flow(@Asking() questions: Questions, @Query() given: Given) {
    return flowShape(await questions.flow(read(FLOW, given)));
  }
}
