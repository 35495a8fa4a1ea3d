import { Controller, Get, Query } from '@nestjs/common';
import { NOWCAST, read } from '../ask/index.js';
import type { AuthorisedAlarms } from '../authorise/authorised-alarms.js';
import { Alarming } from '../authorise/request.js';
import { json, Operation } from '../openapi/operation.js';
import { nowcastShape } from './alarm-shapes.js';

/** What an incomplete day will come to. */
@Controller('v1/nowcast')
export class NowcastController {
  @Get()
  @Operation({
    id: 'getNowcast',
    tag: 'alarms',
    summary: 'What a day will come to once everybody has reported',
    description:
      'From who has reported, and how those who have not followed them on the days before: the expected count and the interval in which the whole day lies with probability `level`. Null where too little is known. For those who may see small counts as they are.',
    parameters: NOWCAST,
    answers: { 200: json('Nowcast', 'The nowcast.') },
  })
  async nowcast(@Alarming() alarms: AuthorisedAlarms, @Query() given: Readonly<Record<string, unknown>>) {
    const { as_of: asOf, ...cell } = read(NOWCAST, given);
    return nowcastShape(await alarms.nowcast({ ...cell, asOf }));
  }
}
