import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';
import type { Connection } from './connection.js';
import { DeadLetterObject, FacilityObject, RegionInfoObject, SubmissionObject } from './objects.js';

@ObjectType()
class PageInfo {
  @Field(() => Boolean) readonly hasNextPage!: boolean;
  @Field(() => Boolean) readonly hasPreviousPage!: boolean;
  @Field(() => String, { nullable: true }) readonly startCursor!: string | null;
  @Field(() => String, { nullable: true, description: 'Continue with it as `after`.' })
  readonly endCursor!: string | null;
}

function connectionType<T extends object>(name: string, node: Type<T>): Type<Connection<T>> {
  @ObjectType(`${name}Edge`)
  class Edge {
    @Field(() => String) readonly cursor!: string;
    @Field(() => node) readonly node!: T;
  }
  @ObjectType(`${name}Connection`)
  class ConnectionObject implements Connection<T> {
    @Field(() => [Edge]) readonly edges!: readonly Edge[];
    @Field(() => PageInfo) readonly pageInfo!: PageInfo;
  }
  return ConnectionObject;
}

export const RegionConnection = connectionType('Region', RegionInfoObject);
export const FacilityConnection = connectionType('Facility', FacilityObject);
export const SubmissionConnection = connectionType('Submission', SubmissionObject);
export const DeadLetterConnection = connectionType('DeadLetter', DeadLetterObject);
