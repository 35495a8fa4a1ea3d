import { Field, Float, Int, ObjectType } from '@nestjs/graphql';
import type {
  ChartAnswer,
  CompletenessAnswer,
  CompletenessDay,
  CurveAnswer,
  DatasetInfo,
  DeadLetter,
  FacilityInfo,
  FeedInfo,
  Page,
  ProvenanceAnswer,
  RegionChange,
  RegionInfo,
  RowError,
  Series,
  SeriesAnswer,
  SubmissionInfo,
} from '#analytics';
import type { Day, DeadLetterState, IngestStep, Region, StatusName, SubmissionState } from '#vocabulary';
import { DailyValuesScalar, DayScalar, InstantScalar, RegionScalar } from './scalars.js';

// The shapes of the questions port as GraphQL shows them. Numbers that may exceed 31 bits are Float.

@ObjectType()
class Named {
  @Field(() => String) readonly id!: string;
  @Field(() => String) readonly title!: string;
}

@ObjectType('Dataset')
export class DatasetObject implements DatasetInfo {
  @Field(() => String) readonly id!: string;
  @Field(() => String) readonly title!: string;
  @Field(() => String, { description: 'What one count is, plural.' }) readonly unit!: string;
  @Field(() => String) readonly kind!: DatasetInfo['kind'];
  @Field(() => String) readonly absence!: DatasetInfo['absence'];
  @Field(() => [Named]) readonly categories!: readonly Named[];
  @Field(() => [Named]) readonly flags!: readonly Named[];
  @Field(() => String, { nullable: true, description: 'Flag whose counts are the unflagged series.' })
  readonly unflagged!: string | null;
  @Field(() => String) readonly cadence!: DatasetInfo['cadence'];
  @Field(() => String) readonly timeZone!: string;
  @Field(() => DayScalar, { nullable: true }) readonly firstDay!: Day | null;
  @Field(() => DayScalar, { nullable: true }) readonly lastDay!: Day | null;
}

@ObjectType('Feed')
export class FeedObject implements FeedInfo {
  @Field(() => String) readonly id!: string;
  @Field(() => String) readonly title!: string;
  @Field(() => String) readonly dataset!: string;
  @Field(() => Boolean) readonly enabled!: boolean;
  @Field(() => [String]) readonly formats!: readonly string[];
  @Field(() => [String]) readonly archives!: readonly string[];
  @Field(() => Float) readonly submissions!: number;
  @Field(() => InstantScalar, { nullable: true }) readonly lastReceivedAt!: number | null;
}

@ObjectType('RegionInfo')
export class RegionInfoObject implements RegionInfo {
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => String) readonly name!: string;
  @Field(() => RegionScalar, { nullable: true }) readonly parent!: Region | null;
  @Field(() => Int) readonly facilities!: number;
}

@ObjectType('RegionPage')
export class RegionPage implements Page<RegionInfo> {
  @Field(() => [RegionInfoObject]) readonly items!: readonly RegionInfoObject[];
  @Field(() => String, { nullable: true, description: 'Cursor of the next page.' }) readonly next!: string | null;
}

@ObjectType('Facility')
export class FacilityObject implements FacilityInfo {
  @Field(() => String) readonly dataset!: string;
  @Field(() => String) readonly facility!: string;
  @Field(() => String) readonly zip!: string;
  @Field(() => String) readonly county!: string;
  @Field(() => String) readonly state!: string;
  @Field(() => DayScalar) readonly firstActive!: Day;
  @Field(() => DayScalar) readonly lastActive!: Day;
  @Field(() => DayScalar, { nullable: true }) readonly closedOn!: Day | null;
}

@ObjectType('FacilityPage')
export class FacilityPage implements Page<FacilityInfo> {
  @Field(() => [FacilityObject]) readonly items!: readonly FacilityObject[];
  @Field(() => String, { nullable: true, description: 'Cursor of the next page.' }) readonly next!: string | null;
}

@ObjectType('Series')
class SeriesObject implements Series {
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => String) readonly category!: string;
  @Field(() => DayScalar, { description: 'Day of the first value.' }) readonly from!: Day;
  @Field(() => DailyValuesScalar, { description: 'Null wherever the status is not reported.' })
  readonly total!: readonly (number | null)[];
  @Field(() => DailyValuesScalar, { nullable: true, description: 'The part without the flag.' }) readonly unflagged!:
    readonly (number | null)[] | undefined;
  @Field(() => DailyValuesScalar) readonly status!: readonly StatusName[];
  @Field(() => Float) readonly rev!: number;
}

@ObjectType('SeriesAnswer')
export class SeriesAnswerObject implements SeriesAnswer {
  @Field(() => String) readonly dataset!: string;
  @Field(() => [SeriesObject]) readonly series!: readonly SeriesObject[];
  @Field(() => Float, { description: 'Highest revision in it.' }) readonly rev!: number;
  @Field(() => String, { description: 'Equal content has equal digests.' }) readonly digest!: string;
}

@ObjectType('CompletenessDay')
class CompletenessDayObject implements CompletenessDay {
  @Field(() => DayScalar) readonly day!: Day;
  @Field(() => Int) readonly reporting!: number;
  @Field(() => Int) readonly participating!: number;
}

@ObjectType('RegionCompleteness')
class RegionCompletenessObject {
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => [CompletenessDayObject]) readonly days!: readonly CompletenessDayObject[];
}

@ObjectType('Completeness')
export class CompletenessObject implements CompletenessAnswer {
  @Field(() => String) readonly dataset!: string;
  @Field(() => [RegionCompletenessObject]) readonly regions!: readonly RegionCompletenessObject[];
}

@ObjectType('Arrival')
class ArrivalObject {
  @Field(() => InstantScalar) readonly at!: number;
  @Field(() => Int) readonly reporting!: number;
}

@ObjectType('CompletenessCurve')
export class CurveObject implements CurveAnswer {
  @Field(() => String) readonly dataset!: string;
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => DayScalar) readonly day!: Day;
  @Field(() => Int) readonly participating!: number;
  @Field(() => [ArrivalObject]) readonly arrivals!: readonly ArrivalObject[];
  @Field(() => [Int], { description: 'Facilities that had reported n hours after midnight.' })
  readonly byHour!: readonly number[];
}

@ObjectType('Contribution')
class ContributionObject {
  @Field(() => String) readonly facility!: string;
  @Field(() => String) readonly flag!: string;
  @Field(() => String) readonly status!: StatusName;
  @Field(() => Float, { nullable: true }) readonly value!: number | null;
  @Field(() => String) readonly submission!: string;
  @Field(() => String) readonly feed!: string;
  @Field(() => String) readonly name!: string;
  @Field(() => InstantScalar) readonly arrivedAt!: number;
  @Field(() => Int) readonly records!: number;
}

@ObjectType('Provenance')
export class ProvenanceObject implements ProvenanceAnswer {
  @Field(() => Float, { nullable: true }) readonly total!: number | null;
  @Field(() => [ContributionObject]) readonly contributions!: readonly ContributionObject[];
}

@ObjectType('Chart')
export class ChartObject implements Omit<ChartAnswer, 'bytes'> {
  @Field(() => String) readonly contentType!: ChartAnswer['contentType'];
  @Field(() => String, { description: 'The picture in base64.' }) readonly base64!: string;
  @Field(() => String) readonly digest!: string;
}

@ObjectType('Submission')
export class SubmissionObject implements SubmissionInfo {
  @Field(() => String) readonly submission!: string;
  @Field(() => String) readonly feed!: string;
  @Field(() => String) readonly name!: string;
  @Field(() => String, { nullable: true }) readonly facility!: string | null;
  @Field(() => String) readonly sha256!: string;
  @Field(() => Float) readonly bytes!: number;
  @Field(() => InstantScalar) readonly receivedAt!: number;
  @Field(() => String) readonly state!: SubmissionState;
  @Field(() => InstantScalar) readonly stateAt!: number;
  @Field(() => String, { nullable: true }) readonly code!: string | null;
  @Field(() => String, { nullable: true }) readonly detail!: string | null;
  @Field(() => Float) readonly rowsRead!: number;
  @Field(() => Float) readonly rowsAccepted!: number;
  @Field(() => Float) readonly rowsRefused!: number;
  @Field(() => Float) readonly rev!: number;
  @Field(() => String, { nullable: true, description: 'Where it was stopped.' }) readonly step!: IngestStep | null;
  @Field(() => Float, { description: 'How often that was tried.' }) readonly tries!: number;
  @Field(() => String, { nullable: true, description: 'Who discarded it, and why.' }) readonly note!: string | null;
}

@ObjectType('SubmissionPage')
export class SubmissionPage implements Page<SubmissionInfo> {
  @Field(() => [SubmissionObject]) readonly items!: readonly SubmissionObject[];
  @Field(() => String, { nullable: true, description: 'Cursor of the next page.' }) readonly next!: string | null;
}

@ObjectType('DeadLetter')
export class DeadLetterObject extends SubmissionObject implements DeadLetter {
  @Field(() => String) declare readonly state: DeadLetterState;
}

@ObjectType('DeadLetterPage')
export class DeadLetterPage implements Page<DeadLetter> {
  @Field(() => [DeadLetterObject]) readonly items!: readonly DeadLetterObject[];
  @Field(() => String, { nullable: true, description: 'Cursor of the next page.' }) readonly next!: string | null;
}

@ObjectType('RowError')
export class RowErrorObject implements RowError {
  @Field(() => String) readonly member!: string;
  @Field(() => Float) readonly record!: number;
  @Field(() => Float) readonly line!: number;
  @Field(() => String) readonly field!: string;
  @Field(() => String) readonly code!: string;
  @Field(() => String) readonly detail!: string;
}

@ObjectType('SubmissionWithErrors')
export class SubmissionWithErrorsObject {
  @Field(() => SubmissionObject) readonly info!: SubmissionInfo;
}

@ObjectType('RegionChange')
export class RegionChangeObject implements RegionChange {
  @Field(() => String) readonly dataset!: string;
  @Field(() => RegionScalar) readonly region!: Region;
  @Field(() => [DayScalar]) readonly days!: readonly Day[];
  @Field(() => Float) readonly rev!: number;
}
