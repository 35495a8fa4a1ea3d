import { Args, ArgsType, Field, Int, Mutation, Query, Resolver, Subscription } from '@nestjs/graphql';
import type { Alarm } from '#analytics';
import type { AuthorisedAlarms } from '../authorise/authorised-alarms.js';
import { ALARM_AT, ALARMS, ASSIGN_ALARM, HANDLE_ALARM, invalid, read, SNOOZE_ALARM } from '../ask/index.js';
import { ALARM_ACTIONS, type AlarmActionName } from '#vocabulary';
import { AlarmAtObject, AlarmDetailsObject, AlarmObject, AlarmPage } from './alarm-objects.js';
import { asGiven } from './arguments.js';
import { Alarming } from './asking.js';
import { following } from './following.js';
import { DayScalar, InstantScalar, RegionScalar } from './scalars.js';

@ArgsType()
class AlarmsArguments {
  @Field(() => String, { nullable: true }) readonly dataset?: string;
  @Field(() => String, { nullable: true }) readonly rule?: string;
  @Field(() => String, { nullable: true }) readonly state?: string;
  @Field(() => DayScalar, { nullable: true }) readonly from?: string;
  @Field(() => DayScalar, { nullable: true }) readonly to?: string;
  @Field(() => Int, { nullable: true }) readonly limit?: number;
  @Field(() => String, { nullable: true }) readonly cursor?: string;
}

@ArgsType()
class AlarmAtArguments {
  @Field(() => String) readonly rule!: string;
  @Field(() => RegionScalar) readonly region!: string;
  @Field(() => String) readonly category!: string;
  @Field(() => DayScalar) readonly day!: string;
  @Field(() => InstantScalar) readonly asOf!: string;
}

@ArgsType()
class HandleAlarmArguments {
  @Field(() => String) readonly id!: string;
  @Field(() => String, { description: ALARM_ACTIONS.join(', ') }) readonly action!: string;
  @Field(() => String) readonly reason!: string;
  @Field(() => InstantScalar, { nullable: true, description: 'Of a snooze.' }) readonly until?: string;
  @Field(() => String, { nullable: true, description: 'To assign; nobody when absent.' }) readonly assignee?: string;
}

@ArgsType()
class FollowAlarmsArguments {
  @Field(() => String, { nullable: true }) readonly dataset?: string;
  @Field(() => String, { nullable: true }) readonly rule?: string;
}

/** The parameters of an order, as at the other doors. */
const tableOf = (action: AlarmActionName) =>
  action === 'snooze' ? SNOOZE_ALARM : action === 'assign' ? ASSIGN_ALARM : HANDLE_ALARM;

@Resolver()
export class AlarmsResolver {
  @Query(() => AlarmPage, { description: 'Where more is counted than the past lets expect; the newest first.' })
  alarms(@Alarming() alarms: AuthorisedAlarms, @Args() given: AlarmsArguments) {
    return alarms.list(read(ALARMS, asGiven(given)));
  }

  @Query(() => AlarmDetailsObject, { description: 'An alarm, what was done about it, and how its cells were judged.' })
  alarm(@Alarming() alarms: AuthorisedAlarms, @Args('id', { type: () => String }) id: string) {
    return alarms.one(id);
  }

  @Query(() => AlarmAtObject, { description: 'Would it have been an alarm, from what had arrived by then?' })
  alarmAt(@Alarming() alarms: AuthorisedAlarms, @Args() given: AlarmAtArguments) {
    const { as_of: asOf, ...cell } = read(ALARM_AT, asGiven(given));
    return alarms.alarmAt({ ...cell, asOf });
  }

  @Mutation(() => AlarmObject, { description: 'Says what becomes of an alarm; for those who may triage.' })
  handleAlarm(@Alarming() alarms: AuthorisedAlarms, @Args() given: HandleAlarmArguments) {
    const { id, action: name, ...rest } = asGiven(given);
    const action = ALARM_ACTIONS.find((known) => known === name);
    if (action === undefined) throw invalid('action', `expected one of ${ALARM_ACTIONS.join(', ')}`);
    return alarms.act(String(id), { action, ...read(tableOf(action), rest) });
  }

  @Subscription(() => AlarmObject, {
    name: 'alarms',
    description: 'Every alarm that is new, changes, or has something done about it.',
    resolve: (alarm: Alarm) => alarm,
  })
  followAlarms(@Alarming() alarms: AuthorisedAlarms, @Args() { dataset, rule }: FollowAlarmsArguments) {
    return following<Alarm>((changed) =>
      alarms.watch((alarm) => {
        if ((dataset ?? alarm.dataset) === alarm.dataset && (rule ?? alarm.rule) === alarm.rule) changed(alarm);
      }),
    );
  }
}
