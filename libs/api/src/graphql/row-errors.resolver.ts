import { Args, ArgsType, Field, Int, Parent, ResolveField, Resolver } from '@nestjs/graphql';
import type { RowError, SubmissionInfo } from '#analytics';
import { NUMBERED_PAGE, read } from '../ask/index.js';
import { asGiven } from './arguments.js';
import { RowErrorObject, SubmissionWithErrorsObject } from './objects.js';

@ArgsType()
class RowErrorArguments {
  @Field(() => Int, { nullable: true, description: 'At most so many: 1,000 when absent, and 1,000 at most.' })
  readonly limit?: number;
  @Field(() => Int, { nullable: true, description: 'So many are left out before them.' }) readonly offset?: number;
}

/** The rows of a submission that were not counted, some at a time: there may be 10,000. */
@Resolver(() => SubmissionWithErrorsObject)
export class RowErrorsResolver {
  @ResolveField('errors', () => [RowErrorObject])
  errors(
    @Parent() { errors }: { readonly info: SubmissionInfo; readonly errors: readonly RowError[] },
    @Args() given: RowErrorArguments,
  ): readonly RowError[] {
    const { limit, offset } = read(NUMBERED_PAGE, asGiven(given));
    return errors.slice(offset, offset + limit);
  }
}
