import { Args, Resolver, Subscription } from '@nestjs/graphql';
import type { Questions, RegionChange } from '#analytics';
import { read, WATCH } from '../ask/index.js';
import { asGiven, WatchArguments } from './arguments.js';
import { Asking } from './asking.js';
import { following } from './following.js';
import { RegionChangeObject } from './objects.js';

@Resolver()
export class SubscriptionsResolver {
  @Subscription(() => RegionChangeObject, {
    description: 'Every commit that changes a region.',
    resolve: (change: RegionChange) => change,
  })
  regionChanged(@Asking() questions: Questions, @Args() given: WatchArguments) {
    const filter = read(WATCH, asGiven(given));
    return following<RegionChange>((changed) => questions.watch(filter, changed));
  }
}
