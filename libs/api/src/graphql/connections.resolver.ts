import { Args, ArgsType, Field, Int, OmitType, Query, Resolver } from '@nestjs/graphql';
import type { Questions } from '#analytics';
import { DEAD_LETTERS, FACILITIES, read, REGIONS, SUBMISSIONS } from '../ask/index.js';
import {
  asGiven,
  DeadLettersArguments,
  FacilitiesArguments,
  RegionsArguments,
  SubmissionsArguments,
} from './arguments.js';
import { Asking } from './asking.js';
import { connectionOf, type Forward } from './connection.js';
import {
  DeadLetterConnection,
  FacilityConnection,
  RegionConnection,
  SubmissionConnection,
} from './connection-objects.js';

const PAGED = ['limit', 'cursor'] as const;

@ArgsType()
class RegionsForward extends OmitType(RegionsArguments, PAGED, ArgsType) implements Forward {
  @Field(() => Int, { nullable: true }) readonly first?: number;
  @Field(() => String, { nullable: true }) readonly after?: string;
}

@ArgsType()
class FacilitiesForward extends OmitType(FacilitiesArguments, PAGED, ArgsType) implements Forward {
  @Field(() => Int, { nullable: true }) readonly first?: number;
  @Field(() => String, { nullable: true }) readonly after?: string;
}

@ArgsType()
class SubmissionsForward extends OmitType(SubmissionsArguments, PAGED, ArgsType) implements Forward {
  @Field(() => Int, { nullable: true }) readonly first?: number;
  @Field(() => String, { nullable: true }) readonly after?: string;
}

@ArgsType()
class DeadLettersForward extends OmitType(DeadLettersArguments, PAGED, ArgsType) implements Forward {
  @Field(() => Int, { nullable: true }) readonly first?: number;
  @Field(() => String, { nullable: true }) readonly after?: string;
}

/** The lists once more, as connections: for clients that know how to page through those. */
@Resolver()
export class ConnectionsResolver {
  @Query(() => RegionConnection, { description: 'Regions of a level.' })
  regionConnection(@Asking() questions: Questions, @Args() { first, after, ...given }: RegionsForward) {
    return connectionOf(forward(first, after), (page) =>
      questions.regions(read(REGIONS, { ...asGiven(given), ...page })),
    );
  }

  @Query(() => FacilityConnection, { description: 'Facilities.' })
  facilityConnection(@Asking() questions: Questions, @Args() { first, after, ...given }: FacilitiesForward) {
    return connectionOf(forward(first, after), (page) =>
      questions.facilities(read(FACILITIES, { ...asGiven(given), ...page })),
    );
  }

  @Query(() => SubmissionConnection, { description: 'Submissions, newest first. A sender sees its own.' })
  submissionConnection(@Asking() questions: Questions, @Args() { first, after, ...given }: SubmissionsForward) {
    return connectionOf(forward(first, after), (page) =>
      questions.submissions(read(SUBMISSIONS, { ...asGiven(given), ...page })),
    );
  }

  @Query(() => DeadLetterConnection, { description: 'Files that do not count, and why. A sender sees its own.' })
  deadLetterConnection(@Asking() questions: Questions, @Args() { first, after, ...given }: DeadLettersForward) {
    return connectionOf(forward(first, after), (page) =>
      questions.deadLetters(read(DEAD_LETTERS, { ...asGiven(given), ...page })),
    );
  }
}

const forward = (first: number | undefined, after: string | undefined): Forward => ({
  ...(first === undefined ? {} : { first }),
  ...(after === undefined ? {} : { after }),
});
