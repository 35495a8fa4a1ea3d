import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import {
  ALARM_AT,
  ALARM_AT_OF,
  ALARM_LIST,
  ASSIGN_ALARM,
  COLUMNS,
  HANDLE_ALARM,
  NOTHING,
  read,
  SNOOZE_ALARM,
} from '../ask/index.js';
import { Alarming } from '../authorise/request.js';
import type { AuthorisedAlarms } from '../authorise/authorised-alarms.js';
import { json, list, Operation } from '../openapi/operation.js';
import { alarmAtShape, alarmDetailsShape, alarmShape, replayShape } from './alarm-shapes.js';
import { pageAnswer } from './page.js';

type Given = Readonly<Record<string, unknown>>;

const Id = ApiParam({ name: 'id', description: 'Alarm: 32 hex digits.', schema: { type: 'string' } });

/** Documents an order about an alarm. */
const order = (
  action: string,
  about: { summary: string; description: string; parameters: Parameters<typeof Operation>[0]['parameters'] },
): MethodDecorator =>
  Operation({ id: `${action}Alarm`, tag: 'alarms', ...about, answers: { 200: json('Alarm', 'The alarm, as it is now.') } }); // prettier-ignore

/** What stands out, and what becomes of it. */
@Controller('v1/alarms')
export class AlarmsController {
  @Get()
  @Operation({
    id: 'listAlarms',
    tag: 'alarms',
    summary: 'Where more is counted than the past lets expect',
    description:
      'Alarms, the newest first. `completeness` says how many had reported; `recurrence_days` how rarely chance gives such a day; `standing` is false once later data have cancelled it. Counts are null for who may not see small ones as they are.',
    parameters: ALARM_LIST,
    answers: { 200: list('Alarms', 'A page of alarms.') },
  })
  async list(
    @Alarming() alarms: AuthorisedAlarms,
    @Query() given: Given,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const asked = read(ALARM_LIST, given);
    const { dataset, rule, state, from, to, limit } = asked;
    const ask = (cursor: string | undefined) => alarms.list({ dataset, rule, state, from, to, limit, cursor });
    const listing = { asked, ask, shape: alarmShape, columns: COLUMNS.alarms, name: 'alarms' };
    return pageAnswer(listing, { request, reply });
  }

  @Get('at')
  @Operation({
    id: 'judgeAsOf',
    tag: 'alarms',
    summary: 'Would it have been an alarm then?',
    description:
      'Judges a region, category and day of a rule from what had arrived by an instant. `threshold` is the p-value up to which a cell was an alarm, among all cells of that day; null where there are too many facilities to judge all of them again.',
    parameters: ALARM_AT,
    answers: { 200: json('AlarmAt', 'How it would have been judged.') },
  })
  async at(@Alarming() alarms: AuthorisedAlarms, @Query() given: Given) {
    const { as_of: asOf, ...cell } = read(ALARM_AT, given);
    return alarmAtShape(await alarms.alarmAt({ ...cell, asOf }));
  }

  @Get(':id')
  @Id
  @Operation({
    id: 'getAlarm',
    tag: 'alarms',
    summary: 'An alarm, what was done about it, and how its cells were judged',
    description: 'Findings are the newest first, at most 500.',
    parameters: NOTHING,
    answers: { 200: json('AlarmDetails', 'The alarm.') },
  })
  async one(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    read(NOTHING, given);
    return alarmDetailsShape(await alarms.one(id));
  }

  @Get(':id/replay')
  @Id
  @Operation({
    id: 'replayAlarm',
    tag: 'alarms',
    summary: 'Repeat the run of an alarm',
    description:
      'Judges its strongest cell again, from what had been counted by the revision that the run had seen, with the settings of the run; says whether the numbers are equal to the last bit.',
    parameters: NOTHING,
    answers: { 200: json('AlarmReplay', 'What was recorded, and what the repetition gave.') },
  })
  async replay(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    read(NOTHING, given);
    return replayShape(await alarms.replay(id));
  }

  @Get(':id/at')
  @Id
  @Operation({
    id: 'judgeAlarmAsOf',
    tag: 'alarms',
    summary: 'Would this alarm have been there then?',
    description: 'Judges its strongest cell from what had arrived by an instant.',
    parameters: ALARM_AT_OF,
    answers: { 200: json('AlarmAt', 'How it would have been judged.') },
  })
  async atOf(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    return alarmAtShape(await alarms.alarmAtOf(id, read(ALARM_AT_OF, given).as_of));
  }

  @Post(':id/acknowledge')
  @HttpCode(200)
  @Id
  @order('acknowledge', {
    summary: 'Somebody looks into it',
    description: 'Says who; needs the permission triage, as do the other orders.',
    parameters: HANDLE_ALARM,
  })
  async acknowledge(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    return alarmShape(await alarms.act(id, { action: 'acknowledge', ...read(HANDLE_ALARM, given) }));
  }

  @Post(':id/snooze')
  @HttpCode(200)
  @Id
  @order('snooze', {
    summary: 'Leave it until later',
    description: 'It is open again at the instant `until`.',
    parameters: SNOOZE_ALARM,
  })
  async snooze(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    return alarmShape(await alarms.act(id, { action: 'snooze', ...read(SNOOZE_ALARM, given) }));
  }

  @Post(':id/dismiss')
  @HttpCode(200)
  @Id
  @order('dismiss', {
    summary: 'It was nothing',
    description: 'What belongs to the same event raises no other alarm.',
    parameters: HANDLE_ALARM,
  })
  async dismiss(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    return alarmShape(await alarms.act(id, { action: 'dismiss', ...read(HANDLE_ALARM, given) }));
  }

  @Post(':id/close')
  @HttpCode(200)
  @Id
  @order('close', {
    summary: 'It is over',
    description: 'What comes later is a new event. Alarms are closed by themselves some time after their last day.',
    parameters: HANDLE_ALARM,
  })
  async close(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    return alarmShape(await alarms.act(id, { action: 'close', ...read(HANDLE_ALARM, given) }));
  }

  @Post(':id/reopen')
  @HttpCode(200)
  @Id
  @order('reopen', {
    summary: 'Take back what was said',
    description: 'An alarm that was acknowledged, snoozed or dismissed is open again.',
    parameters: HANDLE_ALARM,
  })
  async reopen(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    return alarmShape(await alarms.act(id, { action: 'reopen', ...read(HANDLE_ALARM, given) }));
  }

  @Post(':id/assign')
  @HttpCode(200)
  @Id
  @order('assign', {
    summary: 'Give it to somebody',
    description: 'In whatever state it is; without `assignee`, to nobody.',
    parameters: ASSIGN_ALARM,
  })
  async assign(@Alarming() alarms: AuthorisedAlarms, @Param('id') id: string, @Query() given: Given) {
    return alarmShape(await alarms.act(id, { action: 'assign', ...read(ASSIGN_ALARM, given) }));
  }
}
