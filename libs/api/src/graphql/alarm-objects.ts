import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type { Alarm, AlarmAt, AlarmDeed, AlarmDetails, AlarmFindingInfo, Page } from '#analytics';
import type { AlarmState, Day, Judgement, Region } from '#vocabulary';
import { DayScalar, InstantScalar, RegionScalar } from './scalars.js';

// The shapes of the port of alarms as GraphQL shows them.

@ObjectType({ isAbstract: true })
class NumbersObject {
  @Field(() => Float, { nullable: true, description: 'Counted by those who had reported and have a past.' })
  readonly value!: number | null;
  @Field(() => Float, { nullable: true, description: 'What their past lets expect.' })
  readonly expected!: number | null;
  @Field(() => Float, { nullable: true }) readonly upperbound!: number | null;
  @Field(() => Float, { nullable: true }) readonly p!: number | null;
  @Field(() => Float, { nullable: true, description: '1/p: days between two such days, by chance.' })
  readonly recurrence!: number | null;
  @Field(() => Float, { nullable: true, description: 'Share of the facilities taking part that had reported.' })
  readonly completeness!: number | null;
  @Field(() => Int) readonly matched!: number;
}

@ObjectType('AlarmCell')
class CellObject {
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => String) readonly category!: string;
  @Field(() => DayScalar) readonly day!: Day;
}

@ObjectType('Alarm')
export class AlarmObject extends NumbersObject implements Alarm {
  @Field(() => String) readonly id!: string;
  @Field(() => String) readonly rule!: string;
  @Field(() => String) readonly dataset!: string;
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => String) readonly category!: string;
  @Field(() => DayScalar) readonly day!: Day;
  @Field(() => DayScalar) readonly first!: Day;
  @Field(() => DayScalar) readonly last!: Day;
  @Field(() => [RegionScalar]) readonly regions!: readonly Region[];
  @Field(() => [String]) readonly categories!: readonly string[];
  @Field(() => CellObject, { description: 'The cell that the numbers are of.' }) readonly strongest!: CellObject;
  @Field(() => InstantScalar) readonly openedAt!: number;
  @Field(() => InstantScalar) readonly changedAt!: number;
  @Field(() => Float) readonly rev!: number;
  @Field(() => Boolean, { description: 'False: later data have cancelled it.' }) readonly standing!: boolean;
  @Field(() => Boolean) readonly withinBudget!: boolean;
  @Field(() => String) readonly state!: AlarmState;
  @Field(() => InstantScalar, { nullable: true }) readonly snoozedUntil!: number | null;
  @Field(() => String, { nullable: true }) readonly assignee!: string | null;
}

@ObjectType('AlarmPage')
export class AlarmPage implements Page<Alarm> {
  @Field(() => [AlarmObject]) readonly items!: readonly AlarmObject[];
  @Field(() => String, { nullable: true, description: 'Cursor of the next page.' }) readonly next!: string | null;
}

@ObjectType('AlarmDeed')
class DeedObject implements AlarmDeed {
  @Field(() => InstantScalar) readonly at!: number;
  @Field(() => String) readonly action!: string;
  @Field(() => String) readonly actor!: string;
  @Field(() => String) readonly reason!: string;
  @Field(() => InstantScalar, { nullable: true }) readonly until!: number | null;
  @Field(() => String, { nullable: true }) readonly assignee!: string | null;
}

@ObjectType('AlarmFinding')
class FindingObject extends NumbersObject implements AlarmFindingInfo {
  @Field(() => InstantScalar) readonly at!: number;
  @Field(() => Float) readonly rev!: number;
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => String) readonly category!: string;
  @Field(() => DayScalar) readonly day!: Day;
  @Field(() => String) readonly judged!: Judgement;
}

@ObjectType('AlarmDetails')
export class AlarmDetailsObject implements AlarmDetails {
  @Field(() => AlarmObject) readonly alarm!: AlarmObject;
  @Field(() => [DeedObject]) readonly actions!: readonly DeedObject[];
  @Field(() => [FindingObject], { description: 'How its cells were judged, newest first.' })
  readonly findings!: readonly FindingObject[];
}

@ObjectType('AlarmAt')
export class AlarmAtObject extends NumbersObject implements AlarmAt {
  @Field(() => String) readonly rule!: string;
  @Field(() => String) readonly dataset!: string;
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => String) readonly category!: string;
  @Field(() => DayScalar) readonly day!: Day;
  @Field(() => InstantScalar) readonly asOf!: number;
  @Field(() => String) readonly judged!: Judgement;
  @Field(() => Float, { nullable: true }) readonly threshold!: number | null;
}
