import { ArgsType, Field, Int } from '@nestjs/graphql';
import { DayScalar, InstantScalar, RegionScalar } from './scalars.js';

// Arguments as GraphQL names them. They stay text: the parameter tables of ask/ read and bound them for every door.

@ArgsType()
class DatasetArguments {
  @Field(() => String) readonly dataset!: string;
}

@ArgsType()
class PageArguments extends DatasetArguments {
  @Field(() => Int, { nullable: true }) readonly limit?: number;
  @Field(() => String, { nullable: true }) readonly cursor?: string;
}

@ArgsType()
export class RegionsArguments extends PageArguments {
  @Field(() => String) readonly level!: string;
  @Field(() => RegionScalar, { nullable: true }) readonly parent?: string;
}

@ArgsType()
export class FacilitiesArguments extends PageArguments {
  @Field(() => RegionScalar, { nullable: true }) readonly region?: string;
}

@ArgsType()
export class CompletenessArguments extends DatasetArguments {
  @Field(() => [RegionScalar]) readonly regions!: string[];
  @Field(() => DayScalar, { nullable: true }) readonly from?: string;
  @Field(() => DayScalar, { nullable: true }) readonly to?: string;
  @Field(() => String, { nullable: true }) readonly epiweeks?: string;
  @Field(() => InstantScalar, { nullable: true }) readonly asOf?: string;
}

@ArgsType()
export class SeriesArguments extends CompletenessArguments {
  @Field(() => [String]) readonly categories!: string[];
  @Field(() => String, { nullable: true }) readonly flag?: string;
}

@ArgsType()
export class ChartArguments extends SeriesArguments {
  @Field(() => String, { nullable: true }) readonly format?: string;
  @Field(() => Int, { nullable: true }) readonly width?: number;
  @Field(() => Int, { nullable: true }) readonly height?: number;
  @Field(() => String, { nullable: true }) readonly show?: string;
  @Field(() => String, { nullable: true }) readonly theme?: string;
}

@ArgsType()
export class CurveArguments extends DatasetArguments {
  @Field(() => RegionScalar) readonly region!: string;
  @Field(() => DayScalar) readonly day!: string;
  @Field(() => InstantScalar, { nullable: true }) readonly asOf?: string;
}

@ArgsType()
export class ProvenanceArguments extends CurveArguments {
  @Field(() => String) readonly category!: string;
  @Field(() => String, { nullable: true }) readonly flag?: string;
}

@ArgsType()
export class SubmissionsArguments {
  @Field(() => String, { nullable: true }) readonly feed?: string;
  @Field(() => String, { nullable: true }) readonly facility?: string;
  @Field(() => String, { nullable: true }) readonly state?: string;
  @Field(() => Int, { nullable: true }) readonly limit?: number;
  @Field(() => String, { nullable: true }) readonly cursor?: string;
}

@ArgsType()
export class DeadLettersArguments extends SubmissionsArguments {
  @Field(() => String, { nullable: true }) readonly code?: string;
  @Field(() => String, { nullable: true }) readonly step?: string;
  @Field(() => InstantScalar, { nullable: true, description: 'As an argument a date is its begin in UTC here.' })
  readonly since?: string;
}

@ArgsType()
export class WatchArguments extends DatasetArguments {
  @Field(() => RegionScalar, { nullable: true, description: 'Every region within reach when absent.' })
  readonly region?: string;
}

/** From the names of GraphQL to those of the parameter tables. */
const TABLE_NAMES: Readonly<Record<string, string>> = { categories: 'category', regions: 'region', asOf: 'as_of' };

export const asGiven = (given: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(given).map(([name, value]: [string, unknown]) => [TABLE_NAMES[name] ?? name, value]),
  );
